package dev.lockstep.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.model.Generator;
import dev.lockstep.model.GeneratorActivations;
import dev.lockstep.output.SamplingOptions;
import dev.lockstep.testing.SymbolSequences;
import dev.lockstep.testing.TinyNetworks;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FreeRunningTest {
  private static final int[] NONE = {};

  private final Generator generator = TinyNetworks.generator(2);

  /** With four sequences passes of 64 steps follow one another; here one pass does it all. */
  @ParameterizedTest
  @CsvSource({
    "0, 1", "0, 63", "0, 64", "0, 65", "0, 128", "0, 200", "5, 59", "5, 60", "64, 7", "70, 130"
  })
  void isOnePassOverPrefixAndDraws(int read, int length) {
    int[] prefix = TinyNetworks.sequences(2, Math.max(read, 1))[0];
    prefix = Arrays.copyOf(prefix, read);
    assertThat(SymbolSequences.generate(generator, prefix, length, 1, streams(4)))
        .isDeepEqualTo(inOnePass(prefix, length, 1, 4));
  }

  @Test
  void thePrefixDecidesWhatFollows() {
    int[][] continued = generate(new int[] {0, 0, 0}, 40, 1, 4);
    assertThat(continued).hasDimensions(4, 40);
    assertThat(continued[0]).isNotEqualTo(generate(NONE, 40, 1, 4)[0]);
    assertThat(continued[0]).isNotEqualTo(generate(new int[] {0, 1, 0}, 40, 1, 4)[0]);
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 65, 199})
  void aShorterSampleIsTheBeginningOfALongerOne(int length) {
    int[][] longer = generate(NONE, 200, 1, 4);
    int[][] beginnings =
        Arrays.stream(longer).map(s -> Arrays.copyOf(s, length)).toArray(int[][]::new);
    assertThat(generate(NONE, length, 1, 4)).isDeepEqualTo(beginnings);
  }

  @Test
  void aSampleDependsOnItsOwnStreamAlone() {
    int[][] together = generate(NONE, 100, 1, 5);
    for (int row = 0; row < 5; row++) {
      assertThat(SymbolSequences.generate(generator, NONE, 100, 1, new SplittableRandom(row))[0])
          .isEqualTo(together[row]);
    }
    assertThat(SymbolSequences.generate(generator, NONE, 100, 1, reversed(5)))
        .isDeepEqualTo(
            IntStream.range(0, 5).mapToObj(row -> together[4 - row]).toArray(int[][]::new));
    assertThat(together[0]).isNotEqualTo(together[1]);
  }

  @Test
  void temperatureZeroIsTheLikeliestWhateverTheStream() {
    int[][] samples = generate(NONE, 70, 0, 3);
    assertThat(samples[1]).isEqualTo(samples[0]);
    assertThat(samples[2]).isEqualTo(samples[0]);
    GeneratorActivations activations = generator.activations(70, 1);
    activations.start();
    generator.run(
        activations,
        (step, row, p, offset) -> {
          double likeliest =
              Arrays.stream(p, offset, offset + TinyNetworks.VOCABULARY).max().orElseThrow();
          assertThat(p[offset + samples[0][step]]).isEqualTo(likeliest);
          return samples[0][step];
        });
  }

  @Test
  void aHighTemperatureFlattens() {
    long cold = distinct(generate(NONE, 200, 0.05, 8));
    long hot = distinct(generate(NONE, 200, 100, 8));
    assertThat(hot).isGreaterThan(cold);
  }

  /** How many different triples of symbols there are. */
  private static long distinct(int[][] samples) {
    return Arrays.stream(samples)
        .flatMap(
            s -> IntStream.range(2, s.length).mapToObj(t -> 25 * s[t] + 5 * s[t - 1] + s[t - 2]))
        .distinct()
        .count();
  }

  private int[][] inOnePass(int[] prefix, int length, double temperature, int count) {
    AncestralSampler sampler =
        AncestralSampler.perRow(streams(count), length, 1, new SamplingOptions(temperature, 0));
    GeneratorActivations activations = generator.activations(prefix.length + length, count);
    activations.start();
    int[][] samples = new int[count][length];
    generator.run(
        activations,
        (step, row, p, offset) -> {
          int drawn = step - prefix.length;
          if (drawn < 0) {
            return prefix[step];
          }
          samples[row][drawn] = sampler.draw(drawn, row, p, offset, TinyNetworks.VOCABULARY);
          return samples[row][drawn];
        });
    return samples;
  }

  private int[][] generate(int[] prefix, int length, double temperature, int count) {
    return SymbolSequences.generate(generator, prefix, length, temperature, streams(count));
  }

  private static SplittableRandom[] streams(int count) {
    return IntStream.range(0, count)
        .mapToObj(SplittableRandom::new)
        .toArray(SplittableRandom[]::new);
  }

  private static SplittableRandom[] reversed(int count) {
    return IntStream.range(0, count)
        .mapToObj(row -> new SplittableRandom(count - 1 - row))
        .toArray(SplittableRandom[]::new);
  }
}
