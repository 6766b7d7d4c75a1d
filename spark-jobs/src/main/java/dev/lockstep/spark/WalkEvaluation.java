package dev.lockstep.spark;

import dev.lockstep.config.EvaluationSettings;
import dev.lockstep.config.Settings;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.Corpus;
import dev.lockstep.corpus.Part;
import dev.lockstep.corpus.Raster;
import dev.lockstep.metric.Bootstrap;
import dev.lockstep.metric.MaximumMeanDiscrepancy;
import dev.lockstep.model.Sequence;
import dev.lockstep.model.StepShape;
import dev.lockstep.random.RandomStreams;
import dev.lockstep.random.RandomStreams.Purpose;
import dev.lockstep.results.WalkReport;
import dev.lockstep.storage.Location;
import dev.lockstep.training.Networks;
import dev.lockstep.training.ReplicaState;
import dev.lockstep.training.WalkNetworks;
import dev.lockstep.walkback.Chain;
import dev.lockstep.walkback.ClassScore;
import dev.lockstep.walkback.Irreversibility;
import dev.lockstep.walkback.PathLikelihood;
import dev.lockstep.walkback.TransitionOperator;
import dev.lockstep.walkback.Walk;
import dev.lockstep.walkback.WalkNoise;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.deeplearning4j.exception.DL4JException;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import scala.Tuple2;

/**
 * Measures a transition operator on parts of a corpus, as Spark jobs. The noise of a walk is a
 * function of the seed, the point's number and the path's, whichever worker walks it.
 */
final class WalkEvaluation implements Validation {
  /**
   * Pairs of samples of the data that tell how far two are apart: of one, chance tells too much.
   */
  private static final int DATA_SAMPLES = 5;

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
    int cold = settings.objective().walkback().stepsAtTemperatureOne();
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

  /** Evaluates an operator on the test part. */
  WalkReport report(int round, ReplicaState state) {
    EvaluationSettings.Walkback asked = settings.evaluation().walkback();
    List<Integer> all = steps();
    int heating = WalkNetworks.temperatures(settings).heating();
    List<WalkReport.Row> rows = new ArrayList<>();
    int dimensions = corpus.descriptor().shape().channels();
    int points = 0;
    for (int steps : all) {
      int cold = steps - heating;
      double[][] likelihood =
          joined(
              score(
                  Part.TEST,
                  asked.points(),
                  state,
                  (operator, own, some) -> likelihood(operator, own, some, cold)));
      points = likelihood[0].length;
      rows.add(row(steps, dimensions, likelihood));
    }
    return new WalkReport(round, Part.TEST.key(), points, dimensions, rows, chain(state));
  }

