package dev.lockstep.model;

/**
 * B(x, y, θg): what the discriminator sees of the generator at each step (section 2.2 of the
 * paper). The hidden state is that of every layer.
 */
public enum Behaviour {
  /** The hidden state and the probabilities of the next symbol. */
  HIDDEN_AND_PROBABILITIES(true),
  /**
   * The hidden state and the learned embedding of the symbol read, as in the paper's experiment on
   * Penn Treebank by characters; of a generator that reads an embedding.
   */
  HIDDEN_AND_EMBEDDING(false),
  /** The hidden state and the one-hot symbol, or the vector, read. */
  HIDDEN_AND_INPUT(false),
  /** The hidden state alone. */
  HIDDEN(false),
  /**
   * The hidden state before its tanh, artanh(h), and the probabilities of the next symbol. Of a
   * plain tanh network artanh(h) is the pre-activation itself. A GRU's state is a mixture of the
   * outputs of tanh at different steps, so that it has no pre-activation, and artanh(h) is what a
   * tanh would have to be given for it.
   */
  PRE_TANH_AND_PROBABILITIES(true);

  private final boolean probabilities;

  Behaviour(boolean probabilities) {
    this.probabilities = probabilities;
  }

  /** Whether the probabilities of the next symbol are part of it. */
  public boolean hasProbabilities() {
    return probabilities;
  }

  /** Whether what was read is part of it. */
  boolean hasInput() {
    return this == HIDDEN_AND_EMBEDDING || this == HIDDEN_AND_INPUT;
  }

  /** Whether the hidden states are seen through artanh. */
  boolean preTanh() {
    return this == PRE_TANH_AND_PROBABILITIES;
  }
}
