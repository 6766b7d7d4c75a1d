package dev.lockstep.algorithm;

import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Another adversarial loss is a class: that of Arjovsky et al. (2017), the difference of means. */
class WassersteinLossesTest {
  private record Wasserstein(List<Double> scores) implements AdversarialLosses {
    private double mean(int from) {
      List<Double> mode = scores.subList(from, from + scores.size() / 2);
      return mode.stream().mapToDouble(s -> s).average().orElseThrow();
    }

    @Override
    public double discriminator() {
      return mean(scores.size() / 2) - mean(0);
    }

    @Override
    public double freeRunning() {
      return -mean(scores.size() / 2);
    }

    @Override
    public double teacherForced() {
      return mean(0);
    }

    @Override
    public double accuracy() {
      return discriminator() < 0 ? 1 : 0;
    }

    @Override
    public AdversarialGradients gradients(double weight, boolean matchTeacherForced) {
      int n = scores.size() / 2;
      double[] critic =
          IntStream.range(0, 2 * n).mapToDouble(i -> (i < n ? -1.0 : 1) / n).toArray();
      double[] scale = new double[2 * n];
      Arrays.fill(scale, matchTeacherForced ? 0 : n, 2 * n, -weight);
      return new AdversarialGradients(critic, scale, matchTeacherForced ? 0 : n);
    }
  }

  @Test
  void bothNetworksDescendTheirLosses() {
    var choices = Steps.options(Steps.BOTH_OPEN, true, 0).adversarialWeight(3);
    choices.losses(scores -> new Wasserstein(DoubleStream.of(scores).boxed().toList()));
    Steps.checkStep(choices, 1, true, TrainingMetrics::discriminatorLoss);
    Steps.checkStep(
        choices,
        0,
        true,
        m -> Steps.sequenceNll(m, true) + 3 * (m.freeRunningLoss() + m.teacherForcedLoss()));
  }
}
