package dev.lockstep.model;

import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import dev.lockstep.output.Categorical;
import dev.lockstep.output.SamplingOptions;
import java.util.Arrays;
import java.util.Objects;

/** Logits of V symbols, of which one is emitted. */
final class SoftmaxOutput extends AffineOutput {
  SoftmaxOutput(Kernels kernels, AffineViews parameters, AffineViews gradient) {
    super(kernels, parameters, gradient);
  }

  @Override
  public int uniforms() {
    return 1;
  }

  @Override
  public OutputLayer.Cursor cursor(
      GeneratorActivations activations, int first, int last, EmissionSource source) {
    return new Cursor(activations, first, last, source);
  }

  @Override
  public void logProbabilities(
      GeneratorActivations activations, int t, int first, int last, double[] to) {
    Matrix logits = logits(activations, t, first, last);
    logits.read(to, first * columns());
    double[] normalisers = new double[last - first];
    activations.rowsOfStep(activations.logNormalisers, t, first, last).read(normalisers);
    for (int row = first; row < last; row++) {
      for (int i = row * columns(); i < (row + 1) * columns(); i++) {
        to[i] -= normalisers[row - first];
      }
    }
  }

  /**
   * The logits of some rows at step t, whose probabilities and normalisers it leaves in the
   * activations.
   */
  private Matrix logits(GeneratorActivations activations, int t, int first, int last) {
    Matrix logits = map(activations, t, first, last);
    kernels.softmax(
        logits,
        activations.rowsOfStep(activations.probabilities, t, first, last),
        activations.rowsOfStep(activations.logNormalisers, t, first, last));
    return logits;
  }

  @Override
  void recompute(GeneratorActivations activations, Matrix logits) {
    int rows = logits.rows();
    kernels.softmax(
        logits, activations.probabilities.rows(0, rows), activations.logNormalisers.rows(0, rows));
  }

  @Override
  void gradients(
      GeneratorActivations activations,
      double[] weights,
      Matrix atProbabilities,
      int from,
      Matrix logits) {
    int to = from + logits.rows();
    kernels.softmaxBackward(
        activations.probabilities.rows(0, logits.rows()),
        atProbabilities == null ? null : atProbabilities.rows(from, to),
        Arrays.copyOfRange(activations.outputs, from, to),
        Arrays.copyOfRange(weights, from, to),
        logits);
  }

  /** Rows of a pass; it is the output of the row that is asked for at the time. */
  private final class Cursor implements OutputLayer.Cursor, StepOutput {
    private final GeneratorActivations activations;
    private final int first;
    private final int last;
    private final EmissionSource source;
    private final int vocabulary = columns();
    private final Categorical symbols = new Categorical(vocabulary);
    private final double[] picked;
    private final double[] normalisers;
    private double[] read;
    private boolean isRead;
    private int step;
    private int row;

    Cursor(GeneratorActivations activations, int first, int last, EmissionSource source) {
      this.activations = activations;
      this.first = first;
      this.last = last;
      this.source = source;
      this.picked = new double[last - first];
      this.normalisers = new double[last - first];
    }

    @Override
    public void step(int t) {
      step = t;
      isRead = false;
      Matrix logits = logits(activations, t, first, last);
      for (row = first; row < last; row++) {
        source.next(t, row, this);
      }
      int from = t * activations.rows() + first;
      logits.pick(activations.outputs, from, picked);
      activations.rowsOfStep(activations.logNormalisers, t, first, last).read(normalisers);
      for (int i = 0; i < last - first; i++) {
        activations.nll[from + i] = normalisers[i] - picked[i];
      }
    }

    @Override
    public void emit(int symbol) {
      activations.emit(step, row, Objects.checkIndex(symbol, vocabulary));
    }

    @Override
    public void emit(float[] values, int at) {
      throw new IllegalStateException("steps are symbols, not vectors");
    }

    @Override
    public void draw(double[] uniforms, int at, SamplingOptions sampling) {
      emit(symbols.draw(probabilities(), offset(), uniforms[at], sampling));
    }

    @Override
    public void read(double[] uniforms, int at, SamplingOptions sampling) {
      activations.read(step, row, symbols.draw(probabilities(), offset(), uniforms[at], sampling));
    }

    /**
     * The probabilities of all rows at once, and only if one of them asks: teacher-forced ones do
     * not.
     */
    @Override
    public double[] probabilities() {
      if (!isRead) {
        if (read == null) {
          read = new double[(last - first) * vocabulary];
        }
        activations.rowsOfStep(activations.probabilities, step, first, last).read(read);
        isRead = true;
      }
      return read;
    }

    @Override
    public int offset() {
      return (row - first) * vocabulary;
    }
  }
}
