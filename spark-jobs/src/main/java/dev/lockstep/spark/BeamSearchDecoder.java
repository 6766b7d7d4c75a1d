package dev.lockstep.spark;

import dev.lockstep.config.GenerateSettings;
import dev.lockstep.decode.BeamSearch;
import dev.lockstep.decode.Hypothesis;
import dev.lockstep.model.Generator;
import dev.lockstep.model.Sequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * Beam searches, one for each condition. A unit is a few searches side by side, always the same
 * ones: the last bits of a product may depend on how many rows it has, and must not depend on how
 * many processes there are.
 */
final class BeamSearchDecoder implements Decoder {
  private static final long serialVersionUID = 1L;

  /** Enough for products to be fast, few enough for many processes to have some. */
  private static final int ROWS = 32;

  private final BeamSearch.Options options;
  private final Sequence prefix;
  private final int[][] conditions;
  private final int end;

  /**
   * BeamSearchDecoder.
   *
   * @param conditions of which there is one search each, as long as no more are asked for
   */
  BeamSearchDecoder(GenerateSettings asked, Sequence prefix, int[][] conditions, OptionalInt end) {
    GenerateSettings.Beam beam = asked.beam();
    this.options =
        new BeamSearch.Options(beam.width(), beam.lengthPenalty(), beam.nBest(), asked.length());
    this.prefix = prefix;
    this.conditions = Arrays.copyOf(conditions, Math.min(asked.count(), conditions.length));
    this.end = end.orElse(-1);
  }

  private int side() {
    return Math.max(1, ROWS / options.width());
  }

  @Override
  public int units() {
    return (conditions.length + side() - 1) / side();
  }

  @Override
  public String name() {
    return "beam-" + options.width();
  }

  @Override
  public List<Sample> decode(Generator generator, List<Integer> units) {
    List<Sample> samples = new ArrayList<>();
    for (int unit : units) {
      int first = unit * side();
      int[][] some =
          Arrays.copyOfRange(conditions, first, Math.min(conditions.length, first + side()));
      OptionalInt last = end < 0 ? OptionalInt.empty() : OptionalInt.of(end);
      List<List<Hypothesis>> found = BeamSearch.run(generator, prefix, some, last, options);
      for (int i = 0; i < found.size(); i++) {
        for (int rank = 0; rank < found.get(i).size(); rank++) {
          samples.add(Sample.of(found.get(i).get(rank), first + i + 1, rank + 1));
        }
      }
    }
    return samples;
  }
}
