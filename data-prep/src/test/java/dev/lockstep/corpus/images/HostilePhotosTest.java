package dev.lockstep.corpus.images;

import static dev.lockstep.corpus.Bytes.latin1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.corpus.SparkExtension;
import dev.lockstep.corpus.TestCorpora;
import dev.lockstep.corpus.input.Damage;
import dev.lockstep.corpus.prepare.Corpora;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that are called photographs and are none, or lie about themselves. */
class HostilePhotosTest {
  @RegisterExtension static final SparkExtension SPARK = new SparkExtension();

  private static final byte[] GOOD =
      Photos.jpeg(40, 30, (x, y) -> 0x10_20_30 * (x % 5) + 0x01_03_07 * y);

  private static final byte[] PNG = latin1("\u0089PNG\r\n\32\n and so on");

  @TempDir Path folder;

  /** What the line must say, and the file. */
  static Stream<Arguments> wrong() {
    String no = "is no JPEG image that can be read: ";
    return Stream.of(
        Arguments.of(no, new byte[0]),
        Arguments.of(no, new byte[] {(byte) 0xFF, (byte) 0xD8}),
        Arguments.of(no, PNG),
        Arguments.of(no, Photos.cmyk()),
        Arguments.of(no, Arrays.copyOf(GOOD, 100)),
        Arguments.of("is damaged: ", Arrays.copyOf(GOOD, GOOD.length - 2)),
        Arguments.of("is damaged: ", Arrays.copyOf(GOOD, GOOD.length * 3 / 4)),
        Arguments.of(no, claiming(0, 40)),
        Arguments.of(no, claiming(30, 0)),
        Arguments.of("claims 65500 by 65500 pixels, not at most ", claiming(65_500, 65_500)),
        Arguments.of("claims 40 by 60000 pixels, not at most ", claiming(60_000, 40)));
  }

  /** The same with other sizes in its header. */
  private static byte[] claiming(int height, int width) {
    byte[] file = GOOD.clone();
    int frame = 2;
    while (file[frame + 1] != (byte) 0xC0) {
      frame += 2 + (file[frame + 2] & 0xFF) * 256 + (file[frame + 3] & 0xFF);
    }
    file[frame + 5] = (byte) (height >> 8);
    file[frame + 6] = (byte) height;
    file[frame + 7] = (byte) (width >> 8);
    file[frame + 8] = (byte) width;
    return file;
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void whatIsWrongIsSaidInOneLine(String what, byte[] file) {
    Hostile.inLittleMemory(
        () ->
            assertThat(catchThrowableOfType(Damage.class, () -> JpegSquare.read(file, 8)))
                .hasMessageContaining(what));
  }

  @Test
  void damagedPhotographsAreRefusedOrLeftOut() throws IOException {
    Path input = Files.createDirectory(folder.resolve("in"));
    for (int i = 0; i < 30; i++) {
      Files.write(input.resolve(i + ".jpg"), GOOD);
    }
    Path damaged = Files.write(input.resolve("a.jpg"), PNG);
    String hocon =
        """
        data { kind = images, sequence-length = 1, damaged = %s, images.size = 8 }
        data.split { valid = 0.3, test = 0.3 }
        """;
    TestCorpora corpora = new TestCorpora(SPARK.session(), folder);
    assertThat(corpora.error(input, hocon.formatted("refuse")))
        .startsWith(damaged + ": is no JPEG image that can be read: ")
        .endsWith(": repair, convert or remove it, or set data.damaged = skip");
    Corpora.Prepared prepared = corpora.prepared("corpus", input, hocon.formatted("skip"));
    assertThat(prepared.skipped()).singleElement().asString().startsWith(damaged + ": ");
    assertThat(prepared.descriptor().setAside()).containsEntry("damaged", 1L).hasSize(1);
    assertThat(
            prepared.descriptor().parts().values().stream()
                .mapToLong(CorpusDescriptor.Contents::sequences)
                .sum())
        .isEqualTo(30);
  }

  static IntStream seeds() {
    return IntStream.range(0, 300);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void flippedBitsAreReadOrNamed(int seed) {
    Random random = new Random(seed);
    byte[] file = Hostile.flipped(GOOD, random.nextInt(GOOD.length), 1 << random.nextInt(8));
    Hostile.inLittleMemory(
        () -> {
          try {
            assertThat(JpegSquare.read(file, 8)).hasSize(192);
          } catch (Damage e) {
            assertThat(e.getMessage().lines()).hasSize(1);
          }
        });
  }
}
