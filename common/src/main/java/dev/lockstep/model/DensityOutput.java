package dev.lockstep.model;

import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import dev.lockstep.output.OutputDistribution;
import dev.lockstep.output.SamplingOptions;

/** Parameters of a distribution over vectors, of which one is emitted. */
final class DensityOutput extends AffineOutput {
  private final OutputDistribution distribution;

  DensityOutput(
      Kernels kernels,
      OutputDistribution distribution,
      AffineViews parameters,
      AffineViews gradient) {
    super(kernels, parameters, gradient);
    this.distribution = distribution;
  }

  @Override
  public int uniforms() {
    return distribution.uniforms();
  }

  @Override
  public OutputLayer.Cursor cursor(
      GeneratorActivations activations, int first, int last, EmissionSource source) {
    return new Cursor(activations, first, last, source);
  }

  @Override
  public void logProbabilities(
      GeneratorActivations activations, int t, int first, int last, double[] to) {
    throw new IllegalStateException("vectors have no probabilities");
  }

  @Override
  void recompute(GeneratorActivations activations, Matrix outputs) {}

  @Override
  void gradients(
      GeneratorActivations activations,
      double[] weights,
      Matrix atProbabilities,
      int from,
      Matrix outputs) {
    kernels.forEachRowRange(
        outputs.rows(), (first, end) -> gradients(activations, weights, from, outputs, first, end));
  }

  /** Overwrites some rows of the outputs by the gradients there. */
  private void gradients(
      GeneratorActivations activations,
      double[] weights,
      int from,
      Matrix outputs,
      int first,
      int last) {
    int columns = distribution.parameters();
    int width = distribution.width();
    Matrix rows = outputs.rows(first, last);
    double[] values = new double[(last - first) * columns];
    double[] gradients = new double[values.length];
    rows.read(values);
    for (int i = 0; i < last - first; i++) {
      int row = from + first + i;
      distribution.gradients(
          values,
          i * columns,
          activations.emissions,
          row * width,
          weights[row],
          gradients,
          i * columns);
    }
    rows.write(gradients);
  }

  /** Rows of a pass; it is the output of the row that is asked for at the time. */
  private final class Cursor implements OutputLayer.Cursor, StepOutput {
    private final GeneratorActivations activations;
    private final int first;
    private final int last;
    private final EmissionSource source;
    private final double[] values;

    /** What the rows read next. */
    private final double[] next;

    private int step;
    private int row;

    Cursor(GeneratorActivations activations, int first, int last, EmissionSource source) {
      this.activations = activations;
      this.first = first;
      this.last = last;
      this.source = source;
      this.values = new double[(last - first) * distribution.parameters()];
      this.next = new double[(last - first) * distribution.width()];
    }

    @Override
    public void step(int t) {
      step = t;
      map(activations, t, first, last).read(values);
      for (row = first; row < last; row++) {
        source.next(t, row, this);
        int i = t * activations.rows() + row;
        activations.nll[i] =
            distribution.nll(values, at(), activations.emissions, i * distribution.width());
      }
      activations.read(t, first, next);
    }

    private int at() {
      return (row - first) * distribution.parameters();
    }

    private int place() {
      return (step * activations.rows() + row) * distribution.width();
    }

    @Override
    public void emit(int symbol) {
      throw new IllegalStateException("steps are vectors, not symbols");
    }

    @Override
    public void emit(float[] vector, int from) {
      for (int c = 0; c < distribution.width(); c++) {
        activations.emissions[place() + c] = vector[from + c];
      }
      readEmission();
    }

    @Override
    public void draw(double[] uniforms, int at, SamplingOptions sampling) {
      if (sampling.truncates()) {
        throw new IllegalArgumentException("top-k and top-p are for symbols, not for vectors");
      }
      distribution.draw(values, at(), uniforms, at, sampling, activations.emissions, place());
      readEmission();
    }

    @Override
    public void read(double[] uniforms, int at, SamplingOptions sampling) {
      distribution.draw(values, at(), uniforms, at, sampling, next, nextPlace());
    }

    private void readEmission() {
      System.arraycopy(activations.emissions, place(), next, nextPlace(), distribution.width());
    }

    private int nextPlace() {
      return (row - first) * distribution.width();
    }

    @Override
    public double[] probabilities() {
      throw new IllegalStateException("vectors have no probabilities");
    }

    @Override
    public int offset() {
      throw new IllegalStateException("vectors have no probabilities");
    }
  }
}
