package dev.lockstep.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.model.Generator;
import dev.lockstep.model.GeneratorActivations;
import dev.lockstep.model.Sequence;
import dev.lockstep.output.SamplingOptions;
import dev.lockstep.testing.Close;
import dev.lockstep.testing.GeneratorKind;
import dev.lockstep.testing.Networks;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@link FreeRunningTest} asks of symbols that depend on nothing, of every other kind. */
class FreeRunningKindsTest {
  private static final SamplingOptions SHARPNESS = new SamplingOptions(0.7, 0.5);

  /** So many that passes of eight steps follow one another. */
  private static final int COUNT = 32;

  private static final int READ = 3;
  private static final int LENGTH = 18;

  static Stream<GeneratorKind> kinds() {
    return GeneratorKind.all();
  }

  private static SplittableRandom[] streams(int first, int count) {
    return IntStream.range(first, first + count)
        .mapToObj(SplittableRandom::new)
        .toArray(SplittableRandom[]::new);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void isOnePassOverPrefixAndDraws(GeneratorKind kind) {
    Generator generator = kind.random(Networks.kernels(2), 31);
    Sequence prefix = kind.sequences(5, READ).get(0);
    int[][] conditions = kind.conditions(COUNT);
    List<Sequence> samples =
        FreeRunning.generate(generator, prefix, conditions, LENGTH, SHARPNESS, streams(0, COUNT));

    AncestralSampler sampler =
        AncestralSampler.perRow(streams(0, COUNT), LENGTH, generator.uniforms(), SHARPNESS);
    GeneratorActivations activations = generator.activations(READ + LENGTH, COUNT);
    generator.start(activations, conditions);
    generator.run(
        activations,
        (step, row, output) -> {
          if (step < READ) {
            prefix.emit(step, output);
          } else {
            sampler.draw(step - READ, row, output);
          }
        });
    for (int n = 0; n < COUNT; n++) {
      assertThat(samples.get(n)).isEqualTo(drawn(activations, n, kind).given(conditions[n]));
    }
  }

  private static Sequence drawn(GeneratorActivations activations, int row, GeneratorKind kind) {
    int channels = kind.shape().channels();
    if (channels == 0) {
      return Sequence.ofSymbols(
          IntStream.range(READ, activations.steps())
              .map(t -> activations.outputs()[t * COUNT + row])
              .toArray());
    }
    float[] values = new float[LENGTH * channels];
    for (int i = 0; i < values.length; i++) {
      int t = READ + i / channels;
      values[i] = (float) activations.emissions()[(t * COUNT + row) * channels + i % channels];
    }
    return Sequence.ofVectors(channels, values);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aSampleDependsOnItsOwnStreamAndConditionAlone(GeneratorKind kind) {
    Generator generator = kind.random(Networks.kernels(2), 32);
    Sequence nothing = kind.sequences(5, 0).get(0);
    int[][] conditions = kind.conditions(COUNT);
    List<Sequence> together =
        FreeRunning.generate(generator, nothing, conditions, LENGTH, SHARPNESS, streams(0, COUNT));
    int changed = 0;
    for (int n = 0; n < 8; n++) {
      Sequence alone = alone(generator, nothing.given(conditions[n]), n);
      close(together.get(n), alone);
      assertThat(alone.condition()).isEqualTo(conditions[n]);
      double[] foreign =
          GeneratorKind.numbers(alone(generator, nothing.given(conditions[n + 1]), n));
      changed += Arrays.equals(GeneratorKind.numbers(alone), foreign) ? 0 : 1;
    }
    // Of a few symbols some sequences come out the same whatever they depend on.
    assertThat(changed > 0).isEqualTo(kind.conditional());
    assertThat(GeneratorKind.numbers(together.get(3)))
        .isNotEqualTo(GeneratorKind.numbers(together.get(0)));
  }

  private static Sequence alone(Generator generator, Sequence prefix, int stream) {
    return FreeRunning.generate(generator, prefix, LENGTH, SHARPNESS, streams(stream, 1)).get(0);
  }

  /** Conditions are given to the streams in turn. */
  @ParameterizedTest
  @MethodSource("kinds")
  void conditionsRepeatOverTheStreams(GeneratorKind kind) {
    Generator generator = kind.random(Networks.kernels(1), 33);
    Sequence nothing = kind.sequences(5, 0).get(0);
    SplittableRandom[] streams = streams(0, 6);
    List<Sequence> samples =
        FreeRunning.generate(generator, nothing, kind.conditions(3), LENGTH, SHARPNESS, streams);
    int[][] each = kind.conditions(6);
    for (int n = 0; n < 6; n++) {
      assertThat(samples.get(n).condition()).isEqualTo(each[n]);
      close(samples.get(n), alone(generator, nothing.given(each[n]), n));
    }
  }

  private static void close(Sequence actual, Sequence expected) {
    // Symbols are the same; the last bits of vectors may depend on how rows are dealt to threads.
    Close.check("sample", GeneratorKind.numbers(actual), GeneratorKind.numbers(expected), 1e-6);
  }
}
