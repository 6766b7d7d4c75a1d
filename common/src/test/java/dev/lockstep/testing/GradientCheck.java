package dev.lockstep.testing;

import java.util.function.DoubleSupplier;
import java.util.function.IntFunction;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A network's gradient, element by element, against central differences of the loss, in double
 * precision.
 *
 * <p>Where a ReLU or the clip bends within the step, the differences to either side disagree and
 * say nothing of the gradient; such elements are skipped, and only a few may be.
 */
public final class GradientCheck {
  private static final double STEP = 1e-6;
  private static final double RELATIVE = 1e-5;
  // Rounding of a loss of about 1 over the step, with room for the sums in it.
  private static final double ABSOLUTE = 5e-9;
  private static final double BEND = 1e-3;
  private static final double LEAST_MOVING = 0.5;
  private static final double MOST_SKIPPED = 0.02;

  private GradientCheck() {}

  /**
   * Throws unless the gradient is that of the loss.
   *
   * @param loss at the network's present parameters; refreshes what derives from them
   * @param gradient a copy, in the order of the network's parameters
   */
  public static void check(
      String what, MultiLayerNetwork network, DoubleSupplier loss, double[] gradient) {
    checkEvery(1, what, network, loss, gradient);
  }

  /** The same for one in {@code stride} parameters, where the loss is slow. */
  public static void checkEvery(
      int stride, String what, MultiLayerNetwork network, DoubleSupplier loss, double[] gradient) {
    INDArray parameters = network.params().reshape(network.numParams());
    check(stride, what, parameters, i -> name(network, i), loss, gradient);
  }

  /**
   * Throws unless the gradient is that of the loss at one in {@code stride} elements of an array.
   *
   * @param array in order 'c'; changed meanwhile
   * @param loss at the array's present elements
   */
  public static void checkEvery(
      int stride, String what, INDArray array, DoubleSupplier loss, double[] gradient) {
    check(stride, what, array.reshape(array.length()), i -> "element", loss, gradient);
  }

  private static void check(
      int stride,
      String what,
      INDArray parameters,
      IntFunction<String> name,
      DoubleSupplier loss,
      double[] gradient) {
    requireFinite(what, gradient);
    double here = loss.getAsDouble();
    int skipped = 0;
    for (int i = 0; i < gradient.length; i += stride) {
      double value = parameters.getDouble(i);
      double right = (at(parameters, i, value + STEP, loss) - here) / STEP;
      double left = (here - at(parameters, i, value - STEP, loss)) / STEP;
      parameters.putScalar(i, value);
      if (Math.abs(right - left) > BEND * Math.max(Math.abs(right), Math.abs(left)) + BEND / 10) {
        skipped++;
        continue;
      }
      compare(what, name, i, gradient[i], (right + left) / 2);
    }
    if (loss.getAsDouble() != here) {
      throw new AssertionError(what + ": the loss is not a function of these numbers alone");
    }
    if (skipped > MOST_SKIPPED * gradient.length / stride) {
      throw new AssertionError(
          what + ": " + skipped + " of " + gradient.length / stride + " lie on a bend");
    }
  }

  private static double at(INDArray parameters, int i, double value, DoubleSupplier loss) {
    parameters.putScalar(i, value);
    return loss.getAsDouble();
  }

  private static void requireFinite(String what, double[] gradient) {
    int moving = 0;
    for (int i = 0; i < gradient.length; i++) {
      if (!Double.isFinite(gradient[i])) {
        throw new AssertionError(what + ": gradient[" + i + "] is " + gradient[i]);
      }
      moving += gradient[i] != 0 ? 1 : 0;
    }
    if (moving < LEAST_MOVING * gradient.length) {
      throw new AssertionError(
          what + ": all but " + moving + " of " + gradient.length + " elements are zero");
    }
  }

  private static void compare(
      String what, IntFunction<String> name, int i, double gradient, double difference) {
    double error = Math.abs(gradient - difference);
    double bound = RELATIVE * Math.max(Math.abs(gradient), Math.abs(difference)) + ABSOLUTE;
    // A NaN must fail, so the comparison is not turned round.
    if (!(error <= bound)) {
      throw new AssertionError(
          what
              + ": at number "
              + i
              + " ("
              + name.apply(i)
              + ") the gradient is "
              + gradient
              + ", the central difference "
              + difference);
    }
  }

  private static String name(MultiLayerNetwork network, int i) {
    long from = 0;
    for (var parameter : network.paramTable().entrySet()) {
      long length = parameter.getValue().length();
      if (i < from + length) {
        return parameter.getKey() + "[" + (i - from) + "]";
      }
      from += length;
    }
    return "none";
  }
}
