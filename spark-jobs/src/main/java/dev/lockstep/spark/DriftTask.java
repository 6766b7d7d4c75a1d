package dev.lockstep.spark;

import dev.lockstep.config.Settings;
import dev.lockstep.metric.HiddenDrift;
import dev.lockstep.model.Sequence;
import dev.lockstep.random.RandomStreams;
import dev.lockstep.random.RandomStreams.Purpose;
import dev.lockstep.results.DriftReport;
import dev.lockstep.training.Networks;
import dev.lockstep.training.SequenceNetworks;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * How far the hidden states of both modes are apart.
 *
 * @param sequences of the drift's length
 * @param beyond that length
 * @param mapped of how many of the sequences the last states are wanted
 * @param settings of the run
 */
record DriftTask(
    List<Sequence> sequences, EvaluationData.Beyond beyond, int mapped, Settings settings)
    implements NetworkTasks.Task<DriftTask.Result> {

  /**
   * What came out.
   *
   * @param drift at every step of the drift's length
   * @param byMultiple of that length
   * @param lastStates those of some sequences in both modes, as {@link HiddenDrift#lastStates}
   *     gives them
   */
  @SuppressWarnings("ArrayRecordComponent") // compared nowhere
  record Result(
      HiddenDrift.Result drift,
      SortedMap<Integer, HiddenDrift.Result> byMultiple,
      double[][] lastStates)
      implements Serializable {
    /**
     * What it says of a run.
     *
     * @param accuracy of the run's own discriminator, or null
     */
    DriftReport report(Double accuracy) {
      DriftReport.AtLength whole = atLength(1, drift);
      return new DriftReport(
          whole.sequences(),
          whole.steps(),
          whole.centroidDistance(),
          whole.centroidDistanceWithin(),
          whole.pairDistance(),
          whole.pairDistanceWithin(),
          whole.mmd(),
          whole.mmdWithin(),
          accuracy == null ? null : Finite.orNull(accuracy),
          drift.centroid(),
          drift.pair(),
          drift.mmd(),
          byMultiple.entrySet().stream()
              .map(row -> atLength(row.getKey(), row.getValue()))
              .toList());
    }

    private static DriftReport.AtLength atLength(int multiple, HiddenDrift.Result drift) {
      return new DriftReport.AtLength(
          multiple,
          multiple * drift.centroid().size(),
          drift.sequences(),
          HiddenDrift.Result.mean(drift.centroid()),
          HiddenDrift.Result.mean(drift.centroidWithin()),
          HiddenDrift.Result.mean(drift.pair()),
          HiddenDrift.Result.mean(drift.pairWithin()),
          HiddenDrift.Result.mean(drift.mmd()),
          Finite.orNull(HiddenDrift.Result.mean(drift.mmdWithin())));
    }
  }

  /** The drift at every step. */
  static HiddenDrift.Result measure(
      SequenceNetworks networks, List<Sequence> sequences, Settings settings) {
    return new HiddenDrift(networks.generator(), Networks.threads(settings))
        .measure(sequences, RandomStreams.stream(settings.training().seed(), Purpose.EVALUATION));
  }

  @Override
  public Result on(SequenceNetworks networks) {
    HiddenDrift measure = new HiddenDrift(networks.generator(), Networks.threads(settings));
    HiddenDrift.Result drift = measure(networks, sequences, settings);
    return new Result(drift, byMultiple(measure, drift), lastStates(measure));
  }

  private SortedMap<Integer, HiddenDrift.Result> byMultiple(
      HiddenDrift measure, HiddenDrift.Result drift) {
    return beyond.multiples().size() == 1
        ? new TreeMap<>(Map.of(1, drift))
        : measure.atMultiples(
            beyond.sequences(),
            sequences.get(0).length(),
            beyond.multiples(),
            drift.bandwidth(),
            RandomStreams.stream(settings.training().seed(), Purpose.DRIFT_BEYOND));
  }

  /** Of sequences evenly spaced among all. */
  private double[][] lastStates(HiddenDrift measure) {
    if (mapped == 0) {
      return new double[0][];
    }
    List<Sequence> some =
        IntStream.range(0, mapped)
            .mapToObj(i -> sequences.get((int) ((long) i * sequences.size() / mapped)))
            .toList();
    return measure.lastStates(some, RandomStreams.stream(settings.training().seed(), Purpose.TSNE));
  }
}