  /**
   * A row of the report.
   *
   * @param ofPoints the bound, the estimate and the effective paths of each point
   */
  private WalkReport.Row row(int steps, int dimensions, double[][] ofPoints) {
    double estimate = mean(ofPoints[1]);
    OptionalDouble levelBits = levelBits();
    return new WalkReport.Row(
        steps,
        settings.evaluation().walkback().paths(),
        mean(ofPoints[0]),
        interval(ofPoints[0], 0),
        estimate,
        interval(ofPoints[1], 1),
        levelBits.isPresent() ? levelBits.getAsDouble() - Bits.of(estimate) / dimensions : null,
        mean(ofPoints[2]));
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  private List<Double> interval(double[] values, long which) {
    return Bootstrap.ofMean(
            values, RandomStreams.stream(settings.training().seed(), Purpose.BOOTSTRAP, which))
        .ends();
  }

  /** What a number's level of brightness has more bits than its density. */
  private OptionalDouble levelBits() {
    return corpus.descriptor().steps() instanceof Raster raster
        ? raster.levelBits()
        : OptionalDouble.of(0);
  }

  /** {@code evaluation.walkback.steps} as numbers. */
  private List<Integer> steps() {
    String text = settings.evaluation().walkback().steps();
    int least = WalkNetworks.temperatures(settings).heating();
    List<Integer> all = new ArrayList<>();
    for (String number : text.split(",", -1)) {
      if (!number.strip().matches("[0-9]{1,6}") || Integer.parseInt(number.strip()) < least) {
        throw new UserError(
            "evaluation.walkback.steps = \"%s\": must be whole numbers with commas between, each at least %d, the steps that heat up to objective.walkback.max-temperature"
                .formatted(text, least));
      }
      all.add(Integer.parseInt(number.strip()));
    }
    return all;
  }

  private static double[][] likelihood(
      TransitionOperator operator, Settings settings, Points points, int cold) {
    long seed = settings.training().seed();
    PathLikelihood likelihood =
        PathLikelihood.of(
            operator,
            WalkNetworks.temperatures(settings),
            cold,
            points.states(),
            settings.evaluation().walkback().paths(),
            path -> points.noise(operator, seed, path));
    return new double[][] {
      likelihood.bounds(), likelihood.estimates(), likelihood.effectivePaths()
    };
  }

  /** Arrays of some points each, put together one by one. */
  private static double[][] joined(List<double[][]> parts) {
    double[][] joined = new double[parts.get(0).length][];
    for (int i = 0; i < joined.length; i++) {
      int which = i;
      joined[i] = parts.stream().flatMapToDouble(part -> Arrays.stream(part[which])).toArray();
    }
    return joined;
  }

  /** One chain for each point that is walked from, which it is then compared with. */
  private WalkReport.ChainRow chain(ReplicaState state) {
    EvaluationSettings.Walkback asked = settings.evaluation().walkback();
    double[][] chains = joined(score(Part.TEST, asked.points(), state, WalkEvaluation::chain));
    int dimensions = corpus.descriptor().shape().channels();
    double count = Arrays.stream(chains[4]).sum();
    double levels = dimensions * levelBits().orElse(0) * Math.log(2);
    Irreversibility crossed =
        new Irreversibility(
            Arrays.stream(chains[2]).sum() / count,
            Arrays.stream(chains[3]).sum() / count + levels);
    return new WalkReport.ChainRow(
        asked.chain(),
        MaximumMeanDiscrepancy.between(
            chains[1], chains[0], dimensions, Networks.threads(settings)),
        dataDiscrepancy(chains[1], dimensions),
        crossed.divergence(),
        crossed.entropy(),
        crossed.entropy() > 0 ? crossed.degree() : null,
        classScore(chains[0], dimensions));
  }

  /** The mean of the test points' discrepancies from samples of the other parts. */
  private double dataDiscrepancy(double[] points, int dimensions) {
    List<Sequence> others = new ArrayList<>();
    int rows = points.length / dimensions;
    for (Part part : List.of(Part.VALID, Part.TRAIN)) {
      others.addAll(data.first(part, 1, DATA_SAMPLES * rows - others.size()));
    }
    // Where there is not even one whole sample, of a smaller one.
    int size = Math.min(rows, others.size());
    double[] data = Arrays.copyOf(points, size * dimensions);
    return IntStream.range(0, others.size() / size)
        .mapToObj(i -> Sequence.points(others.subList(i * size, (i + 1) * size)))
        .mapToDouble(
            other ->
                MaximumMeanDiscrepancy.between(data, other, dimensions, Networks.threads(settings)))
        .average()
        .orElseThrow();
  }

  /** Where the chains end, the points, and sums of divergence, entropy and the number of chains. */
  private static double[][] chain(TransitionOperator operator, Settings settings, Points points) {
    int rows = points.ids().length;
    int steps = settings.evaluation().walkback().chain();
    WalkNoise noise = points.noise(operator, settings.training().seed(), -1);
    Chain chain = Chain.fromPrior(operator, rows, noise);
    chain.cool(
        WalkNetworks.temperatures(settings),
        settings.objective().walkback().stepsAtTemperatureOne());
    for (int step = 0; step < steps / 2; step++) {
      chain.step();
    }
    Irreversibility crossed = Irreversibility.of(chain, steps - steps / 2);
    return new double[][] {
      chain.states(),
      points.states(),
      {crossed.divergence() * rows},
      {crossed.entropy() * rows},
      {rows}
    };
  }

  /** By the classifier of {@code evaluation.walkback.classifier}, null without one. */
  private Double classScore(double[] states, int dimensions) {
    String file = settings.evaluation().walkback().classifier();
    if (file.isBlank()) {
      return null;
    }
    MultiLayerNetwork classifier = classifier(file);
    INDArray points =
        Nd4j.createFromArray(states)
            .reshape(states.length / dimensions, dimensions)
            .castTo(classifier.params().dataType());
    try {
      return ClassScore.of(classifier.output(points).castTo(DataType.DOUBLE).toDoubleMatrix());
    } catch (DL4JException | IllegalArgumentException | IllegalStateException e) {
      throw new UserError(
          "evaluation.walkback.classifier %s: does not take rows of %d numbers: give a network that does"
              .formatted(file, dimensions),
          e);
    }
  }

  private MultiLayerNetwork classifier(String file) {
    byte[] bytes =
        Location.of(
                "evaluation.walkback.classifier",
                file,
                "a DL4J network",
                spark.hadoopConfiguration())
            .bytes();
    try {
      return ModelSerializer.restoreMultiLayerNetwork(new ByteArrayInputStream(bytes), false);
    } catch (IOException | RuntimeException e) {
      // DL4J throws what it happens upon.
      throw new UserError(
          "evaluation.walkback.classifier %s: is not a network that DL4J has written: name one that is"
              .formatted(file),
          e);
    }
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
      return new Points(
          some.stream().mapToLong(Tuple2::_1).toArray(),
          Sequence.points(some.stream().map(Tuple2::_2).toList()));
    }

    /** Of the walk along a path from each of the points. */
    WalkNoise noise(TransitionOperator operator, long seed, int path) {
      return (step, row, noise) -> {
        SplittableRandom random =
            RandomStreams.stream(seed, Purpose.EVALUATION, ids[row], path, step);
        operator.transition().fill(noise, random);
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
