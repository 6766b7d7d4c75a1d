package dev.lockstep.metric;

import dev.lockstep.decode.FreeRunning;
import dev.lockstep.model.Generator;
import dev.lockstep.model.GeneratorActivations;
import dev.lockstep.model.Sequence;
import dev.lockstep.model.SequenceBatch;
import dev.lockstep.output.Categorical;
import dev.lockstep.output.SamplingOptions;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Errors of a generator whose symbols are steps of a walk, near and far: how often its likeliest
 * next step is wrong while it reads the data, and how far off its level is after many steps of its
 * own. The two need not agree, which is what Professor Forcing is about.
 */
public final class WalkError {
  private final int[] rise;

  /**
   * A walk.
   *
   * @param rise by how much each symbol changes the level
   */
  public WalkError(int... rise) {
    this.rise = rise.clone();
  }

  /**
   * Share of the steps at which the likeliest symbol is not the one that comes.
   *
   * @param warmUp steps at the start of each sequence that do not count, because nobody could know
   *     them
   */
  public double oneStep(Generator generator, int[][] sequences, int warmUp) {
    SequenceBatch batch = SequenceBatch.of(sequences);
    GeneratorActivations activations =
        generator.forwardActivations(batch.steps(), batch.sequences());
    activations.start();
    int[] wrong = new int[batch.sequences()];
    int[] counted = new int[batch.sequences()];
    int vocabulary = generator.shape().vocabulary();
    generator.run(
        activations,
        (step, row, p, offset) -> {
          int next = batch.token(step, row);
          if (step >= warmUp && step < batch.length(row)) {
            counted[row]++;
            wrong[row] += Categorical.likeliest(p, offset, vocabulary) == next ? 0 : 1;
          }
          return next;
        });
    return (double) Arrays.stream(wrong).sum() / Arrays.stream(counted).sum();
  }

  /**
   * Mean relative error of the level after running free: {@code |L' − L| / |L|} with L the true
   * change of level and L' the generated.
   *
   * @param sequence the truth: what is read first, then what should follow
   * @param read how much of it is read before the first draw
   * @param streams one a repetition
   */
  public double freeRunning(
      Generator generator, int[] sequence, int read, SplittableRandom... streams) {
    Sequence prefix = Sequence.ofSymbols(Arrays.copyOf(sequence, read));
    int[] truth = Arrays.copyOfRange(sequence, read, sequence.length);
    List<Sequence> walks =
        FreeRunning.generate(generator, prefix, truth.length, SamplingOptions.AS_LEARNED, streams);
    return walks.stream().mapToDouble(w -> level(w.symbols(), truth)).average().orElseThrow();
  }

  /** Relative error of one walk's level. */
  public double level(int[] walk, int[] truth) {
    double expected = sum(truth);
    return Math.abs(sum(walk) - expected) / Math.abs(expected);
  }

  private double sum(int[] walk) {
    double level = 0;
    for (int symbol : walk) {
      level += rise[symbol];
    }
    return level;
  }
}
