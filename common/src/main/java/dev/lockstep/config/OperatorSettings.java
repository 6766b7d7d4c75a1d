package dev.lockstep.config;

import dev.lockstep.config.Limits.AtLeast;
import dev.lockstep.config.Limits.AtMost;
import java.io.Serializable;

/**
 * The transition operator of variational walkback.
 *
 * @param kind what the next state is drawn from
 * @param alpha α, how far a step moves from the state towards what the network says
 * @param heat what of a Gaussian's noise is proportional to the temperature
 * @param leastDeviation of a Gaussian's noise at temperature 1
 * @param mostDeviation of the same; 0 = no bound
 * @param network its layers
 * @param hidden width of the hidden layers; channels of the first convolution
 * @param layers hidden layers; convolutions that halve the image
 * @param activation of the hidden layers
 * @param normalisation whose batch normalisation a step uses
 */
public record OperatorSettings(
    Kind kind,
    @AtLeast(0) @AtMost(1) double alpha,
    Heat heat,
    @AtLeast(0) double leastDeviation,
    @AtLeast(0) double mostDeviation,
    Network network,
    @AtLeast(1) int hidden,
    @AtLeast(1) int layers,
    Activation activation,
    Normalisation normalisation)
    implements Serializable {
  /** What the next state is drawn from. */
  public enum Kind implements Choice {
    /** Real numbers, of a mean and a deviation each. */
    GAUSSIAN,
    /** Bits, of a probability each. */
    BERNOULLI
  }

  /**
   * What of a Gaussian's noise is proportional to the temperature: the paper's text can be read
   * either way.
   */
  public enum Heat implements Choice {
    /** The variance. */
    VARIANCE,
    /** The standard deviation. */
    DEVIATION;

    /** What the standard deviation σ at temperature 1 is multiplied by. */
    public double factor(double temperature) {
      return switch (this) {
        case VARIANCE -> Math.sqrt(temperature);
        case DEVIATION -> temperature;
      };
    }
  }

  /** Kinds of layers. */
  public enum Network implements Choice {
    /** Fully connected. */
    DENSE,
    /** Convolutions down and up again. */
    CONVOLUTIONAL
  }

  /** Activation functions. */
  public enum Activation implements Choice {
    /** max(0, x). */
    RELU,
    /** The hyperbolic tangent. */
    TANH
  }

  /** Whose batch normalisation a step uses. */
  public enum Normalisation implements Choice {
    /** There is none. */
    NONE,
    /** The same at all steps. */
    SHARED,
    /** Each step its own. */
    PER_STEP
  }
}
