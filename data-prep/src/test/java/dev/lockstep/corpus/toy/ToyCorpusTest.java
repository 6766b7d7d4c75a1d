package dev.lockstep.corpus.toy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.config.DataSettings;
import dev.lockstep.config.Settings;
import dev.lockstep.corpus.Channels;
import dev.lockstep.corpus.Corpus;
import dev.lockstep.corpus.Part;
import dev.lockstep.corpus.SparkExtension;
import dev.lockstep.corpus.TestCorpora;
import dev.lockstep.corpus.reader.Moments;
import dev.lockstep.model.Sequence;
import dev.lockstep.model.StepShape;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ToyCorpusTest {
  @RegisterExtension static final SparkExtension SPARK = new SparkExtension();

  private static final String KIND =
      "data { kind = toy, sequence-length = 1, toy { train = 4000, valid = 30, test = 20 } }\n";

  @TempDir Path folder;

  private TestCorpora corpora;

  @BeforeEach
  void corpora() {
    corpora = new TestCorpora(SPARK.session(), folder);
  }

  @Test
  void aPointIsAVectorNormalisedByTheTrainingPart() {
    Corpus corpus = corpora.prepare("corpus", folder, KIND + "data.toy.shape = swiss-roll");
    assertThat(corpus.descriptor().kind()).isEqualTo(DataSettings.Kind.TOY);
    assertThat(corpus.descriptor().shape()).isEqualTo(new StepShape(0, 2, false, 0, false, 0));
    assertThat(corpus.descriptor().isStream()).isFalse();
    assertThat(corpus.descriptor().continues(Part.TRAIN)).isFalse();
    assertThat(corpus.part(Part.VALID).sequences()).isEqualTo(30);
    assertThat(corpus.part(Part.TEST).sequences()).isEqualTo(20);
    List<Sequence> train = TestCorpora.sequences(corpus, Part.TRAIN);
    assertThat(train).hasSize(4000).allMatch(point -> point.length() == 1);
    for (int i = 0; i < 2; i++) {
      Moments moments = Moments.NONE;
      for (Sequence point : train) {
        moments = moments.plus(new Moments(1, point.values()[i], 0));
      }
      assertThat(moments.mean()).isCloseTo(0, within(1e-6));
      assertThat(moments.std()).isCloseTo(1, within(1e-6));
    }
    double[] first = ((Channels) corpus.descriptor().steps()).restore(train.get(7).values());
    double[] drawn = points("swiss-roll", 0.05, 1).point(Part.TRAIN, 7);
    assertThat(first).containsExactly(drawn, within(1e-6));
  }

  @Test
  void pointsAreAFunctionOfTheSeed() {
    List<Sequence> one = test("one", 1);
    assertThat(test("again", 1)).isEqualTo(one).doesNotHaveDuplicates();
    assertThat(test("two", 2)).isNotEqualTo(one);
  }

  private List<Sequence> test(String name, long seed) {
    Corpus corpus = corpora.prepare(name, folder, KIND + "training.seed = " + seed);
    return TestCorpora.sequences(corpus, Part.TEST);
  }

  @Test
  void partsHaveDifferentPoints() {
    ToyPoints points = points("circle", 0.05, 1);
    assertThat(points.point(Part.TRAIN, 0)).isNotEqualTo(points.point(Part.TEST, 0));
  }

  @Test
  void shapesAreWhatTheirNamesSay() {
    assertThat(many("circle"))
        .allSatisfy(point -> assertThat(radius(point)).isCloseTo(1, within(1e-12)))
        .anyMatch(point -> point[0] < -0.99)
        .anyMatch(point -> point[1] > 0.99);
    List<double[]> modes = many("mixture");
    assertThat(modes)
        .allSatisfy(
            point ->
                assertThat(Math.IEEEremainder(8 * turns(point), 1)).isCloseTo(0, within(1e-9)));
    assertThat(modes.stream().map(point -> Math.round(8 * turns(point))).distinct()).hasSize(8);
    // On the spiral the radius tells the angle: r of 4.5π is 1, a turn further in is 1 - 1/2.25.
    assertThat(many("swiss-roll"))
        .allSatisfy(
            point ->
                assertThat(Math.IEEEremainder(2.25 * radius(point) - turns(point), 1))
                    .isCloseTo(0, within(1e-9)))
        .allSatisfy(point -> assertThat(radius(point)).isBetween(1.0 / 3 - 1e-9, 1 + 1e-9))
        .anyMatch(point -> radius(point) < 0.35)
        .anyMatch(point -> radius(point) > 0.98);
  }

  private static double radius(double... point) {
    return Math.hypot(point[0], point[1]);
  }

  /** From minus a half to a half. */
  private static double turns(double... point) {
    return Math.atan2(point[1], point[0]) / (2 * Math.PI);
  }

  private static List<double[]> many(String shape) {
    ToyPoints points = points(shape, 0, 3);
    return LongStream.range(0, 500).mapToObj(i -> points.point(Part.TRAIN, i)).toList();
  }

  @Test
  void noiseHasItsDeviation() {
    Moments moments = Moments.NONE;
    ToyPoints noisy = points("mixture", 0.2, 1);
    ToyPoints exact = points("mixture", 0, 1);
    for (int i = 0; i < 2000; i++) {
      for (int c = 0; c < 2; c++) {
        double noise = noisy.point(Part.TEST, i)[c] - exact.point(Part.TEST, i)[c];
        moments = moments.plus(new Moments(1, noise, 0));
      }
    }
    // Four standard deviations of either.
    assertThat(moments.mean()).isCloseTo(0, within(0.013));
    assertThat(moments.std()).isCloseTo(0.2, within(0.009));
  }

  private static ToyPoints points(String shape, double noise, long seed) {
    String hocon = "data.toy { shape = %s, noise = %s }".formatted(shape, noise);
    return new ToyPoints(Settings.parse(hocon, "test").data().toy(), seed);
  }

  @Test
  void whatCannotBeNormalisedIsRefused() {
    String hocon = KIND + "data.toy { train = 2, noise = 0 }, training.seed = ";
    long seed =
        LongStream.range(0, 1000)
            .filter(ToyCorpusTest::drawsOneModeTwice)
            .findFirst()
            .orElseThrow();
    assertThat(corpora.error(folder, hocon + seed))
        .startsWith("data.toy: ")
        .endsWith(" in all points of the training part: set a larger data.toy.train or noise");
  }

  private static boolean drawsOneModeTwice(long seed) {
    ToyPoints points = points("mixture", 0, seed);
    return Arrays.equals(points.point(Part.TRAIN, 0), points.point(Part.TRAIN, 1));
  }

  @Test
  void aSequenceIsOnePoint() {
    assertThat(corpora.error(folder, "data { kind = toy, sequence-length = 2 }"))
        .isEqualTo(
            "data.sequence-length must be 1 for data.kind = toy, whose sequences are one vector each, not 2");
  }
}
