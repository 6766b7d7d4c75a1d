package dev.lockstep.model;

import dev.lockstep.output.SamplingOptions;

/** What the generator gives for one row at one step, and what that row then emits. */
public interface StepOutput {
  /** Emits a symbol; the row's steps are symbols. */
  void emit(int symbol);

  /**
   * Emits a vector; the row's steps are vectors.
   *
   * @param values W numbers from {@code at}
   */
  void emit(float[] values, int at);

  /**
   * Emits what is drawn from the distribution that the generator gives.
   *
   * @param uniforms as many from [0, 1), from {@code at}, as {@link Generator#uniforms} says
   */
  void draw(double[] uniforms, int at, SamplingOptions sampling);

  /**
   * Reads at the next step, in place of what was emitted, what is drawn from the distribution; to
   * be called after emitting.
   *
   * @param uniforms as for {@link #draw}
   */
  void read(double[] uniforms, int at, SamplingOptions sampling);

  /** What the generator gives each symbol: V numbers from {@link #offset}. */
  double[] probabilities();

  /** Where this row's probabilities begin. */
  int offset();
}
