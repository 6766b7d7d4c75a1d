package dev.lockstep.spark;

import dev.lockstep.config.Settings;
import dev.lockstep.corpus.Amplitudes;
import dev.lockstep.corpus.Bitmap;
import dev.lockstep.corpus.Channels;
import dev.lockstep.corpus.DataFormat;
import dev.lockstep.corpus.PenStrokes;
import dev.lockstep.corpus.Raster;
import dev.lockstep.corpus.Vocabulary;
import dev.lockstep.metric.FreeRunningSegments;
import dev.lockstep.metric.FreeRunningStatistics;
import dev.lockstep.model.Sequence;
import dev.lockstep.model.StepShape;
import dev.lockstep.random.RandomStreams;
import dev.lockstep.random.RandomStreams.Purpose;
import dev.lockstep.results.FreeRunningStatistic;
import dev.lockstep.training.SequenceNetworks;
import java.io.Serializable;
import java.util.List;

/**
 * Compares free-running output with held-out data, by the statistics that fit the kind of data.
 *
 * @param settings of the run
 * @param format what the steps mean
 * @param shape what the networks know of them
 */
record LengthGeneralisation(Settings settings, DataFormat format, StepShape shape)
    implements Serializable {

  /**
   * Runs networks free, as far as the largest of the multiples.
   *
   * @param data sequences of the training length
   */
  List<Sequence> run(SequenceNetworks networks, List<Sequence> data) {
    long seed = settings.training().seed();
    return FreeRunningSegments.run(
        networks.generator(),
        data,
        multiples(),
        settings.evaluation().sequences(),
        k -> RandomStreams.stream(seed, Purpose.EVALUATION, k));
  }

  /** Multiples of the training length that output is looked at after. */
  List<Integer> multiples() {
    return FreeRunningSegments.multiples(shape, settings.generator().condition());
  }

  /**
   * Compares output with data.
   *
   * @param output of {@link #run}
   * @param data at least two sequences of the training length
   */
  List<FreeRunningStatistic> compare(List<Sequence> output, List<Sequence> data) {
    return statistics()
        .measure(data, FreeRunningSegments.of(output, data.get(0).length(), multiples()));
  }

  private FreeRunningStatistics statistics() {
    return format.accept(new StatisticsOfSteps());
  }

  private static final class StatisticsOfSteps
      implements DataFormat.Visitor<FreeRunningStatistics> {
    @Override
    public FreeRunningStatistics visit(Vocabulary vocabulary) {
      return FreeRunningStatistics.ofSymbols();
    }

    @Override
    public FreeRunningStatistics visit(Amplitudes amplitudes) {
      return FreeRunningStatistics.ofSound(amplitudes::decode);
    }

    @Override
    public FreeRunningStatistics visit(Bitmap bitmap) {
      return FreeRunningStatistics.ofSymbols();
    }

    @Override
    public FreeRunningStatistics visit(Raster raster) {
      throw new IllegalStateException("an image that is one step has no length to go beyond");
    }

    @Override
    public FreeRunningStatistics visit(Channels channels) {
      return FreeRunningStatistics.ofVectors(
          channels.list().stream().map(Channels.Channel::name).toList());
    }

    @Override
    public FreeRunningStatistics visit(PenStrokes strokes) {
      return FreeRunningStatistics.ofPen();
    }
  }
}
