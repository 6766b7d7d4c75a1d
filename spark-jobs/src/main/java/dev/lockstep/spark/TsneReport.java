package dev.lockstep.spark;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.lockstep.metric.TsneMap;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What maps of the hidden states by t-SNE say: means over the maps, and standard errors of these.
 *
 * @param runs maps
 * @param points on each
 * @param centroidDistance between the mean points of both modes
 * @param centroidDistanceError of it; null with one map
 * @param pairDistance mean over pairs of a point of each mode
 * @param pairDistanceError of it; null with one map
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record TsneReport(
    int runs,
    int points,
    double centroidDistance,
    Double centroidDistanceError,
    double pairDistance,
    Double pairDistanceError) {

  /**
   * Tells of maps.
   *
   * @return null if there are none
   */
  static TsneReport of(List<TsneMap> maps) {
    if (maps.isEmpty()) {
      return null;
    }
    return new TsneReport(
        maps.size(),
        maps.get(0).points().length,
        mean(maps, TsneMap::centroidDistance),
        error(maps, TsneMap::centroidDistance),
        mean(maps, TsneMap::pairDistance),
        error(maps, TsneMap::pairDistance));
  }

  private static double mean(List<TsneMap> maps, ToDoubleFunction<TsneMap> of) {
    return maps.stream().mapToDouble(of).average().orElseThrow();
  }

  private static Double error(List<TsneMap> maps, ToDoubleFunction<TsneMap> of) {
    int n = maps.size();
    double mean = mean(maps, of);
    double squares = maps.stream().mapToDouble(of).map(d -> (d - mean) * (d - mean)).sum();
    return n == 1 ? null : Math.sqrt(squares / (n - 1) / n);
  }

  /**
   * A map, to be drawn.
   *
   * @param seeds how many maps there are
   * @param perplexity of all of them
   * @param points of the first
   */
  public record Picture(int seeds, double perplexity, List<Point> points) {
    /**
     * A state's place.
     *
     * @param mode that it belongs to
     * @param step after which it is the state, counted from 1
     */
    public record Point(double x, double y, String mode, int step) {}

    static Picture of(List<TsneMap> maps, double perplexity, int step) {
      double[][] points = maps.get(0).points();
      return new Picture(
          maps.size(),
          perplexity,
          IntStream.range(0, points.length)
              .mapToObj(i -> point(points[i], 2 * i < points.length, step))
              .toList());
    }

    private static Point point(double[] place, boolean teacherForced, int step) {
      return new Point(place[0], place[1], teacherForced ? "teacher-forced" : "free-running", step);
    }
  }
}
