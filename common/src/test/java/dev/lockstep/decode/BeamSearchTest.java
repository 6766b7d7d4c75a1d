package dev.lockstep.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.metric.StreamLikelihood;
import dev.lockstep.model.Generator;
import dev.lockstep.model.GeneratorTape;
import dev.lockstep.model.Sequence;
import dev.lockstep.model.SequenceBatch;
import dev.lockstep.nn.kernel.KernelProvider;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.output.Sharpness;
import dev.lockstep.testing.GeneratorKind;
import dev.lockstep.testing.Networks;
import dev.lockstep.testing.TinyNetworks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;

/** Against searches that score every sequence from its beginning. */
class BeamSearchTest {
  private static final int V = GeneratorKind.VOCABULARY;
  private static final int LENGTH = 4;
  private static final int ALL = V * V * V * V;
  private static final OptionalInt END = OptionalInt.of(1);
  private static final OptionalInt NO_END = OptionalInt.empty();

  /** More sequences than threads, on conditions of several lengths. */
  private static final int COUNT = 3;

  static Stream<GeneratorKind> kinds() {
    Generator.Shape embeds = new Generator.Shape(V, 2, GeneratorKind.HIDDEN, 2);
    return Stream.concat(
        GeneratorKind.all().filter(kind -> kind.shape().channels() == 0),
        Stream.of(new GeneratorKind("embedding, 2 layers", embeds, false)));
  }

  static Stream<Arguments> searches() {
    return kinds()
        .flatMap(
            kind ->
                Stream.of(1L, 2L)
                    .flatMap(
                        seed ->
                            Stream.of(END, NO_END)
                                .flatMap(
                                    end ->
                                        Stream.of(0.0, 0.7, 3.0)
                                            .map(a -> Arguments.of(kind, seed, end, a)))));
  }

  @ParameterizedTest
  @MethodSource("searches")
  void aBeamOfAllSequencesFindsTheBest(
      GeneratorKind kind, long seed, OptionalInt end, double lengthPenalty) {
    Generator generator = kind.random(Networks.kernels(2), seed);
    var options = new BeamSearch.Options(ALL, lengthPenalty, 20, LENGTH);
    Sequence prefix = Sequence.ofSymbols();
    int[][] conditions = kind.conditions(COUNT);
    List<List<Hypothesis>> found = BeamSearch.run(generator, prefix, conditions, end, options);
    assertThat(found).hasSize(COUNT);
    for (int n = 0; n < COUNT; n++) {
      check(found.get(n), exhaustive(generator, prefix, conditions[n], end, options));
    }
  }

  @ParameterizedTest
  @MethodSource("searches")
  void aNarrowBeamIsWhatTheDefinitionSays(
      GeneratorKind kind, long seed, OptionalInt end, double lengthPenalty) {
    Generator generator = kind.random(Networks.kernels(2), seed + 10);
    Sequence prefix = Sequence.ofSymbols(2, 0);
    int[][] conditions = kind.conditions(COUNT);
    for (int width : new int[] {1, 2, 3, 7}) {
      var options = new BeamSearch.Options(width, lengthPenalty, (width + 1) / 2, 6);
      List<List<Hypothesis>> found = BeamSearch.run(generator, prefix, conditions, end, options);
      for (int n = 0; n < COUNT; n++) {
        check(found.get(n), byDefinition(generator, prefix, conditions[n], end, options));
      }
    }
  }

  private static void check(List<Hypothesis> actual, List<Hypothesis> expected) {
    assertThat(actual)
        .extracting(Hypothesis::sequence)
        .containsExactlyElementsOf(expected.stream().map(Hypothesis::sequence).toList());
    for (int i = 0; i < actual.size(); i++) {
      assertThat(actual.get(i).logProbability())
          .isCloseTo(expected.get(i).logProbability(), within(1e-12));
      assertThat(actual.get(i).score()).isCloseTo(expected.get(i).score(), within(1e-12));
      assertThat(actual.get(i).ended()).isEqualTo(expected.get(i).ended());
    }
  }

