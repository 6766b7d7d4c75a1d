package dev.lockstep.metric;

import dev.lockstep.model.GeneratorActivations;

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
   * Takes them from activations.
   *
   * @param activations of 2N rows, the teacher-forced ones first
   * @param step of the activations
   */
  void read(GeneratorActivations activations, int step) {
    int first = step * activations.rows();
    read(activations, first, teacherForced);
    read(activations, first + activations.rows() / 2, freeRunning);
  }

  private void read(GeneratorActivations activations, int row, double[] states) {
    int n = activations.rows() / 2;
    for (int l = 0; l < layers; l++) {
      activations.hidden(l).rows(row, row + n).read(layer);
      for (int i = 0; i < n; i++) {
        System.arraycopy(layer, i * hidden, states, (i * layers + l) * hidden, hidden);
      }
    }
  }
}
