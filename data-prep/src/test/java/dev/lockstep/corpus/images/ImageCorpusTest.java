package dev.lockstep.corpus.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.config.DataSettings;
import dev.lockstep.corpus.Checksum;
import dev.lockstep.corpus.Corpus;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.corpus.Part;
import dev.lockstep.corpus.Raster;
import dev.lockstep.corpus.SparkExtension;
import dev.lockstep.corpus.TestCorpora;
import dev.lockstep.model.Sequence;
import dev.lockstep.model.StepShape;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ImageCorpusTest {
  @RegisterExtension static final SparkExtension SPARK = new SparkExtension();

  private static final String KIND = "data { kind = images, sequence-length = 1 }\n";
  private static final String THIRDS = "data.split { valid = 0.3, test = 0.3 }\n";
  private static final String EXACT = "data.images.dequantise = false\n";

  @TempDir Path folder;

  private TestCorpora corpora;
  private Path input;

  @BeforeEach
  void corpora() throws IOException {
    corpora = new TestCorpora(SPARK.session(), folder);
    input = Files.createDirectory(folder.resolve("in"));
  }

  @Test
  void anImageIsOneVectorOfItsBrightness() throws IOException {
    Path file = Files.write(folder.resolve("any"), IdxFiles.numbered(200));
    Corpus corpus = corpora.prepare("corpus", file, KIND + THIRDS + EXACT);
    assertThat(corpus.descriptor().steps())
        .isEqualTo(new Raster(2, 3, 1, DataSettings.View.REAL, false));
    assertThat(corpus.descriptor().shape().channels()).isEqualTo(6);
    assertThat(corpus.descriptor().shape().image()).isEqualTo(new StepShape.Image(2, 3, 1, false));
    assertThat(corpus.descriptor().isStream()).isFalse();
    List<Sequence> images = all(corpus);
    assertThat(images).hasSize(200).allMatch(image -> image.length() == 1);
    assertThat(images.stream().map(image -> Math.round(255 * image.values()[5])).sorted())
        .containsExactlyElementsOf(Stream.iterate(0, i -> i + 1).limit(200).toList());
    assertThat(images).allMatch(image -> image.values()[0] == 1);
    for (Part part : Part.values()) {
      assertThat(corpus.part(part).sequences()).isGreaterThan(30);
      assertThat(TestCorpora.sequences(corpus, part).stream().map(image -> image.values()[5]))
          .isSorted();
    }
    assertThat(corpus.descriptor().contents(Part.TEST).source())
        .contains(new CorpusDescriptor.Source("any", Checksum.of(Files.readAllBytes(file))));
  }

  @Test
  void aLevelIsSpreadOverItsPlaceBelowOne() throws IOException {
    byte[] pixels = new byte[4000 * 2];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i % 2 == 0 ? 255 : 9);
    }
    Path file = Files.write(folder.resolve("any"), IdxFiles.images(4000, 1, 2, pixels));
    Corpus corpus = corpora.prepare("corpus", file, KIND + THIRDS);
    List<Sequence> images = all(corpus);
    for (int pixel = 0; pixel < 2; pixel++) {
      int which = pixel;
      double level = pixel == 0 ? 255 : 9;
      double[] places =
          images.stream().mapToDouble(image -> 256.0 * image.values()[which] - level).toArray();
      assertThat(Arrays.stream(places)).allMatch(place -> place >= 0 && place < 1);
      // Four standard deviations of the mean of uniform numbers.
      assertThat(Arrays.stream(places).average().orElseThrow()).isCloseTo(0.5, within(0.019));
    }
    assertThat(images).allMatch(image -> image.values()[0] != image.values()[1]);
    assertThat(all(corpora.prepare("again", file, KIND + THIRDS))).isEqualTo(images);
    assertThat(all(corpora.prepare("other", file, KIND + THIRDS + "training.seed = 2")))
        .isNotEqualTo(images);
  }

  @Test
  void aBinaryPixelIsOneAsOftenAsItIsBright() throws IOException {
    byte[] pixels = new byte[4000 * 3];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) new int[] {0, 100, 255}[i % 3];
    }
    Path file = Files.write(folder.resolve("any"), IdxFiles.images(4000, 1, 3, pixels));
    Corpus corpus = corpora.prepare("corpus", file, KIND + THIRDS + "data.images.view = binary");
    assertThat(corpus.descriptor().shape().image()).isEqualTo(new StepShape.Image(3, 1, 1, true));
    List<Sequence> images = all(corpus);
    assertThat(mean(images, 0)).isZero();
    assertThat(mean(images, 1)).isCloseTo(100.0 / 255, within(0.031));
    assertThat(mean(images, 2)).isEqualTo(1);
    assertThat(images).allMatch(image -> image.values()[1] == 0 || image.values()[1] == 1);
  }

  private static double mean(List<Sequence> images, int pixel) {
    return images.stream().mapToDouble(image -> image.values()[pixel]).average().orElseThrow();
  }

  @Test
  void cifarHasBatchesForTrainingAndOneForTheTest() throws IOException {
    Files.write(input.resolve("data_batch_1.bin"), CifarFiles.numbered(40));
    Files.write(input.resolve("data_batch_2.bin"), CifarFiles.numbered(40));
    Files.write(input.resolve("test_batch.bin"), CifarFiles.numbered(7));
    Files.writeString(input.resolve("batches.meta.txt"), "airplane\n");
    Corpus corpus = corpora.prepare("corpus", input, KIND + THIRDS + EXACT);
    assertThat(corpus.descriptor().steps())
        .isEqualTo(new Raster(32, 32, 3, DataSettings.View.REAL, false));
    List<Sequence> test = TestCorpora.sequences(corpus, Part.TEST);
    assertThat(test).hasSize(7);
    for (int image = 0; image < 7; image++) {
      float[] values = test.get(image).values();
      assertThat(values).hasSize(3072);
      assertThat(levels(values, 0, 1023)).containsOnly(image);
      assertThat(levels(values, 1024 + 32 * 5 + 9, 2048 + 32 * 5 + 9)).containsExactly(5, 9);
    }
    assertThat(corpus.part(Part.VALID).sequences()).isBetween(10L, 40L);
    assertThat(corpus.part(Part.TRAIN).sequences() + corpus.part(Part.VALID).sequences())
        .isEqualTo(80);
  }

  private static int[] levels(float[] values, int... places) {
    return Arrays.stream(places).map(place -> Math.round(255 * values[place])).toArray();
  }

  @Test
  void svhnIsTurnedFromColumnsToRows() throws IOException {
    MatFiles.Pixel pixel = (image, plane, y, x) -> 100 * plane + 10 * y + x + image % 3;
    Files.write(
        input.resolve("train_32x32.mat"), MatFiles.svhn(MatFiles.images(2, 5, 3, 60, pixel)));
    Files.write(
        input.resolve("extra_32x32.mat"), MatFiles.svhn(MatFiles.images(2, 5, 3, 20, pixel)));
    Files.write(input.resolve("test_32x32.mat"), MatFiles.svhn(MatFiles.images(2, 5, 3, 6, pixel)));
    Corpus corpus = corpora.prepare("corpus", input, KIND + THIRDS + EXACT);
    assertThat(corpus.descriptor().steps())
        .isEqualTo(new Raster(5, 2, 3, DataSettings.View.REAL, false));
    List<Sequence> test = TestCorpora.sequences(corpus, Part.TEST);
    assertThat(test).hasSize(6);
    for (int image = 0; image < 6; image++) {
      for (int i = 0; i < 30; i++) {
        assertThat(levels(test.get(image).values(), i))
            .containsExactly(pixel.at(image, i / 10, i / 5 % 2, i % 5));
      }
    }
    assertThat(corpus.part(Part.TRAIN).sequences() + corpus.part(Part.VALID).sequences())
        .isEqualTo(80);
  }

  @Test
  void aPhotographIsItsMiddleSquareScaled() throws IOException {
    // Red beyond the square of 40 by 40 in the middle; in it, green above and blue below.
    byte[] wide =
        Photos.jpeg(
            80,
            40,
            (x, y) -> (x < 20 || x >= 60 ? Color.RED : y < 20 ? Color.GREEN : Color.BLUE).getRGB());
    byte[] grey = Photos.grey(24, 48, 100);
    for (int i = 0; i < 30; i++) {
      Path folder = Files.createDirectories(input.resolve("celeba/" + i % 3));
      Files.write(folder.resolve(i + ".jpg"), wide);
      Files.write(folder.resolve(i + ".JPEG"), grey);
      Files.writeString(folder.resolve(i + ".txt"), "no photograph");
    }
    Corpus corpus =
        corpora.prepare("corpus", input, KIND + THIRDS + EXACT + "data.images.size = 4");
    assertThat(corpus.descriptor().steps())
        .isEqualTo(new Raster(4, 4, 3, DataSettings.View.REAL, false));
    List<Sequence> images = all(corpus);
    assertThat(images).hasSize(60);
    List<Sequence> greys = images.stream().filter(image -> image.values()[0] > 0.2).toList();
    assertThat(greys).hasSize(30);
    for (float value : greys.get(0).values()) {
      assertThat(255 * value).isCloseTo(100, within(3f));
    }
    images.removeAll(greys);
    for (int i = 0; i < 48; i++) {
      boolean bright = (i / 16 == 1 && i % 16 < 8) || (i / 16 == 2 && i % 16 >= 8);
      assertThat(images.get(0).values()[i]).isCloseTo(bright ? 1 : 0, within(0.15f));
    }
    assertThat(corpus.part(Part.TRAIN).sequences()).isGreaterThan(10);
  }

  @Test
  void scalingAveragesOverAreas() throws Exception {
    byte[] stripes =
        Photos.jpeg(64, 64, (x, y) -> y / 8 % 4 == 0 ? Color.WHITE.getRGB() : Color.BLACK.getRGB());
    for (byte level : JpegSquare.read(stripes, 2)) {
      assertThat(Byte.toUnsignedInt(level)).isBetween(60, 68);
    }
    for (byte level : JpegSquare.read(Photos.plain(new Color(200, 200, 200)), 48)) {
      assertThat(Byte.toUnsignedInt(level)).isBetween(198, 202);
    }
  }

  @Test
  void aPhotographsDrawsAreItsNames() throws IOException {
    byte[] grey = Photos.grey(24, 24, 100);
    for (int i = 0; i < 30; i++) {
      Files.write(input.resolve(i + ".jpg"), grey);
    }
    String size = KIND + THIRDS + "data.images.size = 4\n";
    Corpus corpus = corpora.prepare("corpus", input, size);
    List<Sequence> images = all(corpus);
    assertThat(images).doesNotHaveDuplicates();
    Files.write(input.resolve("0a.jpg"), grey);
    assertThat(all(corpora.prepare("more", input, size))).hasSize(31).containsAll(images);
  }

  @Test
  void theInputMustBeImagesOfOneKindAndSize() throws IOException {
    assertThat(corpora.error(input, KIND))
        .isEqualTo(
            "data.input %s: must hold images: IDX, CIFAR-10's .bin, SVHN's .mat, or .jpg", input);
    Files.write(input.resolve("a.bin"), CifarFiles.numbered(1));
    Path mat = input.resolve("b.mat");
    Files.write(mat, MatFiles.svhn(MatFiles.images(32, 32, 1, 3, (i, p, y, x) -> 0)));
    assertThat(corpora.error(input, KIND))
        .isEqualTo("data.input %s: has files of cifar-10 and svhn: give a directory of one", input);
    Files.delete(input.resolve("a.bin"));
    Files.write(
        input.resolve("a.mat"), MatFiles.svhn(MatFiles.images(32, 32, 3, 3, (i, p, y, x) -> 0)));
    assertThat(corpora.error(input, KIND))
        .isEqualTo(
            "%s: has images of 32 by 32 pixels, but those of a.mat have 32 by 32 pixels in colour: give files of one size",
            mat);
  }

  @Test
  void aSequenceIsOneImage() {
    assertThat(corpora.error(input, "data.kind = images"))
        .isEqualTo(
            "data.sequence-length must be 1 for data.kind = images, whose sequences are one vector each, not 100");
  }

  @Test
  void mnist() throws IOException {
    Path digits = Path.of("../../shared/data/mnist/t10k-images-idx3-ubyte.gz");
    Assumptions.assumeTrue(Files.exists(digits), () -> digits + " is not here");
    Corpus corpus = corpora.prepare("corpus", digits.toRealPath(), KIND);
    assertThat(corpus.descriptor().steps())
        .isEqualTo(new Raster(28, 28, 1, DataSettings.View.REAL, true));
    List<Sequence> images = all(corpus);
    assertThat(images).hasSize(10_000);
    assertThat(images.get(0).values()).hasSize(784);
    // Ink is bright, about an eighth of an image.
    double mean =
        images.stream()
            .flatMapToDouble(
                image -> Stream.of(image.values()).flatMapToDouble(ImageCorpusTest::doubles))
            .average()
            .orElseThrow();
    assertThat(mean).isBetween(0.12, 0.15);
  }

  private static DoubleStream doubles(float... values) {
    double[] doubles = new double[values.length];
    Arrays.setAll(doubles, i -> values[i]);
    return Arrays.stream(doubles);
  }

  private static List<Sequence> all(Corpus corpus) {
    List<Sequence> all = new ArrayList<>();
    for (Part part : Part.values()) {
      all.addAll(TestCorpora.sequences(corpus, part));
    }
    return all;
  }
}
