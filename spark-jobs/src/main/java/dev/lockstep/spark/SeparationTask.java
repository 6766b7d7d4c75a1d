package dev.lockstep.spark;

import dev.lockstep.algorithm.JensenShannonLosses;
import dev.lockstep.config.DiscriminatorSettings.Behaviour;
import dev.lockstep.config.EvaluationSettings;
import dev.lockstep.config.Settings;
import dev.lockstep.metric.ModeScores;
import dev.lockstep.metric.Probe;
import dev.lockstep.metric.Separation;
import dev.lockstep.model.Discriminator;
import dev.lockstep.model.Sequence;
import dev.lockstep.random.RandomStreams;
import dev.lockstep.random.RandomStreams.Purpose;
import dev.lockstep.results.ProbeReport;
import dev.lockstep.training.SequenceNetworks;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * How well the two modes can be told apart: by the run's own discriminator and by a fresh one.
 *
 * @param settings of the run
 * @param learned what the fresh one learns on; it is none where these are fewer than two
 * @param scored what both discriminators score, of the same length
 * @param beyond what the fresh one scores beyond that length
 * @param end the symbol that sequences end with, or null if they have none
 */
record SeparationTask(
    Settings settings,
    List<Sequence> learned,
    List<Sequence> scored,
    EvaluationData.Beyond beyond,
    Integer end)
    implements NetworkTasks.Task<SeparationTask.Result> {
  private static final int FEWEST = 2;

  /**
   * What came out.
   *
   * @param accuracy of the run's own discriminator, or null without one or without a sequence that
   *     can be scored
   * @param probe of the fresh one, or null without one or with fewer than two such sequences
   * @param probeByMultiple of the length; empty without one, rows without such sequences left out
   */
  record Result(Double accuracy, Separation probe, SortedMap<Integer, Separation> probeByMultiple)
      implements Serializable {
    /**
     * What the probe says of a run.
     *
     * @param updates that it was trained for
     * @param length the drift's steps
     * @return null if there was none
     */
    ProbeReport report(int updates, int length) {
      if (probe == null) {
        return null;
      }
      List<ProbeReport.AtLength> rows =
          probeByMultiple.entrySet().stream()
              .map(row -> atLength(row.getKey(), row.getKey() * length, row.getValue()))
              .toList();
      return new ProbeReport(
          probe.sequences(), probe.accuracy(), probe.interval().ends(), probe.auc(), updates, rows);
    }

    private static ProbeReport.AtLength atLength(int multiple, int steps, Separation told) {
      return new ProbeReport.AtLength(
          multiple, steps, told.sequences(), told.accuracy(), told.interval().ends(), told.auc());
    }
  }

  @Override
  public Result on(SequenceNetworks networks) {
    Double accuracy = networks.discriminator().map(own -> accuracy(networks, own)).orElse(null);
    if (learned.size() < FEWEST) {
      return new Result(accuracy, null, new TreeMap<>());
    }
    ModeScores scores = scores(networks, probe(networks), Behaviour.HIDDEN);
    Separation whole = separation(scores.of(scored, stream(Purpose.PROBE, 1)), 0);
    SortedMap<Integer, Separation> byMultiple = new TreeMap<>();
    scores
        .atMultiples(
            beyond.sequences(),
            scored.get(0).length(),
            beyond.multiples(),
            stream(Purpose.PROBE, 2))
        .forEach((multiple, own) -> byMultiple.put(multiple, separation(own, multiple)));
    byMultiple.values().removeIf(Objects::isNull);
    return new Result(accuracy, whole, byMultiple);
  }

  private Double accuracy(SequenceNetworks networks, Discriminator own) {
    double[] scores =
        scores(networks, own, settings.discriminator().behaviour())
            .of(scored, stream(Purpose.EVALUATION));
    return scores.length == 0 ? null : new JensenShannonLosses(scores).accuracy();
  }

  private ModeScores scores(
      SequenceNetworks networks, Discriminator discriminator, Behaviour behaviour) {
    return new ModeScores(networks.generator(), discriminator, behaviour, endSymbol());
  }

  private OptionalInt endSymbol() {
    return end == null ? OptionalInt.empty() : OptionalInt.of(end);
  }

  private Discriminator probe(SequenceNetworks networks) {
    EvaluationSettings.Probe asked = settings.evaluation().probe();
    Probe.Options options =
        new Probe.Options(asked.hidden(), asked.updates(), asked.learningRate());
    return new Probe(networks.generator(), options, endSymbol())
        .train(
            learned,
            RandomStreams.key(settings.training().seed(), Purpose.PROBE_PARAMETERS),
            stream(Purpose.PROBE, 0));
  }

  private Separation separation(double[] scores, int multiple) {
    return scores.length < 2 * FEWEST
        ? null
        : Separation.of(scores, stream(Purpose.BOOTSTRAP, 2, multiple));
  }

  private SplittableRandom stream(Purpose purpose, long... ids) {
    return RandomStreams.stream(settings.training().seed(), purpose, ids);
  }
}
