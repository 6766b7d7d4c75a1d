package dev.lockstep.config;

import dev.lockstep.config.Limits.AtLeast;
import java.io.Serializable;

/**
 * The network that tells teacher-forced from free-running behaviour.
 *
 * @param kind how it looks at a sequence
 * @param hidden width of its layers, the recurrent one in each direction, or of the first
 *     convolution
 * @param behaviour what of the generator it reads
 */
public record DiscriminatorSettings(Kind kind, @AtLeast(1) int hidden, Behaviour behaviour)
    implements Serializable {
  /** How the discriminator looks at a sequence. */
  public enum Kind implements Choice {
    /** Along time, forward and backward. */
    RECURRENT,
    /** As an image, whose pixels the steps are. */
    CONVOLUTIONAL
  }

  /** What of the generator the discriminator reads at each step. */
  public enum Behaviour implements Choice {
    /** The hidden state and the probabilities of the next symbol. */
    HIDDEN_AND_PROBABILITIES,
    /** The hidden state and the learned embedding of the symbol that was read. */
    HIDDEN_AND_EMBEDDING,
    /** The hidden state and the one-hot symbol or the vector that was read. */
    HIDDEN_AND_INPUT,
    /** The hidden state alone. */
    HIDDEN,
    /** The hidden state before its tanh, and the probabilities of the next symbol. */
    PRE_TANH_AND_PROBABILITIES
  }
}
