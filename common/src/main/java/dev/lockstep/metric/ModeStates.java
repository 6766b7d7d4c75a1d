package dev.lockstep.metric;

import dev.lockstep.model.GeneratorTape;

/**
 * The hidden states of both modes after one step, one sequence after another and each layer's side
 * by side.
 */
final class ModeStates {
  private final int layers;
  private final int hidden;
  private final double[] teacherForced;
  private final double[] freeRunning;
  private final double[] layer;

  /** Memory for N states of either mode. */
  ModeStates(int n, int layers, int hidden) {
    this.layers = layers;
    this.hidden = hidden;
    this.teacherForced = new double[n * layers * hidden];
    this.freeRunning = new double[n * layers * hidden];
    this.layer = new double[n * hidden];
  }

  /** N·layers·H numbers. */
  double[] teacherForced() {
    return teacherForced;
  }

  /** N·layers·H numbers. */
  double[] freeRunning() {
    return freeRunning;
  }

  /**
   * Takes them from a tape.
   *
   * @param tape of 2N rows, the teacher-forced ones first
   * @param step of the tape
   */
  void read(GeneratorTape tape, int step) {
    int first = step * tape.rows();
    read(tape, first, teacherForced);
    read(tape, first + tape.rows() / 2, freeRunning);
  }

  private void read(GeneratorTape tape, int row, double[] states) {
    int n = tape.rows() / 2;
    for (int l = 0; l < layers; l++) {
      tape.hidden(l).rows(row, row + n).read(layer);
      for (int i = 0; i < n; i++) {
        System.arraycopy(layer, i * hidden, states, (i * layers + l) * hidden, hidden);
      }
    }
  }
}
