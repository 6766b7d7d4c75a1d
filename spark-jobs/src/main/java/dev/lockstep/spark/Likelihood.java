package dev.lockstep.spark;

import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.metric.Bootstrap;
import dev.lockstep.metric.Bootstrap.Interval;
import dev.lockstep.metric.StreamLikelihood.Sum;
import dev.lockstep.random.RandomStreams;
import dev.lockstep.random.RandomStreams.Purpose;
import dev.lockstep.results.LikelihoodReport;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The nll of a part, unit by unit: of what may be taken as independent, which is a block of a
 * stream, or a whole sequence.
 *
 * @param unitSteps steps of each unit
 * @param unitNats nll of each unit
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
public record Likelihood(double[] unitSteps, double[] unitNats) {
  /** Sums as two arrays, which are cheap to move. */
  static double[][] split(List<Sum> sums) {
    return new double[][] {
      sums.stream().mapToDouble(Sum::symbols).toArray(),
      sums.stream().mapToDouble(Sum::nats).toArray()
    };
  }

  /** Of all that was {@link #split}. */
  static Likelihood joining(List<double[][]> sums) {
    return new Likelihood(
        sums.stream().flatMapToDouble(s -> Arrays.stream(s[0])).toArray(),
        sums.stream().flatMapToDouble(s -> Arrays.stream(s[1])).toArray());
  }

  /** Steps that were scored. */
  public long steps() {
    return (long) Arrays.stream(unitSteps).sum();
  }

  /** Mean over the steps, nats. */
  public double nll() {
    return Arrays.stream(unitNats).sum() / steps();
  }

  /** Of {@link #nll}. */
  Interval interval(SplittableRandom random) {
    return Bootstrap.ofRatio(unitNats, unitSteps, random);
  }

  /** Mean over the units, nats. */
  double perUnit() {
    return Arrays.stream(unitNats).average().orElseThrow();
  }

  /** Of {@link #perUnit}. */
  Interval intervalPerUnit(SplittableRandom random) {
    return Bootstrap.ofMean(unitNats, random);
  }

  /**
   * What it says of a run, with the state carried.
   *
   * @param restarting that of a stream's sequences one by one; the same one where they stand by
   *     themselves
   * @param seed of the run
   */
  LikelihoodReport report(CorpusDescriptor corpus, Likelihood restarting, long seed) {
    boolean symbolic = corpus.shape().symbolic();
    // Where a stream is cut is no property of the data, so there nats a sequence would say nothing.
    boolean stream = corpus.isStream();
    Interval interval = interval(RandomStreams.stream(seed, Purpose.BOOTSTRAP, 0));
    return new LikelihoodReport(
        steps(),
        nll(),
        interval.ends(),
        symbolic ? Bits.of(nll()) : null,
        symbolic ? interval.map(Bits::of).ends() : null,
        symbolic ? Math.exp(nll()) : null,
        symbolic ? interval.map(Math::exp).ends() : null,
        stream ? Bits.of(restarting.nll()) : null,
        stream ? null : perUnit(),
        stream ? null : intervalPerUnit(RandomStreams.stream(seed, Purpose.BOOTSTRAP, 1)).ends());
  }
}
