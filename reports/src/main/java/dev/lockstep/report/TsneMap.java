package dev.lockstep.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * Hidden states of both modes on a plane, {@code evaluation/tsne.json}.
 *
 * @param seeds how many maps were computed, of which this is one
 * @param perplexity that t-SNE aimed at
 * @param points a hidden state each
 */
record TsneMap(
    Integer seeds, Double perplexity, @JsonProperty(required = true) List<Point> points) {
  /**
   * A hidden state.
   *
   * @param mode teacher-forced or free-running
   * @param step at which the network had it
   */
  record Point(
      @JsonProperty(required = true) double x,
      @JsonProperty(required = true) double y,
      @JsonProperty(required = true) String mode,
      Integer step) {}
}
