package dev.lockstep.metric;

import dev.lockstep.algorithm.TwoModePass;
import dev.lockstep.decode.AncestralSampler;
import dev.lockstep.model.Generator;
import dev.lockstep.model.GeneratorActivations;
import dev.lockstep.model.SequenceBatch;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Measures a generator in both modes, some steps at a time: rows 0 … N−1 read the data, rows N …
 * 2N−1 their own draws, all from the start; and notes which free-running rows have ended.
 */
final class BothModes {
  private final TwoModePass pass;
  private final OptionalInt end;
  private boolean[] ended = {};
  private int steps;

  /** Both modes of a generator whose sequences have no end of their own. */
  BothModes(Generator generator, boolean holdOutputs) {
    this(generator, holdOutputs, OptionalInt.empty());
  }

  /**
   * Both modes of a generator.
   *
   * @param holdOutputs whether the probabilities of all steps are held, as a behaviour may need
   * @param end the symbol that sequences end with, if they do
   */
  BothModes(Generator generator, boolean holdOutputs, OptionalInt end) {
    this.pass =
        new TwoModePass(generator, TwoModePass.Options.measuring(holdOutputs), Optional.empty());
    this.end = end;
  }

  /** Starts N sequences of the same length, as {@link TwoModePass#start} does. */
  void start(SequenceBatch sequences, int segment, AncestralSampler sampler, int firstRow) {
    pass.start(sequences, segment, sampler, firstRow);
    steps = sequences.steps();
    ended = new boolean[sequences.sequences()];
  }

  /**
   * Runs the next steps, which may go beyond the end; what they give there means nothing.
   *
   * @return the activations, overwritten by the next pass
   */
  GeneratorActivations next() {
    GeneratorActivations activations = pass.next();
    end.ifPresent(symbol -> noteEnds(activations, symbol));
    return activations;
  }

  private void noteEnds(GeneratorActivations activations, int symbol) {
    int n = ended.length;
    int before = Math.min(activations.steps(), steps - 1 - pass.firstStep());
    for (int step = 0; step < before; step++) {
      for (int i = 0; i < n; i++) {
        ended[i] |= activations.outputs()[step * activations.rows() + n + i] == symbol;
      }
    }
  }

  /**
   * The sequences whose free-running row has not ended before the last step, as far as it was run:
   * those that are read have their end symbol at that step or later, so what comes after one is no
   * difference of the modes.
   *
   * @return indices among the N, rising
   */
  int[] unfinished() {
    return IntStream.range(0, ended.length).filter(i -> !ended[i]).toArray();
  }
}
