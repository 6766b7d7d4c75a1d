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
  double nll(double[] parameters, int offset, double[] emission, int at);

  /**
   * Writes the gradients of the nll, times a weight, at the parameters.
   *
   * @param parameters P numbers from {@code offset}
   * @param emission W numbers from {@code at}
   * @param weight 0 at a step that does not count: its gradients are 0 whatever it holds
   * @param gradients where to write P numbers, from {@code to}
   */
  void gradients(
      double[] parameters,
      int offset,
      double[] emission,
      int at,
      double weight,
      double[] gradients,
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
      SamplingOptions sampling,
      double[] emission,
      int to);
}
