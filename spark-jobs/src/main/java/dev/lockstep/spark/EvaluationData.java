package dev.lockstep.spark;

import dev.lockstep.config.Settings;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.Corpus;
import dev.lockstep.corpus.CorpusPart;
import dev.lockstep.corpus.Part;
import dev.lockstep.metric.FreeRunningSegments;
import dev.lockstep.model.Sequence;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;

/** The parts of a corpus, cut as {@link Evaluation} reads them. */
final class EvaluationData {
  /** Fewer sequences than these say little, so no more of the data is asked for by multiples. */
  private static final int FEWEST_BEYOND = 16;

  /** Symbols of a piece of a stream that is read once and needs no state. */
  private static final int PIECE = 1 << 20;

  private final Settings settings;
  private final Corpus corpus;
  private final Map<Part, CorpusPart> opened = new EnumMap<>(Part.class);
  private final Map<Part, List<Sequence>> cut = new EnumMap<>(Part.class);

  EvaluationData(Settings settings, Corpus corpus) {
    this.settings = settings;
    this.corpus = corpus;
  }

  /**
   * Opens a part, once.
   *
   * @throws UserError if its files do not hold what the corpus says
   */
  CorpusPart part(Part part) {
    return opened.computeIfAbsent(part, corpus::part);
  }

  /** A part as so many contiguous streams as the settings ask for, if it has the steps. */
  JavaPairRDD<Long, Sequence> streams(Part part) {
    int streams = settings.evaluation().streams();
    return pieces(part, Math.max(1, (part(part).steps() + streams - 1) / streams));
  }

  /** A stream's pieces of a length, or the sequences of a part that is none. */
  JavaPairRDD<Long, Sequence> sequences(Part part, long length) {
    return corpus.descriptor().isStream()
        ? pieces(part, length)
        : part(part)
            .sequencesById()
            .partitionBy(new HashPartitioner(settings.training().workers()));
  }

  /** A part in texts that are as long as they can be kept. */
  JavaRDD<Sequence> texts(Part part) {
    return sequences(part, PIECE).values();
  }

  /**
   * What the drift is measured on: of a stream, its first pieces; else the first sequences, cut.
   *
   * @throws UserError if there are not two of the drift's length
   */
  List<Sequence> drift(Part part) {
    return cut.computeIfAbsent(part, this::driftSequences);
  }

  private List<Sequence> driftSequences(Part part) {
    int length = driftLength(part);
    List<Sequence> longEnough = first(part, length);
    if (longEnough.size() < 2) {
      throw new UserError(
          "evaluation.length = %d: the %s part has %d steps in %d sequences, too few for two of that length: use a smaller one"
              .formatted(length, part.key(), part(part).steps(), part(part).sequences()));
    }
    return longEnough;
  }

  /** As many sequences of just that length as the settings ask for, or as there are. */
  List<Sequence> first(Part part, int length) {
    return first(part, length, settings.evaluation().sequences());
  }

  /** At most so many sequences of just that length. */
  List<Sequence> first(Part part, int length, int most) {
    if (most == 0) {
      // Spark would sort the part all the same.
      return List.of();
    }
    return List.copyOf(
        sequences(part, length)
            .filter(s -> s._2().length() >= length)
            .sortByKey()
            .values()
            .map(sequence -> sequence.steps(0, length))
            .take(most));
  }

  /**
   * What is measured beyond the drift's length: the multiples, and sequences as long as the largest
   * of these.
   */
  Beyond beyond(Part part) {
    int length = drift(part).get(0).length();
    int largest = settings.evaluation().beyond();
    for (int most : List.of(largest, Math.min(2, largest))) {
      if (most > 1 && endless()) {
        List<Sequence> sequences = first(part, Math.multiplyExact(most, length));
        if (sequences.size() >= FEWEST_BEYOND) {
          return new Beyond(most > 2 ? List.of(1, 2, most) : List.of(1, 2), sequences);
        }
      }
    }
    return new Beyond(List.of(1), drift(part));
  }

  /** Whether a generated sequence can go on for as long as one likes. */
  private boolean endless() {
    return FreeRunningSegments.endless(
        corpus.descriptor().shape(), settings.generator().condition());
  }

  /**
   * Beyond the drift's length.
   *
   * @param multiples of it, rising
   * @param sequences as long as the largest
   */
  record Beyond(List<Integer> multiples, List<Sequence> sequences) implements Serializable {}

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
