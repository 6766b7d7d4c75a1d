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

  /**
   * B(x, y, θg): what the discriminator sees of the generator at each step (section 2.2 of the
   * paper). The hidden state is that of every layer.
   */
  public enum Behaviour implements Choice {
    /** The hidden state and the probabilities of the next symbol. */
    HIDDEN_AND_PROBABILITIES,
    /**
     * The hidden state and the learned embedding of the symbol read, as in the paper's experiment
     * on Penn Treebank by characters; of a generator that reads an embedding.
     */
    HIDDEN_AND_EMBEDDING,
    /** The hidden state and the one-hot symbol, or the vector, read. */
    HIDDEN_AND_INPUT,
    /** The hidden state alone. */
    HIDDEN,
    /**
     * The hidden state before its tanh, artanh(h), and the probabilities of the next symbol. Of a
     * plain tanh network artanh(h) is the pre-activation itself. A GRU's state is a mixture of the
     * outputs of tanh at different steps, so that it has no pre-activation, and artanh(h) is what a
     * tanh would have to be given for it.
     */
    PRE_TANH_AND_PROBABILITIES;

    /** Whether the probabilities of the next symbol are part of it. */
    public boolean hasProbabilities() {
      return switch (this) {
        case HIDDEN_AND_PROBABILITIES, PRE_TANH_AND_PROBABILITIES -> true;
        case HIDDEN_AND_EMBEDDING, HIDDEN_AND_INPUT, HIDDEN -> false;
      };
    }

    /** Whether what was read is part of it. */
    public boolean hasInput() {
      return switch (this) {
        case HIDDEN_AND_EMBEDDING, HIDDEN_AND_INPUT -> true;
        case HIDDEN_AND_PROBABILITIES, PRE_TANH_AND_PROBABILITIES, HIDDEN -> false;
      };
    }

    /** Whether the hidden states are seen through artanh. */
    public boolean preTanh() {
      return switch (this) {
        case PRE_TANH_AND_PROBABILITIES -> true;
        case HIDDEN_AND_PROBABILITIES, HIDDEN_AND_EMBEDDING, HIDDEN_AND_INPUT, HIDDEN -> false;
      };
    }
  }
}
