package dev.lockstep.corpus.images;

import static dev.lockstep.corpus.Bytes.gzip;
import static dev.lockstep.corpus.Bytes.join;
import static dev.lockstep.corpus.Bytes.latin1;
import static dev.lockstep.corpus.images.IdxFiles.header;
import static dev.lockstep.corpus.images.IdxFiles.images;
import static dev.lockstep.corpus.images.IdxFiles.numbered;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.corpus.SparkExtension;
import dev.lockstep.corpus.TestCorpora;
import dev.lockstep.corpus.prepare.Corpora;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that are called images and are none, or lie about themselves. */
class HostileIdxTest {
  @RegisterExtension static final SparkExtension SPARK = new SparkExtension();

  private static final long MOST = 0xFFFF_FFFFL;
  private static final long MOST_ALLOCATED = 64L << 20;

  private static final int HEADER_BYTES = 16;

  /** As many images as give each part some. */
  private static final int COUNT = 60;

  private static final byte[] GOOD = numbered(COUNT);
  private static final byte[] PACKED = gzip(GOOD);

  @TempDir Path folder;

  /** What the line must say, and the file: nothing of it can be used. */
  static Stream<Arguments> wrongHeaders() {
    return Stream.concat(
        Stream.of(
            Arguments.of("does not begin as an IDX file", new byte[0]),
            Arguments.of("does not begin as an IDX file", new byte[3]),
            Arguments.of("does not begin as an IDX file", latin1("\u0089PNG\r\n\32\n and so on")),
            Arguments.of("does not begin as an IDX file", join(new byte[] {1}, GOOD)),
            Arguments.of("does not begin as an IDX file", gzip()),
            Arguments.of("does not begin as an IDX file", gzip(PACKED)),
            Arguments.of("numbers of type 0,", header(0, 3, 1, 2, 3)),
            Arguments.of("numbers of type 9,", header(9, 3, 1, 2, 3)),
            Arguments.of("numbers of type 11,", header(0x0B, 3, 1, 2, 3)),
            Arguments.of("numbers of type 14,", header(0x0E, 3, 1, 2, 3)),
            Arguments.of("numbers of type 255,", header(0xFF, 3, 1, 2, 3)),
            Arguments.of("has 0 dimensions", header(8, 0, 1, 2, 3)),
            Arguments.of("has 1 dimensions", header(8, 1, 9)),
            Arguments.of("has 4 dimensions", header(8, 4, 1, 2, 3, 4)),
            Arguments.of("has 255 dimensions", header(8, 255, 1, 2, 3)),
            Arguments.of("claims 0 images of 3 by 2", header(8, 3, 0, 2, 3)),
            Arguments.of("claims 5 images of 3 by 0", header(8, 3, 5, 0, 3)),
            Arguments.of("claims 5 images of 0 by 2", header(8, 3, 5, 2, 0)),
            Arguments.of("images of 65536 by 65536 pixels", header(8, 3, 1, 65_536, 65_536)),
            Arguments.of("images of 46341 by 46341 pixels", header(8, 3, 1, 46_341, 46_341)),
            Arguments.of("images of 4294967295 by 4294967295", header(8, 3, MOST, MOST, MOST)),
            Arguments.of("images of 1 by 4294967295 pixels", header(8, 3, 1, MOST, 1)),
            Arguments.of("images of 1 by 2147483647 pixels", header(8, 3, 1, Integer.MAX_VALUE, 1)),
            Arguments.of("images of 46340 by 46340 pixels", gzip(header(8, 3, 1, 46_340, 46_340))),
            Arguments.of("its compressed data are wrong", Arrays.copyOf(PACKED, 2)),
            Arguments.of("its compressed data are wrong", Arrays.copyOf(PACKED, 9)),
            Arguments.of("its compressed data are wrong", Arrays.copyOf(PACKED, 10)),
            Arguments.of("its compressed data are wrong", Arrays.copyOf(PACKED, 12)),
            Arguments.of("its compressed data are wrong", flipped(PACKED, 2))),
        IntStream.range(4, 16)
            .mapToObj(
                length ->
                    Arguments.of(
                        "ends at byte %d, inside its header".formatted(length),
                        Arrays.copyOf(GOOD, length))));
  }

