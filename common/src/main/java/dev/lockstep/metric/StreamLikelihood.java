package dev.lockstep.metric;

import dev.lockstep.model.Generator;
import dev.lockstep.model.GeneratorTape;
import java.io.Serializable;

/**
 * Negative log-likelihood of held-out symbols, read as a few long streams side by side with the
 * state carried from one chunk to the next: every symbol is scored once, given all before it in its
 * stream.
 */
public final class StreamLikelihood {
  private StreamLikelihood() {}

  /**
   * A sum over symbols.
   *
   * @param symbols how many
   * @param nats their surprisal
   */
  public record Sum(long symbols, double nats) implements Serializable {
    /** Both together. */
    public Sum plus(Sum other) {
      return new Sum(symbols + other.symbols, nats + other.nats);
    }
  }

  /**
   * Scores streams.
   *
   * @param streams each at least one symbol long
   * @param chunk steps of one pass, which bounds memory and changes no result
   */
  public static Sum of(Generator generator, int[][] streams, int chunk) {
    int longest = 0;
    for (int[] stream : streams) {
      longest = Math.max(longest, stream.length);
    }
    int steps = Math.min(chunk, longest);
    GeneratorTape tape = generator.forwardTape(steps, streams.length);
    tape.start(generator.startSymbol());
    Sum sum = new Sum(0, 0);
    for (int from = 0; from < longest; from += steps) {
      if (from > 0) {
        tape.carryOver();
      }
      sum = sum.plus(score(generator, tape, streams, from));
    }
    return sum;
  }

  private static Sum score(Generator generator, GeneratorTape tape, int[][] streams, int from) {
    // Past its end a stream reads symbol 0 and is not counted.
    generator.run(
        tape,
        (step, row, p, offset) ->
            from + step < streams[row].length ? streams[row][from + step] : 0);
    long symbols = 0;
    double nats = 0;
    for (int t = 0; t < tape.steps(); t++) {
      for (int row = 0; row < tape.rows(); row++) {
        if (from + t < streams[row].length) {
          symbols++;
          nats += tape.surprisal()[t * tape.rows() + row];
        }
      }
    }
    return new Sum(symbols, nats);
  }
}
