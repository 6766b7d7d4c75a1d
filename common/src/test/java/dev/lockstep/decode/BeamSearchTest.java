package dev.lockstep.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.config.TrainingSettings.Kernel;
import dev.lockstep.metric.StreamLikelihood;
import dev.lockstep.model.Generator;
import dev.lockstep.model.GeneratorTape;
import dev.lockstep.model.Sequence;
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
    return kinds().flatMap(kind -> Stream.of(1L, 2L).map(seed -> Arguments.of(kind, seed)));
  }

  @ParameterizedTest
  @MethodSource("searches")
  void aBeamOfAllSequencesFindsTheBest(GeneratorKind kind, long seed) {
    var searches = new Searches(kind, kind.random(Networks.kernels(2), seed), 4, 0);
    searches.check(V * V * V * V, 20, BeamSearchTest::all);
  }

  @ParameterizedTest
  @MethodSource("searches")
  void aNarrowBeamIsWhatTheDefinitionSays(GeneratorKind kind, long seed) {
    var searches = new Searches(kind, kind.random(Networks.kernels(1), seed + 10), 5, 2, 0);
    for (int width : new int[] {1, 2, 3, 7}) {
      searches.check(width, (width + 1) / 2, BeamSearchTest::byDefinition);
    }
  }

  /** What a search has to find among sequences of known log-probability. */
  private interface Definition {
    Stream<Hypothesis> found(LogProbabilities known, OptionalInt end, BeamSearch.Options options);
  }

  /** Searches with a generator, of some length, after some prefix. */
  private static final class Searches {
    private final Generator generator;
    private final int length;
    private final Sequence prefix;
    private final int[][] conditions;
    private final List<LogProbabilities> known;

    Searches(GeneratorKind kind, Generator generator, int length, int... prefix) {
      this.generator = generator;
      this.length = length;
      this.prefix = Sequence.ofSymbols(prefix);
      this.conditions = kind.conditions(COUNT);
      this.known =
          Arrays.stream(conditions)
              .map(given -> new LogProbabilities(generator, this.prefix, given, length))
              .toList();
    }

    void check(int width, int best, Definition expected) {
      for (OptionalInt end : List.of(END, NO_END)) {
        for (double lengthPenalty : new double[] {0, 0.7, 3}) {
          var options = new BeamSearch.Options(width, lengthPenalty, best, length);
          List<List<Hypothesis>> found =
              BeamSearch.run(generator, prefix, conditions, end, options);
          assertThat(found).hasSize(COUNT);
          for (int n = 0; n < COUNT; n++) {
            Stream<Hypothesis> all = expected.found(known.get(n), end, options);
            BeamSearchTest.check(
                found.get(n),
                all.sorted(Comparator.comparingDouble(h -> -h.score())).limit(best).toList());
          }
        }
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

  /** Every sequence that ends, or has the greatest length. */
  private static Stream<Hypothesis> all(
      LogProbabilities known, OptionalInt end, BeamSearch.Options options) {
    List<Hypothesis> all = new ArrayList<>();
    List<int[]> growing = List.of(new int[0]);
    for (int t = 1; t <= options.length(); t++) {
      List<Hypothesis> longer = longer(growing, known, end, options);
      longer.stream().filter(h -> h.ended() || !goesOn(h, options)).forEach(all::add);
      growing = growing(longer);
    }
    return all.stream();
  }

  /** Beam search as its definition has it, without stopping early for what cannot win. */
  private static Stream<Hypothesis> byDefinition(
      LogProbabilities known, OptionalInt end, BeamSearch.Options options) {
    List<Hypothesis> ended = new ArrayList<>();
    List<int[]> beam = List.of(new int[0]);
    while (!beam.isEmpty() && ended.size() < options.width()) {
      List<Hypothesis> ranked =
          longer(beam, known, end, options).stream()
              .sorted(Comparator.comparingDouble(h -> -h.logProbability()))
              .toList();
      ranked.stream().limit(options.width()).filter(Hypothesis::ended).forEach(ended::add);
      List<Hypothesis> going =
          ranked.stream().filter(h -> !h.ended()).limit(options.width()).toList();
      going.stream().filter(h -> !goesOn(h, options)).forEach(ended::add);
      beam = growing(going.stream().filter(h -> goesOn(h, options)).toList());
    }
    return ended.stream();
  }

  private static List<Hypothesis> longer(
      List<int[]> beam, LogProbabilities known, OptionalInt end, BeamSearch.Options options) {
    return beam.stream()
        .flatMap(s -> IntStream.range(0, V).mapToObj(v -> with(s, v)))
        .map(s -> known.hypothesis(s, end, options.lengthPenalty()))
        .toList();
  }

  private static int[] with(int[] symbols, int last) {
    int[] all = Arrays.copyOf(symbols, symbols.length + 1);
    all[symbols.length] = last;
    return all;
  }

  private static boolean goesOn(Hypothesis hypothesis, BeamSearch.Options options) {
    return hypothesis.sequence().length() < options.length();
  }

  private static List<int[]> growing(List<Hypothesis> longer) {
    return longer.stream().filter(h -> !h.ended()).map(h -> h.sequence().symbols()).toList();
  }

  /** Of all sequences up to a length, from one pass in which all of that length are read. */
  private static final class LogProbabilities {
    private final int[] condition;
    private final int length;
    private final double[] surprisals;

    LogProbabilities(Generator generator, Sequence prefix, int[] condition, int length) {
      this.condition = condition;
      this.length = length;
      int rows = (int) Math.pow(V, length);
      int[][] digits = new int[rows][];
      Arrays.setAll(digits, row -> digits(row, length));
      GeneratorTape tape = generator.tape(prefix.length() + length, rows);
      generator.start(tape, new int[][] {condition});
      generator.run(
          tape,
          (step, row, output) -> {
            int at = step - prefix.length();
            if (at < 0) {
              prefix.emit(step, output);
            } else {
              output.emit(digits[row][at]);
            }
          });
      this.surprisals =
          Arrays.copyOfRange(tape.surprisal(), prefix.length() * rows, tape.surprisal().length);
    }

    /** Of a row's number, the highest first. */
    private static int[] digits(int row, int length) {
      int[] digits = new int[length];
      int left = row;
      for (int i = length - 1; i >= 0; i--) {
        digits[i] = left % V;
        left /= V;
      }
      return digits;
    }

    Hypothesis hypothesis(int[] symbols, OptionalInt end, double lengthPenalty) {
      int row = 0;
      for (int t = 0; t < length; t++) {
        row = row * V + (t < symbols.length ? symbols[t] : 0);
      }
      int rows = surprisals.length / length;
      double nats = 0;
      for (int t = 0; t < symbols.length; t++) {
        nats += surprisals[t * rows + row];
      }
      double normaliser = Math.exp(lengthPenalty * Math.log((5.0 + symbols.length) / 6));
      boolean ends = end.isPresent() && symbols[symbols.length - 1] == end.getAsInt();
      return new Hypothesis(
          Sequence.ofSymbols(symbols).given(condition), -nats, -nats / normaliser, ends);
    }
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
      value = Kernel.class,
      names = {"SCALAR", "ND4J"})
  void everyKernelFindsTheSame(Kernel choice) {
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
      double nats =
          StreamLikelihood.of(generator, List.of(hypothesis.sequence()), 40, 40).get(0).nats();
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
