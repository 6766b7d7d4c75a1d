package dev.lockstep.spark;

import dev.lockstep.config.Settings;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.Corpus;
import dev.lockstep.corpus.CorpusPart;
import dev.lockstep.corpus.Part;
import dev.lockstep.metric.HiddenDrift;
import dev.lockstep.metric.StreamLikelihood;
import dev.lockstep.random.RandomStreams;
import dev.lockstep.random.RandomStreams.Purpose;
import dev.lockstep.training.Networks;
import dev.lockstep.training.ReplicaState;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
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
   * @param symbols scored
   * @param nll mean, nats
   */
  public record Likelihood(long symbols, double nll) {
    static Likelihood of(StreamLikelihood.Sum sum) {
      return new Likelihood(sum.symbols(), sum.nats() / sum.symbols());
    }
  }

  /**
   * Likelihood of a part read as {@code evaluation.streams} contiguous streams with carried state.
   */
  public Likelihood likelihood(Part part, ReplicaState state) {
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
        pieces(part, chunk),
        state,
        (networks, streams) -> inBatches(networks, streams, rows, chunk));
  }

  private static StreamLikelihood.Sum inBatches(
      Networks networks, int[][] sequences, int rows, int chunk) {
    StreamLikelihood.Sum sum = new StreamLikelihood.Sum(0, 0);
    for (int from = 0; from < sequences.length; from += rows) {
      int to = Math.min(from + rows, sequences.length);
      int[][] batch = Arrays.copyOfRange(sequences, from, to);
      sum = sum.plus(StreamLikelihood.of(networks.generator(), batch, chunk));
    }
    return sum;
  }

  /** The drift of hidden states over the first pieces of a part that are long enough. */
  public HiddenDrift.Result drift(Part part, ReplicaState state) {
    int length = settings.driftLength();
    int wanted = settings.evaluation().sequences();
    long available = part(part).symbols() / length;
    if (available < 2) {
      throw new UserError(
          "evaluation.length = %d: the %s part has %d symbols, too few for two sequences: use a smaller length"
              .formatted(length, part.key(), part(part).symbols()));
    }
    int count = (int) Math.min(wanted, available);
    List<int[]> sequences =
        pieces(part, length)
            .filter(piece -> piece._1() < count)
            .sortByKey()
            .map(Tuple2::_2)
            .collect();
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<ReplicaState> broadcast = context.broadcast(state);
    Settings own = settings;
    int vocabulary = vocabulary();
    try {
      return context
          .parallelize(Collections.singletonList(sequences.toArray(int[][]::new)), 1)
          .map(streams -> drift(own, vocabulary, broadcast.value(), streams))
          .first();
    } finally {
      broadcast.destroy();
    }
  }

  private static HiddenDrift.Result drift(
      Settings settings, int vocabulary, ReplicaState state, int[][] sequences) {
    return Replicas.with(
        settings,
        vocabulary,
        state,
        networks ->
            new HiddenDrift(
                    networks.generator(), networks.discriminator(), Networks.behaviour(settings))
                .measure(
                    sequences,
                    RandomStreams.stream(settings.training().seed(), Purpose.EVALUATION)));
  }

  private Likelihood sum(JavaPairRDD<Long, int[]> pieces, ReplicaState state, Scorer scorer) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<ReplicaState> broadcast = context.broadcast(state);
    Settings own = settings;
    int vocabulary = vocabulary();
    try {
      List<Tuple2<Integer, StreamLikelihood.Sum>> sums =
          pieces
              .mapPartitionsWithIndex(
                  (index, part) -> score(own, vocabulary, broadcast.value(), scorer, index, part),
                  true)
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

  /** Scores the streams of one partition. */
  private interface Scorer
      extends BiFunction<Networks, int[][], StreamLikelihood.Sum>, Serializable {}

  private static Iterator<Tuple2<Integer, StreamLikelihood.Sum>> score(
      Settings settings,
      int vocabulary,
      ReplicaState state,
      Scorer scorer,
      int index,
      Iterator<Tuple2<Long, int[]>> pieces) {
    List<Tuple2<Long, int[]>> list = new ArrayList<>();
    pieces.forEachRemaining(list::add);
    if (list.isEmpty()) {
      return List.<Tuple2<Integer, StreamLikelihood.Sum>>of().iterator();
    }
    list.sort(Comparator.comparingLong(Tuple2::_1));
    int[][] streams = list.stream().map(Tuple2::_2).toArray(int[][]::new);
    StreamLikelihood.Sum sum =
        Replicas.with(settings, vocabulary, state, networks -> scorer.apply(networks, streams));
    return List.of(new Tuple2<>(index, sum)).iterator();
  }

  private int vocabulary() {
    return corpus.descriptor().vocabulary().size();
  }

  private CorpusPart part(Part part) {
    return opened.computeIfAbsent(part, corpus::part);
  }

  /** So that the part falls into as many streams as the settings ask for, if it has the symbols. */
  private long streamLength(Part part) {
    int streams = settings.evaluation().streams();
    return Math.max(1, (part(part).symbols() + streams - 1) / streams);
  }

  /**
   * The part's stream of symbols cut anew: piece k is symbols {@code k·length …}; the last may be
   * shorter.
   */
  private JavaPairRDD<Long, int[]> pieces(Part part, long length) {
    int stored = corpus.descriptor().sequenceLength();
    int partitions = settings.training().workers();
    return part(part)
        .rows()
        .javaRDD()
        .flatMapToPair(
            row ->
                Pieces.of(CorpusPart.id(row) * stored, CorpusPart.tokens(row), length).iterator())
        .groupByKey(partitions)
        .mapValues(Pieces::join);
  }
}
