package dev.lockstep.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.decode.AncestralSampler;
import dev.lockstep.output.SamplingOptions;
import dev.lockstep.testing.Close;
import dev.lockstep.testing.GeneratorKind;
import dev.lockstep.testing.Networks;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows that emit the data and read something else. */
class MixedReadingTest {
  private static final int STEPS = 5;

  static Stream<GeneratorKind> kinds() {
    return GeneratorKind.all();
  }

  /** A pass that emits what it reads has the same states, and with the data put in, gradient. */
  @ParameterizedTest
  @MethodSource("kinds")
  void isAPassWhoseEmissionsAreReplacedByTheData(GeneratorKind kind) {
    SequenceBatch batch = SequenceBatch.of(kind.sequences(5, STEPS, STEPS, STEPS));
    Generator mixed = kind.random(Networks.kernels(2), 21);
    GeneratorActivations activations = mixed.activations(STEPS, 3);
    mixed.start(activations, batch.conditions());
    AncestralSampler draws = draws(mixed);
    mixed.run(
        activations,
        (step, row, output) -> {
          batch.emit(step, row, output);
          if (isDrawn(step, row)) {
            draws.read(step, row, output);
          }
        });

    Generator emitting = kind.random(Networks.kernels(1), 21);
    GeneratorActivations other = emitting.activations(STEPS, 3);
    emitting.start(other, batch.conditions());
    AncestralSampler again = draws(emitting);
    emitting.run(
        other,
        (step, row, output) -> {
          if (isDrawn(step, row)) {
            again.draw(step, row, output);
          } else {
            batch.emit(step, row, output);
          }
        });

    Close.same("states", values(activations), values(other));
    boolean same =
        Arrays.equals(activations.outputs, other.outputs)
            && Arrays.equals(activations.emissions, other.emissions);
    assertThat(same).as("nothing was drawn but the data").isFalse();
    System.arraycopy(activations.outputs, 0, other.outputs, 0, activations.outputs.length);
    System.arraycopy(activations.emissions, 0, other.emissions, 0, activations.emissions.length);
    double[] weights = new double[STEPS * 3];
    Arrays.fill(weights, 0.1);
    mixed.backward(activations, weights, BehaviourGradients.NONE);
    emitting.backward(other, weights, BehaviourGradients.NONE);
    Close.check(
        "gradient",
        Networks.gradient(mixed.network()),
        Networks.gradient(emitting.network()),
        1e-12);
  }

  private static boolean isDrawn(int step, int row) {
    return (step + row) % 2 == 0;
  }

  private static AncestralSampler draws(Generator generator) {
    return AncestralSampler.of(
        new SplittableRandom(9), STEPS, 3, generator.uniforms(), SamplingOptions.AS_LEARNED);
  }

  private static double[] values(GeneratorActivations activations) {
    double[] values = new double[STEPS * 3 * GeneratorKind.HIDDEN];
    activations.top().read(values);
    return values;
  }
}