  private static byte[] flipped(byte[] bytes, int at) {
    byte[] flipped = bytes.clone();
    flipped[at] ^= (byte) 0xFF;
    return flipped;
  }

  @ParameterizedTest
  @MethodSource("wrongHeaders")
  void aWrongHeaderIsRefusedEitherWay(String what, byte[] file) throws IOException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    assertThat(refusal(file, "refuse")).contains(what);
    assertThat(refusal(file, "skip")).contains(what);
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(MOST_ALLOCATED);
  }

  /** What the line must say, how many images can be used, and the file. */
  static Stream<Arguments> wrongEnds() {
    byte[] pixels = Arrays.copyOfRange(GOOD, HEADER_BYTES, GOOD.length);
    return Stream.of(
        Arguments.of("ends inside image 60 of the 60", 59, Arrays.copyOf(GOOD, GOOD.length - 1)),
        Arguments.of("ends inside image 60 of the 60", 59, Arrays.copyOf(GOOD, GOOD.length - 6)),
        Arguments.of("ends inside image 59 of the 60", 58, Arrays.copyOf(GOOD, GOOD.length - 7)),
        Arguments.of("image 61 of the 4294967295", 60, images(MOST, 3, 2, pixels)),
        Arguments.of("ends inside image 61 of the 99", 60, gzip(images(99, 3, 2, pixels))),
        Arguments.of("goes on after image 60 of the 60", 60, join(GOOD, new byte[1])),
        Arguments.of("goes on after image 50 of the 50", 50, images(50, 3, 2, pixels)),
        Arguments.of("goes on after image 50 of the 50", 50, gzip(images(50, 3, 2, pixels))),
        Arguments.of(
            "compressed data break off or are", 60, Arrays.copyOf(PACKED, PACKED.length - 1)),
        Arguments.of(
            "compressed data break off or are", 60, Arrays.copyOf(PACKED, PACKED.length - 8)),
        Arguments.of("compressed data break off or are", 60, flipped(PACKED, PACKED.length - 1)),
        Arguments.of("compressed data break off or are", 60, flipped(PACKED, PACKED.length - 8)));
  }

  @ParameterizedTest
  @MethodSource("wrongEnds")
  void imagesBeforeAWrongEndCanBeUsed(String what, long usable, byte[] file) throws IOException {
    assertThat(refusal(file, "refuse")).contains(what);
    Corpora.Prepared prepared = prepare(file, "skip");
    assertThat(prepared.skipped()).singleElement().asString().contains(what);
    assertThat(prepared.descriptor().setAside()).containsOnlyKeys("damaged");
    assertThat(sequences(prepared)).isEqualTo(usable);
  }

  static IntStream seeds() {
    return IntStream.range(0, 30);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void flippedBitsAreReadOrNamed(int seed) throws IOException {
    Random random = new Random(seed);
    byte[] file = seed % 2 == 0 ? GOOD.clone() : PACKED.clone();
    file[random.nextInt(seed % 2 == 0 ? HEADER_BYTES : file.length)] ^=
        (byte) (1 << random.nextInt(8));
    try {
      assertThat(sequences(prepare(file, "refuse"))).isEqualTo(COUNT);
    } catch (UserError e) {
      assertThat(e.getMessage().lines()).hasSize(1);
      assertThat(e.getMessage()).contains("any");
    }
  }

  private static long sequences(Corpora.Prepared prepared) {
    return prepared.descriptor().parts().values().stream()
        .mapToLong(CorpusDescriptor.Contents::sequences)
        .sum();
  }

  private String refusal(byte[] file, String damaged) {
    String error = TestCorpora.error(() -> prepare(file, damaged));
    assertThat(error).startsWith(folder.resolve("any") + ": ");
    return error;
  }

  private Corpora.Prepared prepare(byte[] bytes, String damaged) throws IOException {
    Path file = Files.write(folder.resolve("any"), bytes);
    String hocon =
        """
        data { kind = pixels, sequence-length = 6, damaged = %s }
        data.split { valid = 0.3, test = 0.3 }
        """;
    return new TestCorpora(SPARK.session(), folder)
        .prepared("corpus", file, hocon.formatted(damaged));
  }
}
