package dev.lockstep.results;

import java.util.List;

/**
 * A map of hidden states of both modes by t-SNE, to be drawn: {@link ResultFiles#TSNE}.
 *
 * @param seeds how many maps there are, of which this is the first
 * @param perplexity that t-SNE aimed at, of all of them
 * @param points a hidden state each
 */
public record TsnePicture(int seeds, double perplexity, List<Point> points) {
  /**
   * A state's place.
   *
   * @param mode that it belongs to, {@code teacher-forced} or {@code free-running}
   * @param step after which it is the state, counted from 1
   */
  public record Point(double x, double y, String mode, int step) {}
}
