package dev.lockstep.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.model.Generator;
import dev.lockstep.model.GeneratorTape;
import dev.lockstep.testing.SymbolSequences;
import dev.lockstep.testing.TinyNetworks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamLikelihoodTest {
  private static final int[][] STREAMS = TinyNetworks.sequences(4, 23, 30, 1, 12);

  private final Generator generator = TinyNetworks.generator(2);

  @Test
  void sumsTheSurprisalsOfEverySymbolGivenAllBeforeIt() {
    double expected = 0;
    for (int[] stream : STREAMS) {
      expected += nats(stream);
    }
    StreamLikelihood.Sum sum = StreamLikelihood.of(generator, SymbolSequences.of(STREAMS), 7);
    assertThat(sum.symbols()).isEqualTo(23 + 30 + 1 + 12);
    assertClose(sum.nats(), expected);
    // Not what a generator that knows nothing gives, which any order of symbols would do for.
    double uniform = sum.symbols() * Math.log(TinyNetworks.VOCABULARY);
    assertThat(sum.nats()).isNotCloseTo(uniform, within(0.01 * uniform));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 11, 12, 13, 29, 30, 31, 1000})
  void theChunkChangesNothing(int chunk) {
    StreamLikelihood.Sum whole = StreamLikelihood.of(generator, SymbolSequences.of(STREAMS), 30);
    StreamLikelihood.Sum cut = StreamLikelihood.of(generator, SymbolSequences.of(STREAMS), chunk);
    assertThat(cut.symbols()).isEqualTo(whole.symbols());
    assertClose(cut.nats(), whole.nats());
  }

  @Test
  void aStreamKnowsNothingOfTheOthers() {
    StreamLikelihood.Sum apart = new StreamLikelihood.Sum(0, 0);
    for (int[] stream : STREAMS) {
      apart =
          apart.plus(StreamLikelihood.of(generator, SymbolSequences.of(new int[][] {stream}), 5));
    }
    StreamLikelihood.Sum together = StreamLikelihood.of(generator, SymbolSequences.of(STREAMS), 5);
    assertThat(apart.symbols()).isEqualTo(together.symbols());
    assertClose(apart.nats(), together.nats());
  }

  @Test
  void scoresEachStreamFromTheStartSymbol() {
    StreamLikelihood.Sum sum = StreamLikelihood.of(generator, SymbolSequences.of(STREAMS), 100);
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
    int[][] halves = {
      java.util.Arrays.copyOfRange(whole[0], 0, 10), java.util.Arrays.copyOfRange(whole[0], 10, 20)
    };
    double carried = StreamLikelihood.of(generator, SymbolSequences.of(whole), 10).nats();
    double restarted = StreamLikelihood.of(generator, SymbolSequences.of(halves), 10).nats();
    assertThat(restarted).isNotCloseTo(carried, within(1e-3));
  }

  /** Minus the logarithm of the probability that the generator gives a stream, step by step. */
  private double nats(int[] stream) {
    GeneratorTape tape = generator.tape(stream.length, 1);
    tape.start();
    double[] nats = {0};
    generator.run(
        tape,
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
