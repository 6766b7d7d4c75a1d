package dev.lockstep.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.model.Generator;
import dev.lockstep.output.SamplingOptions;
import dev.lockstep.testing.Layouts;
import dev.lockstep.testing.Networks;
import dev.lockstep.testing.SymbolSequences;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Free running against the same network run by DL4J, which rereads the whole past at each step. */
class FreeRunningAgainstDl4jTest {
  private static final Generator.Shape SHAPE = new Generator.Shape(5, 3, 6, 2);
  private final Generator generator = Networks.randomGenerator(SHAPE, Networks.kernels(2), 41);

  private static SplittableRandom[] streams(int... seeds) {
    return Arrays.stream(seeds).mapToObj(SplittableRandom::new).toArray(SplittableRandom[]::new);
  }

  /** Lengths on either side of where a pass ends and the next carries over. */
  @ParameterizedTest
  @CsvSource({"0, 1", "0, 63", "3, 61", "0, 64", "10, 55", "70, 70"})
  void drawsAsTheDl4jNetworkWouldFromTheWholePast(int prefixLength, int length) {
    int[] prefix = Layouts.randomSymbols(2, prefixLength, SHAPE.vocabulary());
    int[][] drawn = SymbolSequences.generate(generator, prefix, length, 0.8, streams(5, 6));
    assertThat(drawn).hasDimensions(2, length);
    for (int n = 0; n < 2; n++) {
      assertThat(drawn[n]).isEqualTo(byDl4j(prefix, length, new SplittableRandom(5 + n)));
    }
  }

  private int[] byDl4j(int[] prefix, int length, SplittableRandom stream) {
    AncestralSampler sampler =
        AncestralSampler.of(stream, length, 1, 1, new SamplingOptions(0.8, 0));
    int vocabulary = SHAPE.vocabulary();
    int[] all = Arrays.copyOf(prefix, prefix.length + length);
    for (int t = prefix.length; t < all.length; t++) {
      int[] read = Layouts.shifted(Arrays.copyOf(all, t + 1), 1, vocabulary);
      double[] p = Layouts.timeMajor(generator.network().output(Layouts.input(SHAPE, read, 1)));
      all[t] = sampler.draw(t - prefix.length, 0, p, t * vocabulary, vocabulary);
    }
    return Arrays.copyOfRange(all, prefix.length, all.length);
  }
}
