package dev.lockstep.model;

/**
 * B(x, y, θg): what the discriminator sees of the generator at each step (section 2.2 of the
 * paper). The hidden state is that of every layer.
 */
public enum Behaviour {
  /** The hidden state and the probabilities of the next symbol. */
  HIDDEN_AND_PROBABILITIES,
  /** The hidden state and the embedding of the symbol read. */
  HIDDEN_AND_INPUT,
  /** The hidden state alone. */
  HIDDEN
}
