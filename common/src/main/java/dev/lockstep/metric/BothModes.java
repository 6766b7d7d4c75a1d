package dev.lockstep.metric;

import dev.lockstep.decode.AncestralSampler;
import dev.lockstep.model.Generator;
import dev.lockstep.model.GeneratorTape;
import dev.lockstep.model.SequenceBatch;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * A generator in both modes, some steps at a time: rows 0 … N−1 read the data, rows N … 2N−1 their
 * own draws, all from the start.
 */
final class BothModes {
  private final Generator generator;
  private final boolean holdOutputs;
  private final OptionalInt end;
  private boolean[] ended = {};
  private GeneratorTape tape;
  private SequenceBatch batch;
  private AncestralSampler draws;
  private int firstDraw;
  private int done;

  /** Of a generator whose sequences have no end of their own. */
  BothModes(Generator generator, boolean holdOutputs) {
    this(generator, holdOutputs, OptionalInt.empty());
  }

  /**
   * Of a generator.
   *
   * @param holdOutputs whether the probabilities of all steps are held, as a behaviour may need
   * @param end the symbol that sequences end with, if they do
   */
  BothModes(Generator generator, boolean holdOutputs, OptionalInt end) {
    this.generator = generator;
    this.holdOutputs = holdOutputs;
    this.end = end;
  }

  /**
   * Starts N sequences.
   *
   * @param sequences of the same length
   * @param chunk steps of one pass
   * @param sampler what the free-running rows draw from
   * @param firstRow the sampler's row for the first of them
   */
  void start(SequenceBatch sequences, int chunk, AncestralSampler sampler, int firstRow) {
    int steps = Math.min(chunk, sequences.steps());
    if (tape == null || !tape.fits(steps, 2 * sequences.sequences())) {
      tape = generator.tape(steps, 2 * sequences.sequences(), 1, holdOutputs);
    }
    batch = sequences;
    draws = sampler;
    firstDraw = firstRow;
    done = 0;
    ended = new boolean[sequences.sequences()];
    generator.start(tape, sequences.conditions());
  }

  /**
   * Runs the next pass, which may go beyond the end; what it does there means nothing.
   *
   * @return the tape, which the next pass overwrites
   */
  GeneratorTape next() {
    if (done > 0) {
      tape.carryOver();
    }
    int n = batch.sequences();
    int from = done;
    int last = batch.steps() - 1;
    generator.run(
        tape,
        (step, row, output) -> {
          int at = Math.min(from + step, last);
          if (row < n) {
            batch.emit(at, row, output);
          } else {
            draws.draw(at, firstDraw + row - n, output);
          }
        });
    end.ifPresent(this::noteEnds);
    done += tape.steps();
    return tape;
  }

  private void noteEnds(int symbol) {
    int n = batch.sequences();
    int before = Math.min(tape.steps(), batch.steps() - 1 - done);
    for (int step = 0; step < before; step++) {
      for (int i = 0; i < n; i++) {
        ended[i] |= tape.outputs()[step * tape.rows() + n + i] == symbol;
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
  int[] goingOn() {
    return IntStream.range(0, ended.length).filter(i -> !ended[i]).toArray();
  }
}