  /** Of every sequence there is, scored. */
  private static List<Hypothesis> exhaustive(
      Generator generator,
      Sequence prefix,
      int[] condition,
      OptionalInt end,
      BeamSearch.Options options) {
    List<int[]> all = new ArrayList<>();
    List<int[]> growing = List.of(new int[0]);
    for (int t = 1; t <= options.length(); t++) {
      List<int[]> longer =
          growing.stream().flatMap(s -> IntStream.range(0, V).mapToObj(v -> with(s, v))).toList();
      all.addAll(longer.stream().filter(s -> ends(s, end)).toList());
      growing = longer.stream().filter(s -> !ends(s, end)).toList();
    }
    all.addAll(growing);
    return best(scored(generator, prefix, condition, all, end, options), options);
  }

  /** Beam search as its definition has it, without stopping early for what cannot win. */
  private static List<Hypothesis> byDefinition(
      Generator generator,
      Sequence prefix,
      int[] condition,
      OptionalInt end,
      BeamSearch.Options options) {
    List<Hypothesis> ended = new ArrayList<>();
    List<int[]> beam = List.of(new int[0]);
    for (int t = 1; t <= options.length() && ended.size() < options.width(); t++) {
      List<int[]> longer =
          beam.stream().flatMap(s -> IntStream.range(0, V).mapToObj(v -> with(s, v))).toList();
      List<Hypothesis> ranked =
          scored(generator, prefix, condition, longer, end, options).stream()
              .sorted(Comparator.comparingDouble(h -> -h.logProbability()))
              .toList();
      ranked.stream().limit(options.width()).filter(Hypothesis::ended).forEach(ended::add);
      List<Hypothesis> going =
          ranked.stream().filter(h -> !h.ended()).limit(options.width()).toList();
      beam = going.stream().map(h -> h.sequence().symbols()).toList();
      if (t == options.length()) {
        ended.addAll(going);
      }
    }
    return best(ended, options);
  }

  private static List<Hypothesis> best(List<Hypothesis> all, BeamSearch.Options options) {
    return all.stream()
        .sorted(Comparator.comparingDouble(h -> -h.score()))
        .limit(options.best())
        .toList();
  }

  private static int[] with(int[] symbols, int last) {
    int[] all = Arrays.copyOf(symbols, symbols.length + 1);
    all[symbols.length] = last;
    return all;
  }

  private static boolean ends(int[] symbols, OptionalInt end) {
    return end.isPresent() && symbols[symbols.length - 1] == end.getAsInt();
  }

  private static List<Hypothesis> scored(
      Generator generator,
      Sequence prefix,
      int[] condition,
      List<int[]> sequences,
      OptionalInt end,
      BeamSearch.Options options) {
    double[] nats = surprisals(generator, prefix, condition, sequences);
    return IntStream.range(0, nats.length)
        .mapToObj(
            n -> {
              int[] symbols = sequences.get(n);
              double penalty =
                  Math.exp(options.lengthPenalty() * Math.log((5.0 + symbols.length) / 6));
              return new Hypothesis(
                  Sequence.ofSymbols(symbols).given(condition),
                  -nats[n],
                  -nats[n] / penalty,
                  ends(symbols, end));
            })
        .toList();
  }

