package dev.lockstep.config;

import dev.lockstep.config.Limits.Above;
import dev.lockstep.config.Limits.AtLeast;
import java.io.Serializable;

/**
 * How it is measured.
 *
 * @param streams contiguous pieces of a part, read side by side with carried state
 * @param sequences sequences over which the drift is measured
 * @param length steps over which the drift is measured; 0 = the corpus's sequence length
 * @param beyond largest multiple of that length at which the drift is measured
 * @param freeRunning whether free-running output is compared with the data beyond that length
 * @param tsne maps of hidden states
 * @param probe a fresh discriminator
 * @param walkback walks of a transition operator
 */
public record EvaluationSettings(
    @AtLeast(1) int streams,
    @AtLeast(1) int sequences,
    @AtLeast(0) int length,
    @AtLeast(1) int beyond,
    boolean freeRunning,
    Tsne tsne,
    Probe probe,
    Walkback walkback)
    implements Serializable {
  /**
   * Maps of hidden states by t-SNE.
   *
   * @param runs maps that are drawn; 0 = none
   * @param sequences of either mode whose last states are on them
   * @param perplexity about how many neighbours a state has
   */
  public record Tsne(
      @AtLeast(0) int runs, @AtLeast(50) int sequences, @AtLeast(2) double perplexity)
      implements Serializable {}

  /**
   * A fresh discriminator that learns to tell the modes of a trained generator apart.
   *
   * @param updates of its parameters; 0 = none is trained
   * @param hidden width of its layers
   * @param learningRate of Adam
   */
  public record Probe(
      @AtLeast(0) int updates, @AtLeast(1) int hidden, @Above(0) double learningRate)
      implements Serializable {}

  /**
   * Walks of a transition operator.
   *
   * @param steps numbers of steps, with commas between
   * @param points of the part that are walked from
   * @param paths walks from each
   * @param chain steps at temperature 1 of chains that begin in noise
   * @param classifier a DL4J network for an inception-style score; empty for none
   */
  public record Walkback(
      String steps,
      @AtLeast(2) int points,
      @AtLeast(1) int paths,
      @AtLeast(1) int chain,
      String classifier)
      implements Serializable {}
}
