package dev.lockstep.spark;

import dev.lockstep.config.Settings;
import dev.lockstep.corpus.Corpus;
import dev.lockstep.corpus.Part;
import dev.lockstep.model.Sequence;
import dev.lockstep.model.StepShape;
import dev.lockstep.random.RandomStreams;
import dev.lockstep.random.RandomStreams.Purpose;
import dev.lockstep.training.ReplicaState;
import dev.lockstep.training.WalkNetworks;
import dev.lockstep.walkback.TransitionOperator;
import dev.lockstep.walkback.Walk;
import dev.lockstep.walkback.WalkNoise;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/**
 * Measures a transition operator on parts of a corpus, as Spark jobs. The noise of a walk is a
 * function of the seed, the point's number and the path's, whichever worker walks it.
 */
final class WalkEvaluation implements Validation {
  private final JavaSparkContext spark;
  private final Settings settings;
  private final Corpus corpus;
  private final EvaluationData data;

  WalkEvaluation(SparkSession spark, Settings settings, Corpus corpus) {
    this.spark = JavaSparkContext.fromSparkContext(spark.sparkContext());
    this.settings = settings;
    this.corpus = corpus;
    this.data = new EvaluationData(settings, corpus);
  }

  @Override
  public void open(Part part) {
    data.part(part);
  }

  /** The bound, by one walk from each point: as many steps as in training at most. */
  @Override
  public Likelihood likelihood(Part part, ReplicaState state) {
    int cold = settings.objective().walkback().coldSteps();
    List<double[]> bounds =
        score(
            part,
            Long.MAX_VALUE,
            state,
            (operator, own, points) -> bounds(operator, own, points, cold));
    double[] nats = bounds.stream().flatMapToDouble(Arrays::stream).map(bound -> -bound).toArray();
    double[] steps = new double[nats.length];
    Arrays.fill(steps, 1);
    return new Likelihood(steps, nats);
  }

  private static double[] bounds(
      TransitionOperator operator, Settings settings, Points points, int cold) {
    Walk walk =
        Walk.from(
            operator,
            WalkNetworks.temperatures(settings),
            cold,
            points.states(),
            points.noise(operator, settings.training().seed(), 0));
    return walk.logWeights(operator.logPriors(walk.end()));
  }

  /**
   * Some points of a part.
   *
   * @param ids their numbers in the part
   * @param states N·D
   */
  @SuppressWarnings("ArrayRecordComponent") // compared nowhere
  record Points(long[] ids, double[] states) {
    static Points of(List<Tuple2<Long, Sequence>> some) {
      int d = some.get(0)._2().channels();
      double[] states = new double[some.size() * d];
      for (int n = 0; n < some.size(); n++) {
        float[] values = some.get(n)._2().values();
        for (int i = 0; i < d; i++) {
          states[n * d + i] = values[i];
        }
      }
      return new Points(some.stream().mapToLong(Tuple2::_1).toArray(), states);
    }

    /** Of the walk along a path from each of the points. */
    WalkNoise noise(TransitionOperator operator, long seed, int path) {
      return (step, row, noise) -> {
        SplittableRandom random =
            RandomStreams.stream(seed, Purpose.EVALUATION, ids[row], path, step);
        for (int d = 0; d < noise.length; d++) {
          noise[d] = operator.transition().noise(random);
        }
      };
    }
  }

  /** What is measured on some points, where an executor has them. */
  interface Measure<T> extends Serializable {
    T of(TransitionOperator operator, Settings settings, Points points);
  }

  /**
   * Measures the first points of a part, a minibatch at a time.
   *
   * @return in the order of the partitions, so that the same sums give the same bits
   */
  <T> List<T> score(Part part, long most, ReplicaState state, Measure<T> measure) {
    Broadcast<ReplicaState> broadcast = spark.broadcast(state);
    Settings own = settings;
    StepShape steps = corpus.descriptor().shape();
    try {
      return data.sequences(part, 1)
          .filter(sequence -> sequence._1() < most)
          .mapPartitions(some -> score(own, steps, broadcast.value(), measure, some), true)
          .collect();
    } finally {
      broadcast.destroy();
    }
  }

  private static <T> Iterator<T> score(
      Settings settings,
      StepShape steps,
      ReplicaState state,
      Measure<T> measure,
      Iterator<Tuple2<Long, Sequence>> some) {
    List<Tuple2<Long, Sequence>> list = new ArrayList<>();
    some.forEachRemaining(list::add);
    if (list.isEmpty()) {
      return Collections.emptyIterator();
    }
    list.sort(Comparator.comparingLong(Tuple2::_1));
    int batch = settings.training().batch();
    return Replicas.<WalkNetworks, List<T>>with(
            settings,
            steps,
            state,
            networks -> {
              List<T> measured = new ArrayList<>();
              for (int from = 0; from < list.size(); from += batch) {
                Points points = Points.of(list.subList(from, Math.min(from + batch, list.size())));
                measured.add(measure.of(networks.operator(), settings, points));
              }
              return measured;
            })
        .iterator();
  }
}
