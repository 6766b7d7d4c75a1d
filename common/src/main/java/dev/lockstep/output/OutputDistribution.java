package dev.lockstep.output;

import java.io.Serializable;
import org.nd4j.shade.jackson.annotation.JsonTypeInfo;

/**
 * What a generator's last affine map means: a distribution over what a step emits. P columns of
 * that map parametrise a distribution over W numbers.
 *
 * <p>Implementations are immutable, equal when they mean the same, and written to JSON by DL4J's
 * mapper, so that a {@link DensityLoss} is saved with its network. All that they compute is a
 * function of the arguments; NaN in them comes out as NaN.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.CLASS, property = "@class")
public interface OutputDistribution extends Serializable {
  /** P, columns of the affine map. */
  int parameters();

  /** W, numbers that a step emits. */
  int width();

  /** Random numbers from [0, 1) that one draw takes. */
  int uniforms();

  /**
   * The negative log-likelihood of an emission, nats.
   *
   * @param parameters P numbers from {@code offset}
   * @param emission W numbers from {@code at}
   */
  double surprisal(double[] parameters, int offset, double[] emission, int at);

  /**
   * Writes the slopes of the surprisal, times a weight, at the parameters.
   *
   * @param parameters P numbers from {@code offset}
   * @param emission W numbers from {@code at}
   * @param weight 0 at a step that does not count: its slopes are 0 whatever it holds
   * @param slopes where to write P numbers, from {@code to}
   */
  void slopes(
      double[] parameters,
      int offset,
      double[] emission,
      int at,
      double weight,
      double[] slopes,
      int to);

  /**
   * Draws an emission.
   *
   * @param parameters P numbers from {@code offset}
   * @param uniforms as many as {@link #uniforms} from {@code at}, each from [0, 1)
   * @param emission where to write W numbers, from {@code to}
   */
  void draw(
      double[] parameters,
      int offset,
      double[] uniforms,
      int at,
      Sharpness sharpness,
      double[] emission,
      int to);
}
