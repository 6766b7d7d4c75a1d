package dev.lockstep.spark;

import dev.lockstep.config.Settings;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.Corpus;
import dev.lockstep.corpus.CorpusPart;
import dev.lockstep.corpus.Part;
import dev.lockstep.metric.FreeRunningStatistics;
import dev.lockstep.metric.HiddenDrift;
import dev.lockstep.metric.StreamLikelihood;
import dev.lockstep.model.Sequence;
import dev.lockstep.model.StepShape;
import dev.lockstep.random.RandomStreams;
import dev.lockstep.random.RandomStreams.Purpose;
import dev.lockstep.training.Networks;
import dev.lockstep.training.ReplicaState;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/** Measures networks on parts of a corpus, as Spark jobs. */
public final class Evaluation {
  private final SparkSession spark;
  private final Settings settings;
  private final Corpus corpus;
  private final Map<Part, CorpusPart> opened = new EnumMap<>(Part.class);

  /** What the drift is measured on. */
  private final Map<Part, List<Sequence>> cut = new EnumMap<>(Part.class);

  /**
   * An evaluation of networks that those settings describe.
   *
   * @param settings whose generator, discriminator and objective are those that the networks were
   *     trained with
   */
  public Evaluation(SparkSession spark, Settings settings, Corpus corpus) {
    this.spark = spark;
    this.settings = settings;
    this.corpus = corpus;
  }

  /**
   * Opens a part before it is needed.
   *
   * @throws UserError if its files do not hold what the corpus says
   */
  public void open(Part part) {
    part(part);
  }

  /**
   * A mean surprisal.
   *
   * @param steps scored
   * @param nll mean, nats
   */
  public record Likelihood(long steps, double nll) {
    static Likelihood of(StreamLikelihood.Sum sum) {
      return new Likelihood(sum.symbols(), sum.nats() / sum.symbols());
    }
  }

  /**
   * Likelihood of a part: of a stream, read as {@code evaluation.streams} contiguous streams with
   * carried state; of sequences that stand by themselves, one by one.
   */
  public Likelihood likelihood(Part part, ReplicaState state) {
    if (!corpus.descriptor().isStream()) {
      return restartingLikelihood(part, state);
    }
    int chunk = settings.data().sequenceLength();
    long length = streamLength(part);
    return sum(
        pieces(part, length),
        state,
        (networks, streams) -> StreamLikelihood.of(networks.generator(), streams, chunk));
  }

  /** Likelihood of a part's sequences one by one from the start symbol, as training sees them. */
  public Likelihood restartingLikelihood(Part part, ReplicaState state) {
    int chunk = settings.data().sequenceLength();
    int rows = settings.evaluation().streams();
    return sum(
        sequences(part, chunk),
        state,
        (networks, streams) -> inBatches(networks, streams, rows, chunk));
  }

  private static StreamLikelihood.Sum inBatches(
      Networks networks, List<Sequence> sequences, int rows, int chunk) {
    StreamLikelihood.Sum sum = new StreamLikelihood.Sum(0, 0);
    for (int from = 0; from < sequences.size(); from += rows) {
      List<Sequence> batch = sequences.subList(from, Math.min(from + rows, sequences.size()));
      sum = sum.plus(StreamLikelihood.of(networks.generator(), batch, chunk));
    }
    return sum;
  }

  /** The drift of hidden states over the first sequences of a part that are long enough. */
  public HiddenDrift.Result drift(Part part, ReplicaState state) {
    Settings own = settings;
    return measure(part, state, (networks, sequences) -> drift(own, networks, sequences));
  }

  /**
   * What free-running output is like at multiples of the drift's length, beside the sequences that
   * the drift is measured on.
   */
  public List<FreeRunningStatistics.Row> lengthGeneralisation(Part part, ReplicaState state) {
    LengthGeneralisation measure =
        new LengthGeneralisation(settings, corpus.descriptor().steps(), shape());
    return measure(part, state, measure::of);
  }

  /** Measures networks on the drift's sequences, in one task. */
  private <T> T measure(Part part, ReplicaState state, Measure<T> measure) {
    List<Sequence> sequences = cut.computeIfAbsent(part, this::driftSequences);
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<ReplicaState> broadcast = context.broadcast(state);
    Settings own = settings;
    StepShape steps = shape();
    try {
      return context
          .parallelize(Collections.singletonList(sequences.toArray(Sequence[]::new)), 1)
          .map(
              all ->
                  Replicas.with(
                      own,
                      steps,
                      broadcast.value(),
                      networks -> measure.apply(networks, List.of(all))))
          .first();
    } finally {
      broadcast.destroy();
    }
  }

