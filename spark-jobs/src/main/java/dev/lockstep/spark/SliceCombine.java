package dev.lockstep.spark;

import dev.lockstep.training.WeightedMean;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;

/**
 * The mean of the workers' states, without any process ever holding more than a slice of each: the
 * flat state is cut into as many slices as there are reducers, a shuffle brings a slice's
 * contributions together, and each is summed in the order of the workers, so the bytes do not
 * depend on the order of arrival. The driver receives the mean alone.
 *
 * <p>A slice travels in pieces, which bounds what a serialiser must hold at a time.
 */
final class SliceCombine {
  /** Numbers of a piece: 4 MiB. */
  private static final int PIECE = 1 << 20;

  /** The key of the reports, which go the same way. */
  private static final int REPORT = -1;

  private SliceCombine() {}

  /**
   * What comes of a round.
   *
   * @param reports of all workers, in their order
   * @param mean of the states that count, weighted by the symbols seen; null if none does
   */
  @SuppressWarnings("ArrayRecordComponent") // compared nowhere
  record Combined(List<WorkerReport> reports, float[] mean) {}

  /** A piece of a worker's state, or of the mean; or a report. */
  @SuppressWarnings("ArrayRecordComponent") // compared nowhere
  private record Message(int worker, double weight, float[] values, WorkerReport report)
      implements Serializable {}

  /**
   * Trains and combines.
   *
   * @param results one a partition, computed on demand
   * @param size numbers of a state
   * @param reducers how many slices
   */
  static Combined run(JavaRDD<RoundResult> results, int size, int reducers) {
    List<Tuple2<Integer, Message>> received =
        results
            .mapPartitionsToPair(SliceCombine::cut)
            .partitionBy(new Slices(pieces(size), reducers))
            .mapPartitions(SliceCombine::means, true)
            .collect();
    List<WorkerReport> reports =
        received.stream()
            .filter(message -> message._1() == REPORT)
            .map(message -> message._2().report())
            .sorted(Comparator.comparingInt(WorkerReport::worker))
            .toList();
    return new Combined(
        reports,
        reports.stream().anyMatch(WorkerReport::contributes) ? joined(received, size) : null);
  }

  private static int pieces(int size) {
    return Math.max(1, (int) (((long) size + PIECE - 1) / PIECE));
  }

  private static Iterator<Tuple2<Integer, Message>> cut(Iterator<RoundResult> results) {
    RoundResult result = results.next();
    WorkerReport report = result.report();
    Message told = new Message(report.worker(), 0, null, report);
    Stream<Tuple2<Integer, Message>> pieces = Stream.empty();
    if (report.contributes()) {
      float[] values = result.state().values();
      pieces =
          IntStream.range(0, pieces(values.length))
              .mapToObj(i -> new Tuple2<>(i, piece(report, values, i)));
    }
    return Stream.concat(Stream.of(new Tuple2<>(REPORT, told)), pieces).iterator();
  }

  private static Message piece(WorkerReport report, float[] values, int i) {
    int from = i * PIECE;
    float[] part = new float[Math.min(PIECE, values.length - from)];
    System.arraycopy(values, from, part, 0, part.length);
    return new Message(report.worker(), report.totals().symbols(), part, null);
  }

  private static Iterator<Tuple2<Integer, Message>> means(
      Iterator<Tuple2<Integer, Message>> arrived) {
    List<Tuple2<Integer, Message>> done = new ArrayList<>();
    Map<Integer, List<Message>> byPiece = new TreeMap<>();
    while (arrived.hasNext()) {
      Tuple2<Integer, Message> next = arrived.next();
      if (next._1() == REPORT) {
        done.add(next);
      } else {
        byPiece.computeIfAbsent(next._1(), piece -> new ArrayList<>()).add(next._2());
      }
    }
    byPiece.forEach((piece, messages) -> done.add(new Tuple2<>(piece, mean(messages))));
    return done.iterator();
  }

  private static Message mean(List<Message> messages) {
    messages.sort(Comparator.comparingInt(Message::worker));
    double[] weights = messages.stream().mapToDouble(Message::weight).toArray();
    return new Message(
        REPORT, 0, WeightedMean.of(messages.stream().map(Message::values).toList(), weights), null);
  }

  private static float[] joined(List<Tuple2<Integer, Message>> received, int size) {
    float[] values = new float[size];
    for (Tuple2<Integer, Message> message : received) {
      if (message._1() != REPORT) {
        float[] part = message._2().values();
        System.arraycopy(part, 0, values, message._1() * PIECE, part.length);
      }
    }
    return values;
  }

  /** Neighbouring pieces are a slice; the reports go to the first reducer. */
  private static final class Slices extends Partitioner {
    private static final long serialVersionUID = 1L;

    private final int pieces;
    private final int reducers;

    Slices(int pieces, int reducers) {
      this.pieces = pieces;
      this.reducers = reducers;
    }

    @Override
    public int numPartitions() {
      return reducers;
    }

    @Override
    public int getPartition(Object piece) {
      return (int) ((long) Math.max(0, (Integer) piece) * reducers / pieces);
    }
  }
}
