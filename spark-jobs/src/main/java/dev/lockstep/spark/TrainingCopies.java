package dev.lockstep.spark;

import dev.lockstep.metric.Copies;
import dev.lockstep.model.Sequence;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/** Finds what some texts copy from others that are too many for one machine. */
final class TrainingCopies {
  private TrainingCopies() {}

  /**
   * Finds it: every task reads its own of the many.
   *
   * @param many what may have been copied; a copy that begins in one of these and ends in the next
   *     counts as two
   * @return for each text and each place the length of the copy that ends there
   */
  static List<int[]> of(JavaSparkContext spark, List<int[]> texts, JavaRDD<Sequence> many) {
    Broadcast<int[][]> broadcast = spark.broadcast(texts.toArray(int[][]::new));
    try {
      Copies copies = new Copies(texts);
      many.mapPartitions(part -> seen(broadcast.value(), part)).collect().forEach(copies::merge);
      return copies.copied();
    } finally {
      broadcast.destroy();
    }
  }

  private static Iterator<int[]> seen(int[][] texts, Iterator<Sequence> part) {
    if (!part.hasNext()) {
      return Collections.emptyIterator();
    }
    Copies copies = new Copies(List.of(texts));
    part.forEachRemaining(sequence -> copies.read(sequence.symbols()));
    return Collections.singleton(copies.seen()).iterator();
  }
}