  /** Of the same length: of a stream, its first pieces; else the first sequences, cut. */
  private List<Sequence> driftSequences(Part part) {
    int length = driftLength(part);
    int wanted = settings.evaluation().sequences();
    List<Sequence> longEnough =
        sequences(part, length)
            .filter(s -> s._2().length() >= length)
            .sortByKey()
            .values()
            .map(sequence -> sequence.steps(0, length))
            .take(wanted);
    if (longEnough.size() < 2) {
      throw new UserError(
          "evaluation.length = %d: the %s part has %d steps in %d sequences, too few for two of that length: use a smaller one"
              .formatted(length, part.key(), part(part).steps(), part(part).sequences()));
    }
    return longEnough;
  }

  /** {@code evaluation.length}, with its 0 resolved. */
  private int driftLength(Part part) {
    if (settings.evaluation().length() > 0 || corpus.descriptor().isStream()) {
      return settings.driftLength();
    }
    List<Integer> lengths =
        new ArrayList<>(part(part).sequencesById().values().map(Sequence::length).collect());
    Collections.sort(lengths);
    return lengths.get(lengths.size() / 2);
  }

  private static HiddenDrift.Result drift(
      Settings settings, Networks networks, List<Sequence> sequences) {
    return new HiddenDrift(
            networks.generator(), networks.discriminator(), Networks.behaviour(settings))
        .measure(sequences, RandomStreams.stream(settings.training().seed(), Purpose.EVALUATION));
  }

  private Likelihood sum(
      JavaPairRDD<Long, Sequence> pieces,
      ReplicaState state,
      Measure<StreamLikelihood.Sum> scorer) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<ReplicaState> broadcast = context.broadcast(state);
    Settings own = settings;
    StepShape steps = shape();
    try {
      List<Tuple2<Integer, StreamLikelihood.Sum>> sums =
          pieces
              .mapPartitionsWithIndex(
                  (index, part) -> score(own, steps, broadcast.value(), scorer, index, part), true)
              .collect();
      // In the order of the partitions, so that the same sums give the same bits.
      return Likelihood.of(
          sums.stream()
              .sorted(Comparator.comparingInt(Tuple2::_1))
              .map(Tuple2::_2)
              .reduce(new StreamLikelihood.Sum(0, 0), StreamLikelihood.Sum::plus));
    } finally {
      broadcast.destroy();
    }
  }

  /** Looks at networks and some sequences, where an executor has them. */
  private interface Measure<T> extends BiFunction<Networks, List<Sequence>, T>, Serializable {}

  private static Iterator<Tuple2<Integer, StreamLikelihood.Sum>> score(
      Settings settings,
      StepShape steps,
      ReplicaState state,
      Measure<StreamLikelihood.Sum> scorer,
      int index,
      Iterator<Tuple2<Long, Sequence>> pieces) {
    List<Tuple2<Long, Sequence>> list = new ArrayList<>();
    pieces.forEachRemaining(list::add);
    if (list.isEmpty()) {
      return List.<Tuple2<Integer, StreamLikelihood.Sum>>of().iterator();
    }
    list.sort(Comparator.comparingLong(Tuple2::_1));
    List<Sequence> streams = list.stream().map(Tuple2::_2).toList();
    StreamLikelihood.Sum sum =
        Replicas.with(settings, steps, state, networks -> scorer.apply(networks, streams));
    return List.of(new Tuple2<>(index, sum)).iterator();
  }

  private StepShape shape() {
    return corpus.descriptor().shape();
  }

  private CorpusPart part(Part part) {
    return opened.computeIfAbsent(part, corpus::part);
  }

  /** So that the part falls into as many streams as the settings ask for, if it has the steps. */
  private long streamLength(Part part) {
    int streams = settings.evaluation().streams();
    return Math.max(1, (part(part).steps() + streams - 1) / streams);
  }

  /** A stream's pieces of a length, or the sequences of a part that is none. */
  private JavaPairRDD<Long, Sequence> sequences(Part part, long length) {
    return corpus.descriptor().isStream()
        ? pieces(part, length)
        : part(part)
            .sequencesById()
            .partitionBy(new HashPartitioner(settings.training().workers()));
  }

  /**
   * The part's stream of symbols cut anew: piece k is symbols {@code k·length …}; the last may be
   * shorter.
   */
  private JavaPairRDD<Long, Sequence> pieces(Part part, long length) {
    int stored = corpus.descriptor().sequenceLength();
    int partitions = settings.training().workers();
    return part(part)
        .sequencesById()
        .flatMapToPair(s -> Pieces.of(s._1() * stored, s._2().symbols(), length).iterator())
        .groupByKey(partitions)
        .mapValues(pieces -> Sequence.ofSymbols(Pieces.join(pieces)));
  }
}
