package dev.lockstep.spark;

import dev.lockstep.config.EvaluationSettings;
import dev.lockstep.metric.TsneMap;
import dev.lockstep.random.RandomStreams;
import dev.lockstep.random.RandomStreams.Purpose;
import java.util.List;
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
}
