package dev.lockstep.decode;

import dev.lockstep.model.StepOutput;
import dev.lockstep.output.Categorical;
import dev.lockstep.output.SamplingOptions;
import java.util.SplittableRandom;

/**
 * Draws from what the generator gives. All uniform numbers are drawn beforehand, so the samples do
 * not depend on which thread asks first.
 */
public final class AncestralSampler {
  private final double[] uniforms;
  private final int rows;
  private final int each;
  private final SamplingOptions sampling;

  /** So many uniform numbers from [0, 1) for each step and row. */
  AncestralSampler(double[] uniforms, int rows, int each, SamplingOptions sampling) {
    this.uniforms = uniforms;
    this.rows = rows;
    this.each = each;
    this.sampling = sampling;
  }

  /**
   * A sampler for T steps of N rows.
   *
   * @param each uniform numbers that one draw takes, as {@link
   *     dev.lockstep.model.Generator#uniforms} says
   */
  public static AncestralSampler of(
      SplittableRandom random, int steps, int rows, int each, SamplingOptions sampling) {
    double[] uniforms = random.doubles((long) steps * rows * each).toArray();
    return new AncestralSampler(uniforms, rows, each, sampling);
  }

  /**
   * A sampler for T steps of as many rows as there are streams, each row drawing from its own.
   *
   * @param each uniform numbers that one draw takes
   */
  public static AncestralSampler perRow(
      SplittableRandom[] streams, int steps, int each, SamplingOptions sampling) {
    double[] uniforms = new double[steps * streams.length * each];
    for (int row = 0; row < streams.length; row++) {
      for (int t = 0; t < steps; t++) {
        for (int i = 0; i < each; i++) {
          uniforms[(t * streams.length + row) * each + i] = streams[row].nextDouble();
        }
      }
    }
    return new AncestralSampler(uniforms, streams.length, each, sampling);
  }

  /** Makes a row emit what it draws at a step. */
  public void draw(int step, int row, StepOutput output) {
    output.draw(uniforms, (step * rows + row) * each, sampling);
  }

  /** Makes a row read what it draws at a step, in place of what it emitted. */
  public void read(int step, int row, StepOutput output) {
    output.read(uniforms, (step * rows + row) * each, sampling);
  }

  /**
   * The symbol of a row at a step.
   *
   * @param probabilities V numbers from {@code offset}, which sum to 1
   */
  public int draw(int step, int row, double[] probabilities, int offset, int vocabulary) {
    double uniform = uniforms[(step * rows + row) * each];
    return new Categorical(vocabulary).draw(probabilities, offset, uniform, sampling);
  }
}
