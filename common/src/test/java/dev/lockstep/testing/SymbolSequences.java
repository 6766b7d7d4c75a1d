package dev.lockstep.testing;

import dev.lockstep.decode.FreeRunning;
import dev.lockstep.model.Generator;
import dev.lockstep.model.Sequence;
import dev.lockstep.output.SamplingOptions;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Sequences of symbols as arrays. */
public final class SymbolSequences {
  private SymbolSequences() {}

  public static List<Sequence> of(int[]... sequences) {
    return Arrays.stream(sequences).map(Sequence::ofSymbols).toList();
  }

  /** {@link FreeRunning} at a temperature, [sequences][length]. */
  public static int[][] generate(
      Generator generator,
      int[] prefix,
      int length,
      double temperature,
      SplittableRandom... streams) {
    return FreeRunning.generate(
            generator,
            Sequence.ofSymbols(prefix),
            length,
            new SamplingOptions(temperature, 0),
            streams)
        .stream()
        .map(Sequence::symbols)
        .toArray(int[][]::new);
  }
}
