package dev.lockstep.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.config.DiscriminatorSettings.Behaviour;
import dev.lockstep.config.TrainingSettings.Kernel;
import dev.lockstep.metric.Bootstrap.Interval;
import dev.lockstep.model.Discriminator;
import dev.lockstep.model.Generator;
import dev.lockstep.model.GeneratorTape;
import dev.lockstep.model.RecurrentDiscriminator;
import dev.lockstep.model.Sequence;
import dev.lockstep.nn.kernel.KernelProvider;
import dev.lockstep.testing.SymbolSequences;
import dev.lockstep.testing.TinyNetworks;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.NoOp;

/** How well the modes can be told apart: by scores, and by a probe that learns to. */
class ProbeTest {
  private static final int STEPS = 9;

  private final Generator generator = TinyNetworks.generator(2);

  @Test
  void theGeneratorsOwnSamplesCannotBeToldFromIt() {
    Separation told = probe(samples(300, 1), samples(700, 2));
    assertThat(told.interval().low()).isLessThan(0.5);
    assertThat(told.interval().high()).isGreaterThan(0.5);
    assertThat(told.interval().high() - told.interval().low()).isBetween(0.02, 0.1);
    assertThat(told.auc()).isCloseTo(0.5, within(0.06));
  }

  /** Of data that rise from symbol to symbol, which the generator does not. */
  @Test
  void dataThatTheGeneratorNeverWritesAreToldFromIt() {
    Separation told = probe(rising(40), rising(200));
    assertThat(told.accuracy()).isGreaterThan(0.95);
    assertThat(told.interval().low()).isGreaterThan(0.9);
    assertThat(told.auc()).isGreaterThan(0.98);
  }

  @Test
  void aProbeIsAFunctionOfItsSeedsAndLeavesTheGeneratorAsItIs() {
    double[] before = generator.network().params().toDoubleVector();
    assertThat(probe(rising(9), rising(9))).isEqualTo(probe(rising(9), rising(9)));
    assertThat(generator.network().params().toDoubleVector()).isEqualTo(before);
  }

  private Separation probe(List<Sequence> learned, List<Sequence> judged) {
    Discriminator probe =
        new Probe(generator, new Probe.Options(8, 60, 0.01), OptionalInt.empty())
            .train(learned, 4, new SplittableRandom(5));
    double[] scores =
        new ModeScores(generator, probe, Behaviour.HIDDEN, OptionalInt.empty())
            .of(judged, new SplittableRandom(6));
    return Separation.of(scores, new SplittableRandom(7));
  }

  private List<Sequence> samples(int n, int seed) {
    SplittableRandom[] streams =
        IntStream.range(0, n)
            .mapToObj(i -> new SplittableRandom(1000L * seed + i))
            .toArray(SplittableRandom[]::new);
    return SymbolSequences.of(SymbolSequences.generate(generator, new int[0], STEPS, 1, streams));
  }

  private static List<Sequence> rising(int n) {
    int[][] sequences = new int[n][STEPS];
    for (int[] sequence : sequences) {
      Arrays.setAll(sequence, t -> t % TinyNetworks.VOCABULARY);
    }
    return SymbolSequences.of(sequences);
  }

  @Test
  void separationIsThatOfTheScores() {
    // Teacher-forced, then free-running: three of six on their side, two on neither.
    double[] scores = {2, 0, -1, -3, 0, -1};
    Separation told = Separation.of(scores, new SplittableRandom(1));
    assertThat(told.accuracy()).isEqualTo(3 / 6.0);
    // Of nine pairs 2 wins three, 0 two and a half, −1 one and a half.
    assertThat(told.auc()).isCloseTo(7 / 9.0, within(1e-15));
    double[] right = {1, 0, 0, 1, 0, 1};
    Interval interval = Bootstrap.ofMean(right, new SplittableRandom(1));
    assertThat(told.interval()).isEqualTo(interval);
  }

  /** More sequences than run at a time, and each window scored as the steps that it is. */
  @Test
  void scoresOfAWindowAreThoseOfItsSteps() {
    int n = 70;
    int[] lengths = new int[n];
    Arrays.fill(lengths, 6);
    int[][] sequences = TinyNetworks.sequences(8, lengths);
    Discriminator judge = discriminator();
    SortedMap<Integer, double[]> scores =
        new ModeScores(generator, judge, Behaviour.HIDDEN_AND_PROBABILITIES, OptionalInt.empty())
            .atMultiples(SymbolSequences.of(sequences), 2, List.of(1, 3), new SplittableRandom(1));
    assertThat(scores.keySet()).containsExactly(1, 3);

    GeneratorTape tape = generator.tape(6, n);
    tape.start();
    generator.run(tape, (step, row, p, offset) -> sequences[row][step]);
    var whole = generator.behaviour(tape, Behaviour.HIDDEN_AND_PROBABILITIES);
    scores.forEach(
        (m, own) -> {
          var judgement = judge.forwardTape(2, n);
          judge.score(
              judgement,
              whole.stream().map(part -> part.rows(2 * (m - 1) * n, 2 * m * n)).toList());
          assertThat(own).hasSize(2 * n);
          assertThat(Arrays.copyOf(own, n)).containsExactly(judgement.scores(), within(1e-9));
          // What ran free was something else.
          assertThat(Arrays.copyOfRange(own, n, 2 * n)).isNotEqualTo(Arrays.copyOf(own, n));
        });
  }

  private Discriminator discriminator() {
    int columns = Generator.behaviourWidth(generator.shape(), Behaviour.HIDDEN_AND_PROBABILITIES);
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            RecurrentDiscriminator.configuration(columns, 3, DataType.DOUBLE, new NoOp(), 1));
    network.init();
    Discriminator discriminator =
        new RecurrentDiscriminator(
            network, KernelProvider.create(Kernel.SCALAR, DataType.DOUBLE, 1));
    discriminator.refresh();
    return discriminator;
  }
}
