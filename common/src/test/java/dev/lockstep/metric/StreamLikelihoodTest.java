package dev.lockstep.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.model.Generator;
import dev.lockstep.model.GeneratorActivations;
import dev.lockstep.testing.SymbolSequences;
import dev.lockstep.testing.TinyNetworks;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamLikelihoodTest {
  private static final int[][] STREAMS = TinyNetworks.sequences(4, 23, 30, 1, 12);

  private final Generator generator = TinyNetworks.generator(2);

  @Test
  void sumsTheNllOfEverySymbolGivenAllBeforeIt() {
    double expected = 0;
    for (int[] stream : STREAMS) {
      expected += nats(stream);
    }
    StreamLikelihood.Sum sum = total(STREAMS, 7);
    assertThat(sum.symbols()).isEqualTo(23 + 30 + 1 + 12);
    assertClose(sum.nats(), expected);
    // Not what a generator that knows nothing gives, which any order of symbols would do for.
    double uniform = sum.symbols() * Math.log(TinyNetworks.VOCABULARY);
    assertThat(sum.nats()).isNotCloseTo(uniform, within(0.01 * uniform));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 11, 12, 13, 29, 30, 31, 1000})
  void theChunkChangesNothing(int chunk) {
    StreamLikelihood.Sum whole = total(STREAMS, 30);
    StreamLikelihood.Sum cut = total(STREAMS, chunk);
    assertThat(cut.symbols()).isEqualTo(whole.symbols());
    assertClose(cut.nats(), whole.nats());
  }

  @Test
  void aStreamKnowsNothingOfTheOthers() {
    double apart = 0;
    for (int[] stream : STREAMS) {
      apart += total(new int[][] {stream}, 5).nats();
    }
    assertClose(apart, total(STREAMS, 5).nats());
  }

  /** 23, 30, 1 and 12 symbols in blocks of 10, whatever the chunk. */
  @ParameterizedTest
  @ValueSource(ints = {3, 10, 16, 40})
  void sumsEachBlockOfEachStream(int chunk) {
    List<StreamLikelihood.Sum> blocks =
        StreamLikelihood.of(generator, SymbolSequences.of(STREAMS), chunk, 10);
    assertThat(blocks.stream().map(StreamLikelihood.Sum::symbols))
        .containsExactly(10L, 10L, 3L, 10L, 10L, 10L, 1L, 10L, 2L);
    double first = nats(Arrays.copyOf(STREAMS[0], 10));
    assertClose(blocks.get(0).nats(), first);
    assertClose(blocks.get(1).nats(), nats(Arrays.copyOf(STREAMS[0], 20)) - first);
    assertClose(blocks.get(6).nats(), nats(STREAMS[2]));
  }

  @Test
  void scoresEachStreamFromTheStartSymbol() {
    StreamLikelihood.Sum sum = total(STREAMS, 100);
    double expected = 0;
    for (int[] stream : STREAMS) {
      expected += nats(stream);
    }
    assertThat(sum.symbols()).isEqualTo(66);
    assertClose(sum.nats(), expected);
  }

  @Test
  void carryingTheStateIsNotRestarting() {
    int[][] whole = TinyNetworks.sequences(8, 20);
    int[][] halves = {Arrays.copyOfRange(whole[0], 0, 10), Arrays.copyOfRange(whole[0], 10, 20)};
    double carried = total(whole, 10).nats();
    double restarted = total(halves, 10).nats();
    assertThat(restarted).isNotCloseTo(carried, within(1e-3));
  }

  private StreamLikelihood.Sum total(int[][] streams, int chunk) {
    return StreamLikelihood.Sum.total(
        StreamLikelihood.of(generator, SymbolSequences.of(streams), chunk, Integer.MAX_VALUE));
  }

  /** Minus the logarithm of the probability that the generator gives a stream, step by step. */
  private double nats(int[] stream) {
    GeneratorActivations activations = generator.activations(stream.length, 1);
    activations.start();
    double[] nats = {0};
    generator.run(
        activations,
        (step, row, p, offset) -> {
          nats[0] -= Math.log(p[offset + stream[step]]);
          return stream[step];
        });
    return nats[0];
  }

  private static void assertClose(double actual, double expected) {
    assertThat(actual).isCloseTo(expected, within(1e-12 * Math.abs(expected)));
  }
}
