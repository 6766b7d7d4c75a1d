package dev.lockstep.metric;

import dev.lockstep.model.Generator;
import dev.lockstep.model.GeneratorActivations;
import dev.lockstep.model.Sequence;
import dev.lockstep.model.SequenceBatch;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
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
   * @param nats their nll
   */
  public record Sum(long symbols, double nats) implements Serializable {
    /** All together. */
    public static Sum total(List<Sum> sums) {
      return new Sum(
          sums.stream().mapToLong(Sum::symbols).sum(), sums.stream().mapToDouble(Sum::nats).sum());
    }
  }

  /**
   * Scores streams.
   *
   * @param streams each at least one step long
   * @param chunk steps of one pass, which bounds memory and changes no result
   * @param block steps that are summed together, at most
   * @return the sums of each stream's consecutive blocks, one stream after another
   */
  public static List<Sum> of(Generator generator, List<Sequence> streams, int chunk, int block) {
    SequenceBatch batch = SequenceBatch.of(streams);
    int longest = batch.steps();
    int steps = Math.min(chunk, longest);
    GeneratorActivations activations = generator.forwardActivations(steps, batch.sequences());
    generator.start(activations, batch.conditions());
    double[][] nats = new double[batch.sequences()][];
    Arrays.setAll(nats, row -> new double[(batch.length(row) - 1) / block + 1]);
    for (int from = 0; from < longest; from += steps) {
      if (from > 0) {
        activations.carryState();
      }
      score(generator, activations, batch, from, block, nats);
    }
    List<Sum> sums = new ArrayList<>();
    for (int row = 0; row < nats.length; row++) {
      for (int b = 0; b < nats[row].length; b++) {
        sums.add(new Sum(Math.min(block, batch.length(row) - b * block), nats[row][b]));
      }
    }
    return sums;
  }

  private static void score(
      Generator generator,
      GeneratorActivations activations,
      SequenceBatch batch,
      int from,
      int block,
      double[][] nats) {
    // The last chunk runs past the end; past its own end a stream is padding, and is not counted.
    generator.run(
        activations,
        (step, row, output) -> batch.emit(Math.min(from + step, batch.steps() - 1), row, output));
    for (int t = 0; t < activations.steps(); t++) {
      for (int row = 0; row < activations.rows(); row++) {
        if (from + t < batch.length(row)) {
          nats[row][(from + t) / block] += activations.nll()[t * activations.rows() + row];
        }
      }
    }
  }
}
