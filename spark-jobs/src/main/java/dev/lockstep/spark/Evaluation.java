package dev.lockstep.spark;

import dev.lockstep.config.EvaluationSettings;
import dev.lockstep.config.Settings;
import dev.lockstep.corpus.Corpus;
import dev.lockstep.corpus.Part;
import dev.lockstep.metric.HiddenDrift;
import dev.lockstep.metric.Probe;
import dev.lockstep.metric.Repeats;
import dev.lockstep.metric.StreamLikelihood;
import dev.lockstep.metric.StreamLikelihood.Sum;
import dev.lockstep.metric.TsneMap;
import dev.lockstep.model.Generator;
import dev.lockstep.model.Sequence;
import dev.lockstep.model.StepShape;
import dev.lockstep.results.FreeRunningStatistic;
import dev.lockstep.results.RepeatReport;
import dev.lockstep.training.ReplicaState;
import dev.lockstep.training.SequenceNetworks;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/** Measures networks on parts of a corpus, as Spark jobs. */
public final class Evaluation implements Validation {
  /**
   * Blocks of a stream, whose nlls are summed for the bootstrap: as few as give an interval, as
   * nlls are correlated over thousands of steps. Of PTB's test characters, blocks of 1,000 gave a
   * standard error of 0.0042 nats, those of 7,000, which 64 are, one of 0.0061.
   */
  private static final int BLOCKS = 64;

  private final JavaSparkContext spark;
  private final Settings settings;
  private final Corpus corpus;
  private final EvaluationData data;

  /**
   * An evaluation of networks that those settings describe.
   *
   * @param settings whose generator, discriminator and objective are those that the networks were
   *     trained with
   */
  public Evaluation(SparkSession spark, Settings settings, Corpus corpus) {
    this.spark = JavaSparkContext.fromSparkContext(spark.sparkContext());
    this.settings = settings;
    this.corpus = corpus;
    this.data = new EvaluationData(settings, corpus);
  }

  @Override
  public void open(Part part) {
    data.part(part);
  }

  /**
   * Likelihood of a part: of a stream, read as {@code evaluation.streams} contiguous streams with
   * carried state; of sequences that stand by themselves, one by one.
   */
  @Override
  public Likelihood likelihood(Part part, ReplicaState state) {
    if (!corpus.descriptor().isStream()) {
      return restartingLikelihood(part, state);
    }
    int chunk = settings.data().sequenceLength();
    int block = Math.toIntExact((data.part(part).steps() + BLOCKS - 1) / BLOCKS);
    return score(
        data.streams(part),
        state,
        (generator, streams) -> StreamLikelihood.of(generator, streams, chunk, block));
  }

  /** Likelihood of a part's sequences one by one from the start symbol, as training sees them. */
  public Likelihood restartingLikelihood(Part part, ReplicaState state) {
    int chunk = settings.data().sequenceLength();
    int rows = settings.evaluation().streams();
    return score(
        data.sequences(part, chunk),
        state,
        (generator, sequences) -> inBatches(generator, sequences, rows, chunk));
  }

  private static List<Sum> inBatches(
      Generator generator, List<Sequence> sequences, int rows, int chunk) {
    List<Sum> sums = new ArrayList<>();
    for (int from = 0; from < sequences.size(); from += rows) {
      List<Sequence> batch = sequences.subList(from, Math.min(from + rows, sequences.size()));
      sums.addAll(StreamLikelihood.of(generator, batch, chunk, Integer.MAX_VALUE));
    }
    return sums;
  }

  /** The drift of hidden states over the first sequences of a part that are long enough. */
  public HiddenDrift.Result drift(Part part, ReplicaState state) {
    List<Sequence> sequences = data.drift(part);
    Settings own = settings;
    NetworkTasks tasks = tasks();
    Supplier<HiddenDrift.Result> drift =
        tasks.add(networks -> DriftTask.measure(networks, sequences, own));
    tasks.run(state);
    return drift.get();
  }

  /**
   * What the networks do in both modes.
   *
   * @param part where it is measured
   * @param other what a probe learns on
   */
  Behaviours behaviours(Part part, Part other, ReplicaState state) {
    EvaluationSettings asked = settings.evaluation();
    List<Sequence> sequences = data.drift(part);
    EvaluationData.Beyond beyond = data.beyond(part);
    // No more than it can draw: a probe that has few would learn them by heart.
    List<Sequence> learned =
        data.first(other, sequences.get(0).length(), Probe.sequences(asked.probe().updates()));
    int mapped = TsneMaps.sequences(asked.tsne(), sequences.size());
    LengthGeneralisation lengths = lengths();
    NetworkTasks tasks = tasks();
    Supplier<DriftTask.Result> drift =
        tasks.add(new DriftTask(sequences, beyond, mapped, settings));
    Supplier<SeparationTask.Result> separation =
        tasks.add(new SeparationTask(settings, learned, sequences, beyond, endSymbol()));
    Supplier<List<Sequence>> output =
        asked.freeRunning()
            ? tasks.add(networks -> lengths.run(networks, sequences))
            : List::<Sequence>of;
    tasks.run(state);
    return new Behaviours(drift.get(), separation.get(), output.get());
  }

