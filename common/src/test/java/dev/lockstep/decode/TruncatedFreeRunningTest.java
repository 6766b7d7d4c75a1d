package dev.lockstep.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.model.Generator;
import dev.lockstep.model.GeneratorActivations;
import dev.lockstep.model.Sequence;
import dev.lockstep.output.SamplingOptions;
import dev.lockstep.testing.GeneratorKind;
import dev.lockstep.testing.Networks;
import dev.lockstep.testing.TinyNetworks;
import dev.lockstep.testing.Truncated;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Top-k and top-p where many rows run free side by side. */
class TruncatedFreeRunningTest {
  private static final int COUNT = 6;
  private static final int LENGTH = 90;

  private final Generator generator = TinyNetworks.generator(2);

  private static SplittableRandom[] streams() {
    return IntStream.range(0, COUNT)
        .mapToObj(SplittableRandom::new)
        .toArray(SplittableRandom[]::new);
  }

  private int[][] generate(SamplingOptions sampling) {
    return FreeRunning.generate(generator, Sequence.ofSymbols(), LENGTH, sampling, streams())
        .stream()
        .map(Sequence::symbols)
        .toArray(int[][]::new);
  }

  @Test
  void everyDrawIsTheOneOfTheTruncatedDistribution() {
    SamplingOptions sampling = new SamplingOptions(1.5, 0, 4, 0.8);
    int[][] drawn = generate(sampling);
    double[][] uniforms =
        Arrays.stream(streams())
            .map(stream -> stream.doubles(LENGTH).toArray())
            .toArray(double[][]::new);
    GeneratorActivations activations = generator.activations(LENGTH, COUNT);
    activations.start();
    generator.run(
        activations,
        (step, row, p, offset) -> {
          int symbol = drawn[row][step];
          double[] own = Arrays.copyOfRange(p, offset, offset + TinyNetworks.VOCABULARY);
          double[] expected = Truncated.distribution(own, sampling);
          double below = DoubleStream.of(expected).limit(symbol).sum();
          assertThat(uniforms[row][step]).isBetween(below - 1e-9, below + expected[symbol] + 1e-9);
          return symbol;
        });
    assertThat(drawn[0]).isNotEqualTo(generate(new SamplingOptions(1.5, 0))[0]);
  }

  @Test
  void oneSymbolIsTheLikeliest() {
    int[][] likeliest = generate(new SamplingOptions(0, 0));
    assertThat(generate(new SamplingOptions(1, 0, 1, 1))).isDeepEqualTo(likeliest);
    assertThat(generate(new SamplingOptions(1, 0, 0, 1e-9))).isDeepEqualTo(likeliest);
  }

  @ParameterizedTest
  @ValueSource(strings = {"pen", "series"})
  void vectorsHaveNoTopKAndNoTopP(String name) {
    GeneratorKind kind = GeneratorKind.named(name);
    Generator vectors = kind.random(Networks.kernels(1), 3);
    Sequence nothing = kind.sequences(1, 0).get(0);
    for (SamplingOptions sampling :
        List.of(new SamplingOptions(1, 0, 2, 1), new SamplingOptions(1, 0, 0, 0.9))) {
      assertThatThrownBy(
              () -> FreeRunning.generate(vectors, nothing, 3, sampling, new SplittableRandom(1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("top-k and top-p are for symbols, not for vectors");
    }
  }
}
