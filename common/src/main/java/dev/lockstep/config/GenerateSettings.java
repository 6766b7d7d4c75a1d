package dev.lockstep.config;

import dev.lockstep.config.Limits.Above;
import dev.lockstep.config.Limits.AtLeast;
import dev.lockstep.config.Limits.AtMost;
import java.io.Serializable;

/**
 * What is generated.
 *
 * @param count sequences
 * @param length steps of each
 * @param decoding how steps are chosen
 * @param temperature sharpness of the draw, 1 = as learned
 * @param topK symbols that may be drawn, the likeliest; 0 = all
 * @param topP share of the probability that the likeliest symbols, which may be drawn, have
 * @param beam the search, where steps are searched for
 * @param bias sharpness of draws from a mixture of Gaussians, 0 = as learned
 * @param prefix what each sequence continues
 * @param condition what the sequences depend on, one a line
 * @param walkback chains of a transition operator
 * @param seed where the draws come from
 */
public record GenerateSettings(
    @AtLeast(1) int count,
    @AtLeast(1) int length,
    Decoding decoding,
    @Above(0) double temperature,
    @AtLeast(0) int topK,
    @Above(0) @AtMost(1) double topP,
    Beam beam,
    @AtLeast(0) double bias,
    String prefix,
    String condition,
    Walkback walkback,
    long seed)
    implements Serializable {
  /** How steps are chosen. */
  public enum Decoding implements Choice {
    /** Drawn from what the generator gives. */
    SAMPLE,
    /** Searched for, breadth first. */
    BEAM
  }

  /**
   * A beam search.
   *
   * @param width hypotheses that are followed at a time
   * @param lengthPenalty exponent of the normalisation by length; 0 = none
   * @param nBest hypotheses that are returned, at most {@code width}
   */
  public record Beam(
      @AtLeast(1) @AtMost(1000) int width,
      @AtLeast(0) double lengthPenalty,
      @AtLeast(1) @AtMost(1000) int nBest)
      implements Serializable {}

  /**
   * Chains of a transition operator.
   *
   * @param stepsAtTemperatureOne steps at temperature 1 after the chain has cooled
   * @param frames states of each chain that are shown, the last among them
   * @param clamp what of a picture is given, and not drawn
   */
  public record Walkback(@AtLeast(0) int stepsAtTemperatureOne, @AtLeast(1) int frames, Clamp clamp)
      implements Serializable {}

  /** What of a picture is given, and not drawn. */
  public enum Clamp implements Choice {
    /** Nothing. */
    NONE,
    /** The left half. */
    LEFT,
    /** The right half. */
    RIGHT,
    /** The upper half. */
    TOP,
    /** The lower half. */
    BOTTOM
  }

  /** Whether draws leave out some symbols. */
  public boolean truncates() {
    return topK > 0 || topP < 1;
  }
}
