package dev.lockstep.results;

import java.io.Serializable;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One statistic of free-running output, beside the data's.
 *
 * @param measure what it is, in words, with its unit
 * @param data its value in the data, or the distance between their halves; null where it has no
 *     finite value
 * @param values that of the output at each multiple of the training length; null likewise
 */
public record FreeRunningStatistic(String measure, Double data, SortedMap<Integer, Double> values)
    implements Serializable {
  /** Keeps a copy. */
  public FreeRunningStatistic {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
  }
}
