package dev.lockstep.corpus.images;

import static dev.lockstep.corpus.images.CifarFiles.RECORD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.corpus.SparkExtension;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that are called CIFAR-10's and are none, or break off. */
class HostileCifarTest {
  @RegisterExtension static final SparkExtension SPARK = new SparkExtension();

  private static final int COUNT = 60;
  private static final byte[] GOOD = CifarFiles.numbered(COUNT);

  @TempDir Path folder;

  private Hostile file;

  @BeforeEach
  void file() {
    file = new Hostile(SPARK.session(), folder, "data_batch_1.bin");
  }

  @Test
  void anEmptyFileIsRefusedEitherWay() {
    for (String damaged : new String[] {"refuse", "skip"}) {
      assertThat(file.refusal(new byte[0], damaged)).contains("claims 0 images of 32 by 32 pixels");
    }
  }

  /** What the line must say, how many images can be used, and the file. */
  static Stream<Arguments> wrongEnds() {
    return Stream.of(
        Arguments.of("ends inside image 60 of the 60", 59, Arrays.copyOf(GOOD, GOOD.length - 1)),
        Arguments.of("ends inside image 60 of the 60", 59, Arrays.copyOf(GOOD, 59 * RECORD + 1)),
        Arguments.of("ends inside image 61 of the 61", 60, Arrays.copyOf(GOOD, GOOD.length + 1)),
        Arguments.of("image 51 of 60 has label 10,", 50, labelled(50, 10)),
        Arguments.of("image 60 of 60 has label 255,", 59, labelled(59, 255)));
  }

  private static byte[] labelled(int image, int label) {
    byte[] file = GOOD.clone();
    file[image * RECORD] = (byte) label;
    return file;
  }

  @ParameterizedTest
  @MethodSource("wrongEnds")
  void imagesBeforeAWrongEndCanBeUsed(String what, long usable, byte[] bytes) throws IOException {
    file.leaves(usable, bytes, what);
  }

  @Test
  void whatHasNoImageLeavesNone() {
    assertThat(file.refusal(new byte[] {3, 1, 4}, "refuse"))
        .contains("ends inside image 1 of the 1");
    assertThat(file.refusal(labelled(0, 99), "refuse")).contains("image 1 of 60 has label 99,");
  }
}
