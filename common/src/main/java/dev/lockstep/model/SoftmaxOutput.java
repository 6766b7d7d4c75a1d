package dev.lockstep.model;

import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import dev.lockstep.output.Categorical;
import dev.lockstep.output.Sharpness;
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
  public OutputLayer.Cursor cursor(GeneratorTape tape, int first, int last, StepSource source) {
    return new Cursor(tape, first, last, source);
  }

  @Override
  public void logProbabilities(GeneratorTape tape, int t, int first, int last, double[] to) {
    Matrix logits = logits(tape, t, first, last);
    logits.read(to, first * columns());
    double[] normalisers = new double[last - first];
    tape.rowsOfStep(tape.logNormalisers, t, first, last).read(normalisers);
    for (int row = first; row < last; row++) {
      for (int i = row * columns(); i < (row + 1) * columns(); i++) {
        to[i] -= normalisers[row - first];
      }
    }
  }

  /** Of some rows at step t, whose probabilities and normalisers it leaves on the tape. */
  private Matrix logits(GeneratorTape tape, int t, int first, int last) {
    Matrix logits = map(tape, t, first, last);
    kernels.softmax(
        logits,
        tape.rowsOfStep(tape.probabilities, t, first, last),
        tape.rowsOfStep(tape.logNormalisers, t, first, last));
    return logits;
  }

  @Override
  void passAgain(GeneratorTape tape, Matrix logits) {
    int rows = logits.rows();
    kernels.softmax(logits, tape.probabilities.rows(0, rows), tape.logNormalisers.rows(0, rows));
  }

  @Override
  void slopes(
      GeneratorTape tape, double[] weights, Matrix atProbabilities, int from, Matrix logits) {
    int to = from + logits.rows();
    kernels.softmaxBackward(
        tape.probabilities.rows(0, logits.rows()),
        atProbabilities == null ? null : atProbabilities.rows(from, to),
        Arrays.copyOfRange(tape.outputs, from, to),
        Arrays.copyOfRange(weights, from, to),
        logits);
  }

  /** Rows of a pass; it is the output of the row that is asked for at the time. */
  private final class Cursor implements OutputLayer.Cursor, StepOutput {
    private final GeneratorTape tape;
    private final int first;
    private final int last;
    private final StepSource source;
    private final int vocabulary = columns();
    private final Categorical symbols = new Categorical(vocabulary);
    private final double[] picked;
    private final double[] normalisers;
    private double[] read;
    private boolean isRead;
    private int step;
    private int row;

    Cursor(GeneratorTape tape, int first, int last, StepSource source) {
      this.tape = tape;
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
      Matrix logits = logits(tape, t, first, last);
      for (row = first; row < last; row++) {
        source.next(t, row, this);
      }
      int from = t * tape.rows() + first;
      logits.pick(tape.outputs, from, picked);
      tape.rowsOfStep(tape.logNormalisers, t, first, last).read(normalisers);
      for (int i = 0; i < last - first; i++) {
        tape.surprisal[from + i] = normalisers[i] - picked[i];
      }
    }

    @Override
    public void emit(int symbol) {
      tape.emit(step, row, Objects.checkIndex(symbol, vocabulary));
    }

    @Override
    public void emit(float[] values, int at) {
      throw new IllegalStateException("steps are symbols, not vectors");
    }

    @Override
    public void draw(double[] uniforms, int at, Sharpness sharpness) {
      emit(symbols.draw(probabilities(), offset(), uniforms[at], sharpness));
    }

    @Override
    public void read(double[] uniforms, int at, Sharpness sharpness) {
      tape.read(step, row, symbols.draw(probabilities(), offset(), uniforms[at], sharpness));
    }

    /** Of all rows at once, and only if one of them asks: those that are told what comes do not. */
    @Override
    public double[] probabilities() {
      if (!isRead) {
        if (read == null) {
          read = new double[(last - first) * vocabulary];
        }
        tape.rowsOfStep(tape.probabilities, step, first, last).read(read);
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
