package dev.lockstep.metric;

import java.io.Serializable;
import java.util.stream.IntStream;
import smile.manifold.TSNE;

/**
 * A map of hidden states in the plane by t-SNE (van der Maaten & Hinton 2008), which puts states
 * side by side that are neighbours among all of them; 2N points, those of the teacher-forced mode
 * first. Where the modes' states are alike their points mix; distances between points that are no
 * neighbours mean little, so what is told of a map is told of several.
 *
 * @param points [2N][2]
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
public record TsneMap(double[][] points) implements Serializable {
  /** Fewer points than these the library would map by another objective. */
  public static final int FEWEST_POINTS = 100;

  private static final int ITERATIONS = 1000;

  /**
   * By which the library makes attraction larger at the start. Steps of the number of points over
   * this neither tear the map apart nor stand still (Belkina et al. 2019).
   */
  private static final double EXAGGERATION = 12;

  static {
    // Its threads read points that others move, and would draw another map each time.
    System.setProperty("smile.threads", "1");
  }

  /**
   * Draws a map. It is a function of its arguments.
   *
   * @param states [2N][W], the teacher-forced ones first, at least {@link #FEWEST_POINTS} and more
   *     than three times the perplexity
   * @param perplexity about how many neighbours a state has
   * @param seed of where the points begin
   */
  public static TsneMap of(double[][] states, double perplexity, long seed) {
    if (states.length < FEWEST_POINTS || states.length <= 3 * perplexity) {
      throw new IllegalArgumentException(
          states.length + " states are too few for a map of perplexity " + perplexity);
    }
    // The library's random numbers belong to the thread.
    smile.math.Math.setSeed(seed);
    double stepSize = states.length / EXAGGERATION;
    return new TsneMap(
        new TSNE(squaredDistances(states), 2, perplexity, stepSize, ITERATIONS).getCoordinates());
  }

  /** Which the library takes them for, as they are a square. */
  private static double[][] squaredDistances(double[][] states) {
    return IntStream.range(0, states.length)
        .mapToObj(
            i ->
                IntStream.range(0, states.length)
                    .mapToDouble(j -> smile.math.Math.squaredDistance(states[i], states[j]))
                    .toArray())
        .toArray(double[][]::new);
  }

  /** Between the mean points of both modes. */
  public double centroidDistance() {
    return smile.math.Math.distance(centroid(0), centroid(points.length / 2));
  }

  private double[] centroid(int first) {
    int n = points.length / 2;
    return IntStream.range(0, 2)
        .mapToDouble(
            axis -> IntStream.range(first, first + n).mapToDouble(i -> points[i][axis]).sum() / n)
        .toArray();
  }

  /** Mean over the N² pairs of a point of each mode. */
  public double pairDistance() {
    int n = points.length / 2;
    double sum = 0;
    for (int i = 0; i < n; i++) {
      for (int j = n; j < 2 * n; j++) {
        sum += smile.math.Math.distance(points[i], points[j]);
      }
    }
    return sum / n / n;
  }
}
