package dev.lockstep.metric;

import dev.lockstep.model.Generator;
import dev.lockstep.model.GeneratorTape;
import dev.lockstep.model.Sequence;
import dev.lockstep.model.SequenceBatch;
import java.io.Serializable;
import java.util.List;

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
   * @param streams each at least one step long
   * @param chunk steps of one pass, which bounds memory and changes no result
   */
  public static Sum of(Generator generator, List<Sequence> streams, int chunk) {
    SequenceBatch batch = SequenceBatch.of(streams);
    int longest = batch.steps();
    int steps = Math.min(chunk, longest);
    GeneratorTape tape = generator.forwardTape(steps, batch.sequences());
    generator.start(tape, batch.conditions());
    Sum sum = new Sum(0, 0);
    for (int from = 0; from < longest; from += steps) {
      if (from > 0) {
        tape.carryOver();
      }
      sum = sum.plus(score(generator, tape, batch, from));
    }
    return sum;
  }

  private static Sum score(Generator generator, GeneratorTape tape, SequenceBatch batch, int from) {
    // The last chunk runs past the end; past its own end a stream is padding, and is not counted.
    generator.run(
        tape,
        (step, row, output) -> batch.emit(Math.min(from + step, batch.steps() - 1), row, output));
    long symbols = 0;
    double nats = 0;
    for (int t = 0; t < tape.steps(); t++) {
      for (int row = 0; row < tape.rows(); row++) {
        if (from + t < batch.length(row)) {
          symbols++;
          nats += tape.surprisal()[t * tape.rows() + row];
        }
      }
    }
    return new Sum(symbols, nats);
  }
}