  /**
   * What came out of a generator's behaviour.
   *
   * @param drift of the hidden states
   * @param separation how well the modes can be told apart
   * @param output what ran free, empty if that was not asked for
   */
  record Behaviours(
      DriftTask.Result drift, SeparationTask.Result separation, List<Sequence> output) {}

  /** Maps of the states that {@link #behaviours} kept for them; none if it kept none. */
  List<TsneMap> maps(Behaviours behaviours) {
    double[][] states = behaviours.drift().lastStates();
    return states.length == 0
        ? List.of()
        : TsneMaps.draw(spark, settings.evaluation().tsne(), states, settings.training().seed());
  }

  /** What free-running output is like beside a part. */
  List<FreeRunningStatistic> lengthGeneralisation(Part part, List<Sequence> output) {
    return lengths().compare(output, data.drift(part));
  }

  /**
   * How much free-running output repeats itself and copies, beside a part.
   *
   * @param training what it may copy from
   */
  List<RepeatReport> repeats(Part part, Part training, List<Sequence> output) {
    int length = data.drift(part).get(0).length();
    List<Integer> multiples = lengths().multiples();
    int longest = length * multiples.get(multiples.size() - 1);
    int texts = TextRepeats.texts(output.size(), longest);
    // Where the data have no sequences that are long enough, shorter ones have to do.
    List<Sequence> beside = List.of();
    for (int m = multiples.size() - 1; beside.isEmpty(); m--) {
      beside = data.first(part, length * multiples.get(m));
    }
    List<int[]> all =
        Stream.of(output, beside)
            .flatMap(some -> some.stream().limit(texts).map(Sequence::symbols))
            .toList();
    List<int[]> copied = TrainingCopies.of(spark, all, data.texts(training));
    List<Repeats.Text> told =
        IntStream.range(0, all.size())
            .mapToObj(i -> new Repeats.Text(all.get(i), copied.get(i)))
            .toList();
    return TextRepeats.of(
        told.subList(0, texts), told.subList(texts, all.size()), length, multiples);
  }

  private Integer endSymbol() {
    OptionalInt end = corpus.descriptor().endSymbol();
    return end.isPresent() ? end.getAsInt() : null;
  }

  private LengthGeneralisation lengths() {
    return new LengthGeneralisation(
        settings, corpus.descriptor().steps(), corpus.descriptor().shape());
  }

  private NetworkTasks tasks() {
    return new NetworkTasks(spark, settings, corpus.descriptor().shape());
  }

  /** Scores some sequences, where an executor has them. */
  private interface Scorer extends BiFunction<Generator, List<Sequence>, List<Sum>>, Serializable {}

  private Likelihood score(JavaPairRDD<Long, Sequence> pieces, ReplicaState state, Scorer scorer) {
    Broadcast<ReplicaState> broadcast = spark.broadcast(state);
    Settings own = settings;
    StepShape steps = corpus.descriptor().shape();
    try {
      // In the order of the partitions, so that the same sums give the same bits.
      List<double[][]> sums =
          pieces
              .mapPartitions(part -> score(own, steps, broadcast.value(), scorer, part), true)
              .collect();
      return Likelihood.joining(sums);
    } finally {
      broadcast.destroy();
    }
  }

  private static Iterator<double[][]> score(
      Settings settings,
      StepShape steps,
      ReplicaState state,
      Scorer scorer,
      Iterator<Tuple2<Long, Sequence>> pieces) {
    List<Tuple2<Long, Sequence>> list = new ArrayList<>();
    pieces.forEachRemaining(list::add);
    if (list.isEmpty()) {
      return Collections.emptyIterator();
    }
    list.sort(Comparator.comparingLong(Tuple2::_1));
    List<Sequence> streams = list.stream().map(Tuple2::_2).toList();
    List<Sum> sums =
        Replicas.<SequenceNetworks, List<Sum>>with(
            settings, steps, state, networks -> scorer.apply(networks.generator(), streams));
    return Collections.singleton(Likelihood.split(sums)).iterator();
  }
}
