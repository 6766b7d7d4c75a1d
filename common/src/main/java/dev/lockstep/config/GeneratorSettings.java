package dev.lockstep.config;

import dev.lockstep.config.Limits.AtLeast;
import dev.lockstep.config.Limits.Below;
import java.io.Serializable;

/**
 * The network that generates.
 *
 * @param input how a symbol enters it
 * @param embedding width of the embedding, where the input is one
 * @param hidden width of each layer
 * @param layers number of layers
 * @param mixtureComponents Gaussians of the output, where steps are real numbers
 * @param condition how what a sequence depends on enters it
 * @param attentionComponents components of the attention window, where there is one
 * @param softmaxSamples words drawn for the likelihood of a minibatch; 0 for the whole vocabulary
 * @param dropout what training drops
 */
public record GeneratorSettings(
    Input input,
    @AtLeast(1) int embedding,
    @AtLeast(1) int hidden,
    @AtLeast(1) int layers,
    @AtLeast(1) int mixtureComponents,
    Condition condition,
    @AtLeast(1) int attentionComponents,
    @AtLeast(0) int softmaxSamples,
    Dropout dropout)
    implements Serializable {
  /**
   * The shares that training drops of what is not recurrent.
   *
   * @param input of what the first layer reads
   * @param output of what the output layer reads
   */
  public record Dropout(@AtLeast(0) @Below(1) double input, @AtLeast(0) @Below(1) double output)
      implements Serializable {}

  /** How a symbol enters the generator. */
  public enum Input implements Choice {
    /** A vector of zeros with a one. */
    ONE_HOT,
    /** A learned vector. */
    EMBEDDING
  }

  /** How what a sequence depends on enters the generator. */
  public enum Condition implements Choice {
    /** Not at all: unconditional. */
    NONE,
    /** A label, read at every step. */
    LABEL,
    /** A text, under an attention window that moves along it. */
    WINDOW,
    /** A text, read by an encoder whose last state the generator starts from. */
    ENCODER
  }
}
