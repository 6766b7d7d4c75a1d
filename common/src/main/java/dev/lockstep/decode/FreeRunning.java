package dev.lockstep.decode;

import dev.lockstep.model.Generator;
import dev.lockstep.model.GeneratorTape;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Generates whole sequences: reads a prefix, then its own draws. */
public final class FreeRunning {
  /** Rows of a tape: few enough to stay in the cache, whatever the number of sequences. */
  private static final int TAPE_ROWS = 256;

  private FreeRunning() {}

  /**
   * Generates one sequence for each random stream, all at once; what a stream gives does not depend
   * on the others.
   *
   * @param prefix symbols read before the first draw, after the start symbol; may be empty
   * @param length symbols drawn
   * @param temperature 1 for the model's own distribution, 0 for the likeliest symbol
   * @param streams one a sequence
   * @return [sequences][length], the prefix not included
   */
  public static int[][] generate(
      Generator generator,
      int[] prefix,
      int length,
      double temperature,
      SplittableRandom... streams) {
    int total = prefix.length + length;
    int count = streams.length;
    int[][] sequences = new int[count][total];
    AncestralSampler sampler = AncestralSampler.perRow(streams, length, temperature);
    int vocabulary = generator.shape().vocabulary();
    int chunk = Math.min(total, Math.max(1, TAPE_ROWS / count));
    GeneratorTape tape = generator.forwardTape(chunk, count);
    tape.start(generator.startSymbol());
    for (int from = 0; from < total; from += tape.steps()) {
      if (from > 0) {
        tape.carryOver();
      }
      int done = from;
      generator.run(
          tape,
          (step, row, p, offset) -> {
            int at = done + step;
            if (at >= total) {
              // The last chunk runs past the end; nobody reads what it draws there.
              return 0;
            }
            int symbol =
                at < prefix.length
                    ? prefix[at]
                    : sampler.draw(at - prefix.length, row, p, offset, vocabulary);
            sequences[row][at] = symbol;
            return symbol;
          });
    }
    return Arrays.stream(sequences)
        .map(s -> Arrays.copyOfRange(s, prefix.length, total))
        .toArray(int[][]::new);
  }
}
