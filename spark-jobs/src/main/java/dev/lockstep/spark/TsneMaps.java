package dev.lockstep.spark;

import dev.lockstep.config.EvaluationSettings;
import dev.lockstep.metric.TsneMap;
import dev.lockstep.random.RandomStreams;
import dev.lockstep.random.RandomStreams.Purpose;
import dev.lockstep.results.TsnePicture;
import dev.lockstep.results.TsneReport;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/** Draws maps of the same states from several starts, each in a task of its own. */
final class TsneMaps {
  private TsneMaps() {}

  /** Of how many of so many sequences a map can have the states; 0 if they are too few for one. */
  static int sequences(EvaluationSettings.Tsne asked, int sequences) {
    int mapped = Math.min(asked.sequences(), sequences);
    boolean enough = 2 * mapped >= TsneMap.FEWEST_POINTS && 2 * mapped > 3 * asked.perplexity();
    return asked.runs() > 0 && enough ? mapped : 0;
  }

  /**
   * Draws them.
   *
   * @param states of both modes, as {@link dev.lockstep.metric.HiddenDrift#lastStates} gives them
   * @param seed of the run
   */
  static List<TsneMap> draw(
      JavaSparkContext spark, EvaluationSettings.Tsne asked, double[][] states, long seed) {
    Broadcast<double[][]> broadcast = spark.broadcast(states);
    List<Integer> runs = IntStream.range(0, asked.runs()).boxed().toList();
    int atATime = Math.min(asked.runs(), spark.defaultParallelism());
    double perplexity = asked.perplexity();
    try {
      return spark
          .parallelize(runs, atATime)
          .map(
              run ->
                  TsneMap.of(
                      broadcast.value(), perplexity, RandomStreams.key(seed, Purpose.TSNE, run)))
          .collect();
    } finally {
      broadcast.destroy();
    }
  }

  /**
   * What maps say of a run.
   *
   * @return null if there are none
   */
  static TsneReport report(List<TsneMap> maps) {
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

  /** The first of some maps, to be drawn; its states are those after a step. */
  static TsnePicture picture(List<TsneMap> maps, double perplexity, int step) {
    double[][] points = maps.get(0).points();
    return new TsnePicture(
        maps.size(),
        perplexity,
        IntStream.range(0, points.length)
            .mapToObj(i -> point(points[i], 2 * i < points.length, step))
            .toList());
  }

  private static TsnePicture.Point point(double[] place, boolean teacherForced, int step) {
    return new TsnePicture.Point(
        place[0], place[1], teacherForced ? "teacher-forced" : "free-running", step);
  }
}