  /** Of what follows the prefix, from a pass that reads all from the start symbol. */
  private static double[] surprisals(
      Generator generator, Sequence prefix, int[] condition, List<int[]> sequences) {
    SequenceBatch batch =
        SequenceBatch.of(
            sequences.stream()
                .map(s -> IntStream.concat(Arrays.stream(prefix.symbols()), Arrays.stream(s)))
                .map(s -> Sequence.ofSymbols(s.toArray()).given(condition))
                .toList());
    GeneratorTape tape = generator.tape(batch.steps(), batch.sequences());
    generator.start(tape, batch.conditions());
    generator.run(tape, (step, row, output) -> batch.emit(step, row, output));
    double[] nats = new double[batch.sequences()];
    for (int n = 0; n < nats.length; n++) {
      for (int t = prefix.length(); t < batch.length(n); t++) {
        nats[n] += tape.surprisal()[t * nats.length + n];
      }
    }
    return nats;
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aBeamOfOneIsGreedy(GeneratorKind kind) {
    Generator generator = kind.random(Networks.kernels(2), 21);
    int ended = 0;
    for (int n = 0; n < COUNT; n++) {
      int[] condition = kind.conditions(COUNT)[n];
      Sequence prefix = Sequence.ofSymbols(3).given(condition);
      Sequence greedy =
          FreeRunning.generate(generator, prefix, 12, new Sharpness(0, 0), new SplittableRandom(1))
              .get(0);
      var options = new BeamSearch.Options(1, 5, 1, 12);
      assertThat(search(generator, prefix, NO_END, options)).isEqualTo(greedy);
      for (int end = 0; end < V; end++) {
        Sequence cut = untilFirst(greedy, end);
        ended += cut.length() < 12 ? 1 : 0;
        assertThat(search(generator, prefix, OptionalInt.of(end), options)).isEqualTo(cut);
      }
    }
    assertThat(ended).isPositive();
  }

  private static Sequence search(
      Generator generator, Sequence prefix, OptionalInt end, BeamSearch.Options options) {
    int[][] conditions = {prefix.condition()};
    return BeamSearch.run(generator, prefix, conditions, end, options).get(0).get(0).sequence();
  }

  private static Sequence untilFirst(Sequence sequence, int end) {
    int at = Arrays.stream(sequence.symbols()).boxed().toList().indexOf(end);
    return at < 0 ? sequence : sequence.steps(0, at + 1);
  }

  @Test
  void aWiderBeamFindsWhatTheGreedyChoiceMisses() {
    int better = 0;
    for (long seed = 0; seed < 10; seed++) {
      Generator generator = kinds().findFirst().orElseThrow().random(Networks.kernels(1), seed);
      double greedy = logProbability(generator, 1);
      double wide = logProbability(generator, 16);
      assertThat(wide).isGreaterThanOrEqualTo(greedy - 1e-12);
      better += wide > greedy + 1e-9 ? 1 : 0;
    }
    assertThat(better).isPositive();
  }

  private static double logProbability(Generator generator, int width) {
    var options = new BeamSearch.Options(width, 0, 1, 8);
    int[][] conditions = {{0}};
    return BeamSearch.run(generator, Sequence.ofSymbols(), conditions, NO_END, options)
        .get(0)
        .get(0)
        .logProbability();
  }

  /** The last bits of a product may depend on how many rows it has. */
  @ParameterizedTest
  @MethodSource("kinds")
  void aSequenceDoesNotDependOnTheOthers(GeneratorKind kind) {
    Generator generator = kind.random(Networks.kernels(2), 22);
    var options = new BeamSearch.Options(5, 0.6, 3, 15);
    int[][] conditions = kind.conditions(7);
    Sequence prefix = Sequence.ofSymbols(0, 3, 3);
    List<List<Hypothesis>> together = BeamSearch.run(generator, prefix, conditions, END, options);
    for (int n = 0; n < conditions.length; n++) {
      int[][] own = {conditions[n]};
      check(together.get(n), BeamSearch.run(generator, prefix, own, END, options).get(0));
    }
  }

  /** Kernels that compute elsewhere, and in float. */
  @ParameterizedTest
  @EnumSource(
      value = KernelProvider.Choice.class,
      names = {"SCALAR", "ND4J"})
  void everyKernelFindsTheSame(KernelProvider.Choice choice) {
    Kernels kernels = KernelProvider.create(choice, DataType.DOUBLE, 1);
    for (String name : List.of("symbols, window", "symbols, encoder, 2 layers")) {
      GeneratorKind kind = GeneratorKind.named(name);
      var options = new BeamSearch.Options(6, 0.6, 4, 9);
      int[][] conditions = kind.conditions(COUNT);
      List<List<Hypothesis>> expected =
          BeamSearch.run(
              kind.random(Networks.kernels(2), 23), Sequence.ofSymbols(), conditions, END, options);
      List<List<Hypothesis>> actual =
          BeamSearch.run(kind.random(kernels, 23), Sequence.ofSymbols(), conditions, END, options);
      for (int n = 0; n < COUNT; n++) {
        check(actual.get(n), expected.get(n));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void theLogProbabilityIsMinusTheStreamsLikelihoodInFloatToo(int width) {
    Generator generator = TinyNetworks.create("teacher-forcing").generator();
    var options = new BeamSearch.Options(width, 1, width, 40);
    int[][] nothing = {{}};
    List<Hypothesis> found =
        BeamSearch.run(generator, Sequence.ofSymbols(), nothing, NO_END, options).get(0);
    assertThat(found).hasSize(width);
    for (Hypothesis hypothesis : found) {
      double nats = StreamLikelihood.of(generator, List.of(hypothesis.sequence()), 40).nats();
      assertThat(hypothesis.logProbability()).isCloseTo(-nats, within(1e-4));
      assertThat(hypothesis.score()).isCloseTo(-nats / (45 / 6.0), within(1e-4));
    }
  }

  /** Of two symbols, two sequences of one step: there are no more to return. */
  @Test
  void thereMayBeFewerThanAskedFor() {
    Generator generator =
        Networks.randomGenerator(new Generator.Shape(2, 0, 3, 1), Networks.kernels(1), 4);
    int[][] nothing = {{}};
    var one = new BeamSearch.Options(10, 0, 10, 1);
    assertThat(BeamSearch.run(generator, Sequence.ofSymbols(), nothing, NO_END, one).get(0))
        .hasSize(2)
        .isSortedAccordingTo(Comparator.comparingDouble(h -> -h.logProbability()));
    var three = new BeamSearch.Options(10, 0, 10, 3);
    assertThat(
            BeamSearch.run(generator, Sequence.ofSymbols(), nothing, OptionalInt.of(0), three)
                .get(0))
        .hasSize(4);
  }

  /** Where all weights are 0 every symbol is as likely as every other. */
  @Test
  void ofEqualsTheLowestSymbolsComeFirst() {
    Generator generator =
        Networks.randomGenerator(new Generator.Shape(3, 0, 2, 1), Networks.kernels(2), 4);
    generator.network().params().assign(0);
    generator.refresh();
    int[][] nothing = {{}};
    List<Hypothesis> found =
        BeamSearch.run(
                generator,
                Sequence.ofSymbols(),
                nothing,
                NO_END,
                new BeamSearch.Options(4, 0, 4, 2))
            .get(0);
    assertThat(found)
        .extracting(Hypothesis::sequence)
        .containsExactly(
            Sequence.ofSymbols(0, 0),
            Sequence.ofSymbols(0, 1),
            Sequence.ofSymbols(0, 2),
            Sequence.ofSymbols(1, 0));
    assertThat(found)
        .allSatisfy(h -> assertThat(h.logProbability()).isCloseTo(-2 * Math.log(3), within(1e-12)));
  }

  @Test
  void vectorsCannotBeSearchedFor() {
    GeneratorKind kind = GeneratorKind.named("pen");
    Generator generator = kind.random(Networks.kernels(1), 1);
    int[][] nothing = {{}};
    assertThatThrownBy(
            () ->
                BeamSearch.run(
                    generator,
                    kind.sequences(1, 0).get(0),
                    nothing,
                    NO_END,
                    new BeamSearch.Options(1, 0, 1, 5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a beam search is for symbols, not for vectors");
  }

  @Test
  void moreThanTheBeamCannotBeReturned() {
    assertThatThrownBy(() -> new BeamSearch.Options(3, 0, 4, 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the best 4 with width 3");
  }
}
