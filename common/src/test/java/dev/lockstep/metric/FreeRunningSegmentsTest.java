package dev.lockstep.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.config.GeneratorSettings;
import dev.lockstep.model.Generator;
import dev.lockstep.model.Sequence;
import dev.lockstep.model.StepShape;
import dev.lockstep.results.FreeRunningStatistic;
import dev.lockstep.testing.SymbolSequences;
import dev.lockstep.testing.TinyNetworks;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FreeRunningSegmentsTest {
  private static final int LENGTH = 7;

  private final Generator generator = TinyNetworks.generator(1);
  private final List<Sequence> data =
      SymbolSequences.of(TinyNetworks.sequences(4, LENGTH, LENGTH, LENGTH));

  @Test
  void aSegmentIsTheLastStepsBeforeAMultiple() {
    SortedMap<Integer, List<Sequence>> segments = run(generator, 5, 0);
    int[][] whole =
        SymbolSequences.generate(
            generator,
            new int[0],
            20 * LENGTH,
            1,
            IntStream.range(0, 5).mapToObj(SplittableRandom::new).toArray(SplittableRandom[]::new));
    assertThat(segments.keySet()).containsExactly(1, 5, 20);
    segments.forEach(
        (m, sequences) ->
            assertThat(sequences.stream().map(Sequence::symbols))
                .containsExactly(
                    Arrays.stream(whole)
                        .map(s -> Arrays.copyOfRange(s, (m - 1) * LENGTH, m * LENGTH))
                        .toArray(int[][]::new)));
  }

  @Test
  void theSameStreamsGiveTheSame() {
    assertThat(run(generator, 5, 0)).isEqualTo(run(generator, 5, 0));
    assertThat(run(generator, 5, 0)).isNotEqualTo(run(generator, 5, 100));
  }

  @Test
  void sequencesDependOnWhatTheDataDependOnInTurn() {
    List<Sequence> labelled =
        IntStream.range(0, 3).mapToObj(n -> data.get(n).given(10 + n)).toList();
    SortedMap<Integer, List<Sequence>> segments =
        run(generator, labelled, List.of(1, 5), 5, SplittableRandom::new);
    assertThat(segments.keySet()).containsExactly(1, 5);
    assertThat(segments.get(5))
        .extracting(s -> s.condition()[0])
        .containsExactly(10, 11, 12, 10, 11);
  }

  @Test
  void thereAreAsManySequencesAsTimeAndMemoryAllow() {
    assertThat(FreeRunningSegments.sequences(5, 2000)).isEqualTo(5);
    assertThat(FreeRunningSegments.sequences(256, 2000)).isEqualTo(64);
    assertThat(FreeRunningSegments.sequences(64, 100_000)).isEqualTo(20);
    assertThat(FreeRunningSegments.sequences(64, 3_000_000)).isEqualTo(1);
  }

  @Test
  void whatEndsByItselfIsMeasuredOnce() {
    StepShape text = StepShape.ofSymbols(5);
    StepShape image = new StepShape(2, 0, false, 10, false, 28);
    assertThat(FreeRunningSegments.multiples(text, GeneratorSettings.Condition.NONE))
        .containsExactly(1, 5, 20);
    assertThat(FreeRunningSegments.multiples(text, GeneratorSettings.Condition.LABEL))
        .containsExactly(1, 5, 20);
    assertThat(FreeRunningSegments.multiples(text, GeneratorSettings.Condition.WINDOW))
        .containsExactly(1);
    assertThat(FreeRunningSegments.multiples(text, GeneratorSettings.Condition.ENCODER))
        .containsExactly(1);
    assertThat(FreeRunningSegments.multiples(image, GeneratorSettings.Condition.NONE))
        .containsExactly(1);
    assertThat(FreeRunningSegments.multiples(image, GeneratorSettings.Condition.LABEL))
        .containsExactly(1);
  }

  /** Beside data that are half 3 and half 1: the fair coin beside the one that shows heads. */
  @Test
  void aGeneratorOfOneSymbolIsAsFarFromTheDataAtEveryMultiple() {
    generator.network().params().assign(0);
    long biases = generator.network().params().length() - TinyNetworks.VOCABULARY;
    generator.network().params().putScalar(biases + 3, 1000);
    generator.parametersChanged();
    List<Sequence> mixed = SymbolSequences.of(new int[] {3, 1, 1, 3}, new int[] {1, 3, 3, 1});
    SortedMap<Integer, List<Sequence>> segments =
        run(generator, mixed, FreeRunningSegments.MULTIPLES, 5, SplittableRandom::new);
    FreeRunningStatistic unigrams =
        FreeRunningStatistics.ofSymbols().measure(mixed, segments).get(0);
    assertThat(unigrams.data()).isZero();
    assertThat(unigrams.values().keySet()).containsExactly(1, 5, 20);
    assertThat(unigrams.values().values())
        .allSatisfy(bits -> assertThat(bits).isCloseTo(0.3112781, within(1e-7)));
  }

  private SortedMap<Integer, List<Sequence>> run(Generator network, int wanted, long seed) {
    return run(
        network, data, FreeRunningSegments.MULTIPLES, wanted, k -> new SplittableRandom(seed + k));
  }

  private static SortedMap<Integer, List<Sequence>> run(
      Generator network,
      List<Sequence> sequences,
      List<Integer> multiples,
      int wanted,
      IntFunction<SplittableRandom> streams) {
    return FreeRunningSegments.of(
        FreeRunningSegments.run(network, sequences, multiples, wanted, streams),
        sequences.get(0).length(),
        multiples);
  }
}
