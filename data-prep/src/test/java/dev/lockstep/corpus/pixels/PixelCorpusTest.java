package dev.lockstep.corpus.pixels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.corpus.Bitmap;
import dev.lockstep.corpus.Bytes;
import dev.lockstep.corpus.Checksum;
import dev.lockstep.corpus.Corpus;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.corpus.Part;
import dev.lockstep.corpus.SparkExtension;
import dev.lockstep.corpus.TestCorpora;
import dev.lockstep.corpus.images.IdxFiles;
import dev.lockstep.model.Sequence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PixelCorpusTest {
  @RegisterExtension static final SparkExtension SPARK = new SparkExtension();

  private static final String KIND = "data { kind = pixels, sequence-length = 6 }\n";
  private static final String THIRDS = "data.split { valid = 0.3, test = 0.3 }\n";

  @TempDir Path folder;

  private TestCorpora corpora;

  @BeforeEach
  void corpora() {
    corpora = new TestCorpora(SPARK.session(), folder);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anImageIsWhiteFromHalfTheRangeUp(boolean packed) throws IOException {
    byte[] images = IdxFiles.numbered(200);
    Path file = Files.write(folder.resolve("any"), packed ? Bytes.gzip(images) : images);
    Corpus corpus = corpora.prepare("corpus", file, KIND + THIRDS);
    assertThat(corpus.descriptor().steps()).isEqualTo(new Bitmap(2, 3));
    assertThat(corpus.descriptor().shape().imageWidth()).isEqualTo(2);
    assertThat(all(corpus))
        .containsOnly(Sequence.ofSymbols(1, 0, 0, 0, 0, 0), Sequence.ofSymbols(1, 1, 1, 1, 1, 1));
    long white = all(corpus).stream().filter(image -> image.symbols()[5] == 1).count();
    assertThat(white).isEqualTo(200 - 128);
    for (Part part : Part.values()) {
      assertThat(corpus.part(part).sequences()).isGreaterThan(30);
      // The first ones in the file are dark, and ids are in the file's order.
      assertThat(TestCorpora.sequences(corpus, part).stream().map(image -> image.symbols()[5]))
          .isSorted();
    }
    assertThat(corpus.descriptor().contents(Part.VALID).source())
        .contains(new CorpusDescriptor.Source("any", Checksum.of(Files.readAllBytes(file))));
  }

  @Test
  void pixelsAreWhiteAsOftenAsTheyAreBright() throws IOException {
    byte[] pixels = new byte[4000 * 3];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) new int[] {0, 100, 255}[i % 3];
    }
    Path file = Files.write(folder.resolve("any"), IdxFiles.images(4000, 1, 3, pixels));
    String stochastic = KIND + THIRDS + "data.pixels.binarise = stochastic\n";
    List<Sequence> images = all(corpora.prepare("corpus", file, stochastic));
    assertThat(mean(images, 0)).isZero();
    // Four standard deviations of the mean.
    assertThat(mean(images, 1)).isCloseTo(100.0 / 255, within(0.031));
    assertThat(mean(images, 2)).isEqualTo(1);
    assertThat(all(corpora.prepare("again", file, stochastic))).isEqualTo(images);
  }

  private static double mean(List<Sequence> images, int pixel) {
    return images.stream().mapToInt(image -> image.symbols()[pixel]).average().orElseThrow();
  }

  @Test
  void ofTwoFilesOneIsTheTestPart() throws IOException {
    Path input = Files.createDirectory(folder.resolve("mnist"));
    byte[] dark = IdxFiles.images(100, 1, 2, new byte[200]);
    byte[] bright = new byte[40];
    Arrays.fill(bright, (byte) 200);
    Files.write(input.resolve("train-images-idx3-ubyte.gz"), Bytes.gzip(dark));
    Files.write(input.resolve("t10k-images-idx3-ubyte"), IdxFiles.images(20, 1, 2, bright));
    Files.write(input.resolve("t10k-labels-idx1-ubyte"), new byte[3]);
    Files.write(input.resolve("._train-images-idx3-ubyte"), new byte[3]);
    Corpus corpus = corpora.prepare("corpus", input, KIND + THIRDS);
    assertThat(TestCorpora.sequences(corpus, Part.TEST))
        .containsExactlyElementsOf(
            IntStream.range(0, 20).mapToObj(i -> Sequence.ofSymbols(1, 1)).toList());
    assertThat(TestCorpora.sequences(corpus, Part.TRAIN)).containsOnly(Sequence.ofSymbols(0, 0));
    assertThat(TestCorpora.sequences(corpus, Part.VALID)).containsOnly(Sequence.ofSymbols(0, 0));
    assertThat(corpus.part(Part.VALID).sequences()).isBetween(15L, 45L);
    assertThat(corpus.part(Part.TRAIN).sequences() + corpus.part(Part.VALID).sequences())
        .isEqualTo(100);
    assertThat(corpus.descriptor().contents(Part.TEST).source().orElseThrow().file())
        .isEqualTo("mnist");
  }

  @Test
  void severalBatchesAndPartitionsKeepTheOrder() throws IOException {
    // 2.4 MB of pixels: three batches.
    byte[] pixels = new byte[24 * 100_000];
    for (int image = 0; image < 100_000; image++) {
      for (int bit = 0; bit < 24; bit++) {
        pixels[image * 24 + bit] = (byte) (image >> bit << 7);
      }
    }
    Path file = Files.write(folder.resolve("any"), IdxFiles.images(100_000, 4, 6, pixels));
    Corpus corpus = corpora.prepare("corpus", file, KIND + THIRDS + "data.sequence-length = 24");
    boolean[] seen = new boolean[100_000];
    for (Part part : Part.values()) {
      List<Integer> numbers =
          TestCorpora.sequences(corpus, part).stream().map(PixelCorpusTest::number).toList();
      assertThat(numbers).isSorted();
      numbers.forEach(number -> seen[number] = true);
    }
    assertThat(IntStream.range(0, seen.length).filter(number -> !seen[number])).isEmpty();
    assertThat(all(corpus)).hasSize(100_000);
  }

  private static int number(Sequence image) {
    int number = 0;
    for (int bit = 0; bit < image.length(); bit++) {
      number |= image.symbols()[bit] << bit;
    }
    return number;
  }

  @Test
  void imagesMustFitASequence() throws IOException {
    Path file = Files.write(folder.resolve("any"), IdxFiles.numbered(30));
    assertThat(corpora.error(file, KIND + "data.sequence-length = 5"))
        .isEqualTo(
            "%s: has images of 2 by 3 pixels, which are 6 steps: data.sequence-length must be at least that, not 5",
            file);
  }

  @Test
  void aDirectoryHoldsOneFileOrAPairOfOneSize() throws IOException {
    Path input = Files.createDirectory(folder.resolve("mnist"));
    String message =
        "data.input %s: must hold one file whose name contains idx3-ubyte, or two, one with train and one with t10k or test in its name; found %s";
    assertThat(corpora.error(input, KIND)).isEqualTo(message, input, "none");
    Files.write(input.resolve("a-idx3-ubyte"), IdxFiles.numbered(3));
    Files.write(input.resolve("train-idx3-ubyte"), IdxFiles.numbered(3));
    assertThat(corpora.error(input, KIND))
        .isEqualTo(message, input, "a-idx3-ubyte, train-idx3-ubyte");
    Path test = input.resolve("test-idx3-ubyte");
    Files.write(test, IdxFiles.numbered(3));
    assertThat(corpora.error(input, KIND))
        .isEqualTo(message, input, "a-idx3-ubyte, test-idx3-ubyte, train-idx3-ubyte");
    Files.delete(input.resolve("a-idx3-ubyte"));
    Files.write(test, IdxFiles.images(1, 2, 3, new byte[6]));
    assertThat(corpora.error(input, KIND))
        .isEqualTo(
            "%s: has images of 3 by 2 pixels, but those of train-idx3-ubyte have 2 by 3 pixels: give files of one size",
            test);
  }

  @Test
  void mnist() throws IOException {
    Path digits = Path.of("../../shared/data/mnist/t10k-images-idx3-ubyte.gz");
    Assumptions.assumeTrue(Files.exists(digits), () -> digits + " is not here");
    Corpus corpus =
        corpora.prepare(
            "corpus", digits.toRealPath(), "data { kind = pixels, sequence-length = 784 }");
    assertThat(corpus.descriptor().steps()).isEqualTo(new Bitmap(28, 28));
    long images = 0;
    for (Part part : Part.values()) {
      images += corpus.part(part).sequences();
    }
    assertThat(images).isEqualTo(10_000);
    // Ink is white, about an eighth of an image.
    assertThat(TestCorpora.sequences(corpus, Part.TEST).stream())
        .allMatch(image -> IntStream.of(image.symbols()).sum() < 400)
        .allMatch(image -> IntStream.of(image.symbols()).sum() > 10);
  }

  private static List<Sequence> all(Corpus corpus) {
    return Stream.of(Part.values())
        .flatMap(part -> TestCorpora.sequences(corpus, part).stream())
        .toList();
  }
}
