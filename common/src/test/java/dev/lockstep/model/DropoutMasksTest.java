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

  private static GeneratorTape tape(Generator.Shape shape, Dropout dropout) {
    GeneratorTape tape =
        Networks.randomGenerator(shape, Networks.kernels(1), 1).tape(STEPS, ROWS).dropping(dropout);
    tape.drawMasks(new SplittableRandom(3));
    return tape;
  }

  /** Five standard deviations of a binomial share, of a seed that is always the same. */
  private static void isDrawn(double[] mask, double share) {
    double kept = 1 / (1 - share);
    assertThat(mask).containsOnly(0, kept);
    double dropped = Arrays.stream(mask).filter(x -> x == 0).count() / (double) mask.length;
    double deviation = Math.sqrt(share * (1 - share) / mask.length);
    assertThat(dropped).isBetween(share - 5 * deviation, share + 5 * deviation);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.05, 0.5, 0.9})
  void theShareIsDroppedAndTheRestMakesUpForIt(double share) {
    GeneratorTape tape = tape(EMBEDDING, new Dropout(share, 1 - share));
    isDrawn(tape.stack.masks.numbers.toArray(), share);
    isDrawn(tape.topMask().toArray(), 1 - share);
    GeneratorTape oneHot = tape(new Generator.Shape(5, 0, 7, 1), new Dropout(share, 0));
    isDrawn(oneHot.stack.masks.symbols, share);
    assertThat(oneHot.topMask()).isNull();
  }

  /** No two rows, steps or draws are alike. */
  @Test
  void everyStepOfEveryRowHasItsOwn() {
    GeneratorTape tape = tape(new Generator.Shape(5, 32, 32, 1), new Dropout(0.5, 0.5));
    for (Matrix mask : List.of(tape.stack.masks.numbers, tape.topMask())) {
      long different =
          Stream.iterate(0, i -> i + 1)
              .limit(mask.rows())
              .map(i -> Arrays.toString(mask.rows(i, i + 1).toArray()))
              .distinct()
              .count();
      assertThat(different).isEqualTo(mask.rows());
    }
    double[] before = tape.topMask().toArray();
    tape.drawMasks(new SplittableRandom(4));
    assertThat(tape.topMask().toArray()).isNotEqualTo(before);
    tape.drawMasks(new SplittableRandom(3));
    assertThat(tape.topMask().toArray()).isEqualTo(before);
  }

  @Test
  void labelsAreNotDropped() {
    GeneratorKind series = GeneratorKind.named("series, label, 2 layers");
    Matrix mask = tape(series.shape(), new Dropout(0.5, 0)).stack.masks.numbers;
    int channels = series.shape().channels();
    isDrawn(mask.columns(0, channels).toArray(), 0.5);
    assertThat(mask.columns(channels, mask.columns()).toArray()).containsOnly(1);
    GeneratorKind symbols = GeneratorKind.named("symbols, label");
    DropoutMasks masks = tape(symbols.shape(), new Dropout(0.5, 0)).stack.masks;
    assertThat(masks.numbers).isNull();
    isDrawn(masks.symbols, 0.5);
  }

  @Test
  void droppingNothingDrawsNothingAndTakesNothing() {
    GeneratorTape tape = tape(EMBEDDING, Dropout.NONE);
    SplittableRandom random = new SplittableRandom(9);
    tape.drawMasks(random);
    assertThat(random.nextLong()).isEqualTo(new SplittableRandom(9).nextLong());
    assertThat(tape.stack.masks).isNull();
    assertThat(Generator.dropoutBytes(EMBEDDING, Dropout.NONE, 9, 9, 0, true)).isZero();
    assertThat(Generator.sampledDropoutBytes(EMBEDDING, Dropout.NONE, 9, 9, 0, 3)).isZero();
  }

  /** As if the kept ones had been multiplied and the others had not been there. */
  @Test
  void whatIsLeftIsWhatTheLayersSee() {
    Generator generator = Networks.randomGenerator(EMBEDDING, Networks.kernels(1), 1);
    GeneratorTape tape = generator.tape(3, 2).dropping(new Dropout(0.4, 0.4));
    tape.drawMasks(new SplittableRandom(5));
    tape.start();
    generator.run(tape, (step, row, p, offset) -> (step + row) % 5);
    DropoutMasks masks = tape.stack.masks;
    double[] left = times(tape.top(), tape.topMask());
    Close.same("top", masks.topLeft.toArray(), left);
    Close.same("input", masks.numbersLeft.toArray(), times(tape.stack.dense, masks.numbers));
    var weights = generator.network().getParam("3_W");
    var bias = generator.network().getParam("3_b");
    for (int v = 0; v < 5; v++) {
      double logit = bias.getDouble(v);
      for (int h = 0; h < 7; h++) {
        logit += left[h] * weights.getDouble(h, v);
      }
      Close.check("logit " + v, tape.logits().rows(0, 1).toArray()[v], logit, 1e-12);
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

  static Stream<Arguments> kindsAndWindows() {
    return GeneratorKind.all()
        .flatMap(kind -> Stream.of(0, 2).map(window -> Arguments.of(kind.shape(), window)));
  }

  @ParameterizedTest
  @MethodSource("kindsAndWindows")
  void bytesAreWhatIsAllocated(Generator.Shape shape, int window) {
    Dropout dropout = new Dropout(0.1, 0.1);
    Generator generator = Networks.randomGenerator(shape, Networks.kernels(1), 1);
    for (boolean holdOutputs : new boolean[] {false, true}) {
      GeneratorTape tape = generator.tape(5, 4, window, holdOutputs).dropping(dropout);
      assertThat(Generator.dropoutBytes(shape, dropout, 5, 4, window, holdOutputs))
          .isEqualTo(bytes(tape.stack.masks));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void bytesAreWhatIsAllocatedWhereWordsAreSampled(int window) {
    Dropout dropout = new Dropout(0.1, 0.1);
    Generator generator = Networks.randomGenerator(EMBEDDING, Networks.kernels(1), 1);
    GeneratorTape tape = generator.sampledTape(5, 4, window, 2, 3).dropping(dropout);
    assertThat(Generator.sampledDropoutBytes(EMBEDDING, dropout, 5, 4, window, 2))
        .isEqualTo(bytes(tape.stack.masks));
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
