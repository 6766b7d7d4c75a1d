package dev.lockstep.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.config.Settings;
import dev.lockstep.config.UserError;
import dev.lockstep.model.StepShape;
import dev.lockstep.walkback.TransitionOperator;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WalkNetworksTest {
  private static final StepShape PLANE = new StepShape(0, 2, false, 0, false, 0);

  private static Settings settings(String more) {
    return Settings.parse("objective.method = walkback\ntraining.threads = 1\n" + more, "test");
  }

  private static StepShape image(int width, int height, boolean binary) {
    StepShape.Image image = new StepShape.Image(width, height, 1, binary);
    return new StepShape(0, width * height, false, 0, false, 0, null, image);
  }

  /** Twice the least standard deviation, of every number, wherever a walk is. */
  @Test
  void noiseBeginsNearTheLeast() {
    WalkNetworks networks = (WalkNetworks) Networks.create(settings(""), PLANE);
    TransitionOperator operator = networks.operator();
    double[] states = {3, -2};
    double[] outputs = operator.outputs(1, states);
    double[] next = new double[2];
    operator.draw(
        1, states, outputs, 1, (step, row, noise) -> Arrays.fill(noise, 1), next, new double[1]);
    double[] means = operator.means(states, outputs, 1);
    assertThat(next[0] - means[0]).isCloseTo(0.1, within(1e-6));
    assertThat(next[1] - means[1]).isCloseTo(0.1, within(1e-6));
  }

  @Test
  void boundedNoiseBeginsInTheMiddle() {
    Settings settings = settings("operator.max-std = 0.25");
    WalkNetworks networks = (WalkNetworks) Networks.create(settings, PLANE);
    for (double variance : networks.operator().prior().variance()) {
      assertThat(variance).isCloseTo(0.15 * 0.15 * 256, within(1e-3));
    }
  }

  /** T_max = 400 takes nine steps, the last of them at 2⁸. */
  @Test
  void theEndOfWalksBeginsAsWideAsTheHottestNoise() {
    WalkNetworks networks = (WalkNetworks) Networks.create(settings(""), PLANE);
    double expected = Math.pow(0.05 + 0.05, 2) * 256;
    for (double variance : networks.operator().prior().variance()) {
      assertThat(variance).isCloseTo(expected, within(1e-3));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "operator.kind = bernoulli | false | operator.kind = bernoulli: the corpus has real numbers: use gaussian",
        "operator.kind = gaussian | true | operator.kind = gaussian: the corpus has bits: use bernoulli",
        "operator.max-std = 0.01 | false | operator.max-std = 0.01: must be 0, or at least operator.min-std = 0.05",
        "operator { network = convolutional, layers = 3 } | false | operator.layers = 3: images of 12 by 20 pixels cannot be halved so often: use at most 2"
      })
  void whatDoesNotGoTogetherIsRefused(String own, boolean binary, String message) {
    Settings settings = settings(own);
    assertThatThrownBy(() -> Networks.create(settings, image(12, 20, binary)))
        .isInstanceOf(UserError.class)
        .hasMessage(message);
  }

  @Test
  void pointsHaveNoStateToCarry() {
    Settings settings = settings("training.carry-state = true");
    assertThatThrownBy(() -> Networks.create(settings, PLANE))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "training.carry-state = true does not go with objective.method = walkback, whose points stand by themselves: use false");
  }

  @Test
  void symbolsAndPointsWithoutAnImageAreRefused() {
    Settings settings = settings("operator.network = convolutional");
    assertThatThrownBy(() -> Networks.create(settings, PLANE))
        .hasMessageContaining("the corpus has no images");
    assertThatThrownBy(() -> Networks.create(settings, StepShape.ofSymbols(3)))
        .hasMessageContaining("the corpus has symbols");
  }

  /** Two numbers, 256 and 256 units and four outputs, with p*'s two moments of each number. */
  @Test
  void thePlanCountsTheOperatorsParameters() {
    Settings settings = settings("training.batch = 10");
    MemoryPlan plan = MemoryPlan.of(settings, PLANE, 1);
    long parameters = 2 * 256 + 256 + 256 * 256 + 256 + 256 * 4 + 4 + 2 * 2;
    assertThat(plan.generatorParameters()).isEqualTo(parameters);
    double forward = 2.0 * (2 * 256 + 256 * 256 + 256 * 4);
    assertThat(RoundPlan.of(settings, plan, PLANE, 1).flops())
        .isEqualTo(50 * 10 * 11 * 4 * forward);
  }
}
