package dev.lockstep.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.nn.kernel.Matrix;
import dev.lockstep.testing.Close;
import dev.lockstep.testing.GeneratorKind;
import dev.lockstep.testing.Networks;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DropoutMasksTest {
  private static final int STEPS = 40;
  private static final int ROWS = 25;
  private static final Generator.Shape EMBEDDING = new Generator.Shape(5, 6, 7, 2);

  private static GeneratorActivations activations(Generator.Shape shape, Dropout dropout) {
    GeneratorActivations activations =
        Networks.randomGenerator(shape, Networks.kernels(1), 1)
            .activations(STEPS, ROWS)
            .dropping(dropout);
    activations.drawMasks(new SplittableRandom(3));
    return activations;
  }

  /** Five standard deviations of a binomial share, of a seed that is always the same. */
  private static void isDrawn(double[] mask, double share) {
    double kept = 1 / (1 - share);
    assertThat(mask).containsOnly(0, kept);
    double dropped = Arrays.stream(mask).filter(x -> x == 0).count() / (double) mask.length;
    double std = Math.sqrt(share * (1 - share) / mask.length);
    assertThat(dropped).isBetween(share - 5 * std, share + 5 * std);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.05, 0.5, 0.9})
  void theShareIsDroppedAndTheRestMakesUpForIt(double share) {
    GeneratorActivations activations = activations(EMBEDDING, new Dropout(share, 1 - share));
    isDrawn(activations.stack.masks.numbers.toArray(), share);
    isDrawn(activations.topMask().toArray(), 1 - share);
    GeneratorActivations oneHot =
        activations(new Generator.Shape(5, 0, 7, 1), new Dropout(share, 0));
    isDrawn(oneHot.stack.masks.symbols, share);
    assertThat(oneHot.topMask()).isNull();
  }

  /** No two rows, steps or draws are alike. */
  @Test
  void everyStepOfEveryRowHasItsOwn() {
    GeneratorActivations activations =
        activations(new Generator.Shape(5, 32, 32, 1), new Dropout(0.5, 0.5));
    for (Matrix mask : List.of(activations.stack.masks.numbers, activations.topMask())) {
      long different =
          Stream.iterate(0, i -> i + 1)
              .limit(mask.rows())
              .map(i -> Arrays.toString(mask.rows(i, i + 1).toArray()))
              .distinct()
              .count();
      assertThat(different).isEqualTo(mask.rows());
    }
    double[] before = activations.topMask().toArray();
    activations.drawMasks(new SplittableRandom(4));
    assertThat(activations.topMask().toArray()).isNotEqualTo(before);
    activations.drawMasks(new SplittableRandom(3));
    assertThat(activations.topMask().toArray()).isEqualTo(before);
  }

  @Test
  void labelsAreNotDropped() {
    GeneratorKind series = GeneratorKind.named("series, label, 2 layers");
    Matrix mask = activations(series.shape(), new Dropout(0.5, 0)).stack.masks.numbers;
    int channels = series.shape().channels();
    isDrawn(mask.columns(0, channels).toArray(), 0.5);
    assertThat(mask.columns(channels, mask.columns()).toArray()).containsOnly(1);
    GeneratorKind symbols = GeneratorKind.named("symbols, label");
    DropoutMasks masks = activations(symbols.shape(), new Dropout(0.5, 0)).stack.masks;
    assertThat(masks.numbers).isNull();
    isDrawn(masks.symbols, 0.5);
  }

  @Test
  void droppingNothingDrawsNothingAndTakesNothing() {
    GeneratorActivations activations = activations(EMBEDDING, Dropout.NONE);
    SplittableRandom random = new SplittableRandom(9);
    activations.drawMasks(random);
    assertThat(random.nextLong()).isEqualTo(new SplittableRandom(9).nextLong());
    assertThat(activations.stack.masks).isNull();
    assertThat(Generator.dropoutBytes(EMBEDDING, Dropout.NONE, 9, 9, 0, true)).isZero();
    assertThat(Generator.sampledDropoutBytes(EMBEDDING, Dropout.NONE, 9, 9, 0, 3)).isZero();
  }

  /** As if the kept ones had been multiplied and the others had not been there. */
  @Test
  void whatIsLeftIsWhatTheLayersSee() {
    Generator generator = Networks.randomGenerator(EMBEDDING, Networks.kernels(1), 1);
    GeneratorActivations activations = generator.activations(3, 2).dropping(new Dropout(0.4, 0.4));
    activations.drawMasks(new SplittableRandom(5));
    activations.start();
    generator.run(activations, (step, row, p, offset) -> (step + row) % 5);
    DropoutMasks masks = activations.stack.masks;
    double[] left = times(activations.top(), activations.topMask());
    Close.same("top", masks.topLeft.toArray(), left);
    Close.same("input", masks.numbersLeft.toArray(), times(activations.stack.dense, masks.numbers));
    var weights = generator.network().getParam("3_W");
    var bias = generator.network().getParam("3_b");
    for (int v = 0; v < 5; v++) {
      double logit = bias.getDouble(v);
      for (int h = 0; h < 7; h++) {
        logit += left[h] * weights.getDouble(h, v);
      }
      Close.check("logit " + v, activations.logits().rows(0, 1).toArray()[v], logit, 1e-12);
    }
  }

  private static double[] times(Matrix x, Matrix mask) {
    double[] values = x.toArray();
    double[] factors = mask.toArray();
    Arrays.setAll(values, i -> values[i] * factors[i]);
    return values;
  }

  @ParameterizedTest
  @CsvSource({"-0.1, 0", "1, 0", "0, 1", "0, NaN"})
  void sharesAreFromZeroToBelowOne(double input, double output) {
    assertThatThrownBy(() -> new Dropout(input, output))
        .isInstanceOf(IllegalArgumentException.class);
  }

  static Stream<Arguments> kindsAndSegments() {
    return GeneratorKind.all()
        .flatMap(kind -> Stream.of(0, 2).map(segment -> Arguments.of(kind.shape(), segment)));
  }

  @ParameterizedTest
  @MethodSource("kindsAndSegments")
  void bytesAreWhatIsAllocated(Generator.Shape shape, int segment) {
    Dropout dropout = new Dropout(0.1, 0.1);
    Generator generator = Networks.randomGenerator(shape, Networks.kernels(1), 1);
    for (boolean holdOutputs : new boolean[] {false, true}) {
      GeneratorActivations activations =
          generator.activations(5, 4, segment, holdOutputs).dropping(dropout);
      assertThat(Generator.dropoutBytes(shape, dropout, 5, 4, segment, holdOutputs))
          .isEqualTo(bytes(activations.stack.masks));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void bytesAreWhatIsAllocatedWhereWordsAreSampled(int segment) {
    Dropout dropout = new Dropout(0.1, 0.1);
    Generator generator = Networks.randomGenerator(EMBEDDING, Networks.kernels(1), 1);
    GeneratorActivations activations =
        generator.sampledActivations(5, 4, segment, 2, 3).dropping(dropout);
    assertThat(Generator.sampledDropoutBytes(EMBEDDING, dropout, 5, 4, segment, 2))
        .isEqualTo(bytes(activations.stack.masks));
  }

  private static long bytes(DropoutMasks masks) {
    long floats =
        Stream.of(masks.numbers, masks.numbersLeft, masks.top, masks.topLeft, masks.scored)
            .filter(Objects::nonNull)
            .mapToLong(x -> (long) x.rows() * x.columns())
            .sum();
    return Float.BYTES * floats
        + (masks.symbols == null ? 0 : masks.symbols.length * (long) Double.BYTES);
  }
}
