package dev.lockstep.corpus.images;

import static dev.lockstep.corpus.Bytes.join;
import static dev.lockstep.corpus.Bytes.latin1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.corpus.SparkExtension;
import dev.lockstep.corpus.input.Damage;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import us.hebi.matlab.mat.format.Mat5;
import us.hebi.matlab.mat.types.Array;
import us.hebi.matlab.mat.types.MatFile;
import us.hebi.matlab.mat.types.MatlabType;
import us.hebi.matlab.mat.types.Matrix;

/** Files that are called MATLAB's and are none, or lie about themselves. */
class HostileMatTest {
  @RegisterExtension static final SparkExtension SPARK = new SparkExtension();

  private static final int COUNT = 60;
  private static final int IMAGE = 2 * 3 * 3;
  private static final Matrix IMAGES =
      MatFiles.images(2, 3, 3, COUNT, (image, plane, y, x) -> image + 60 * plane + 7 * y * x);

  /** Where the parts of X are in an uncompressed file. */
  private static final int VARIABLE = 128;

  private static final int FLAGS = VARIABLE + 8;
  private static final int SIZES = FLAGS + 16;
  private static final int NAME = SIZES + 24;
  private static final int DATA = NAME + 8;
  private static final int PIXELS = DATA + 8;

  private static final byte[] PLAIN = file(0, "X", IMAGES);
  private static final byte[] PACKED = file(5, "X", IMAGES);

  @TempDir Path folder;

  private Hostile file;

  @BeforeEach
  void file() {
    file = new Hostile(SPARK.session(), folder, "train_32x32.mat");
  }

  private static byte[] file(int level, String name, Array array) {
    MatFile file = Mat5.newMatFile().addArray(name, array);
    return MatFiles.bytes(file, ByteOrder.LITTLE_ENDIAN, level);
  }

  @Test
  void bothByteOrdersAndWhatStandsBeforeAreRead() throws IOException, Damage {
    MatFile file =
        Mat5.newMatFile()
            .addArray("y", Mat5.newMatrix(900, 1))
            .addArray("s", Mat5.newStruct().set("a", Mat5.newString("b")))
            .addArray("X", IMAGES)
            .addArray("z", Mat5.newScalar(1));
    for (ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
      for (int level : new int[] {0, 1, 9}) {
        MatImages images = open(MatFiles.bytes(file, order, level));
        assertThat(images.header()).isEqualTo(new ImageHeader(COUNT, 3, 2, 3));
        for (int image = 0; image < COUNT; image++) {
          byte[] pixels = images.next();
          for (int i = 0; i < IMAGE; i++) {
            assertThat(pixels[i])
                .isEqualTo((byte) (image + 60 * (i / 6) + 7 * (i / 3 % 2) * (i % 3)));
          }
        }
        assertThat(images.ended()).isTrue();
      }
    }
  }

  private static MatImages open(byte... bytes) throws Damage {
    return new MatImages(new ByteArrayInputStream(bytes));
  }

  /** What the line must say, and the file: nothing of it can be used. */
  static Stream<Arguments> wrongHeaders() {
    String none = "ends without a variable X";
    String no = "is no MATLAB file of version 5 to 7.2";
    return Stream.of(
        Arguments.of(none, new byte[0]),
        Arguments.of(none, Arrays.copyOf(PLAIN, 127)),
        Arguments.of(none, Arrays.copyOf(PLAIN, 128)),
        Arguments.of(none, Arrays.copyOf(PLAIN, NAME)),
        Arguments.of(none, Arrays.copyOf(PACKED, 140)),
        Arguments.of(none, file(0, "Y", IMAGES)),
        Arguments.of(none, file(9, "XX", IMAGES)),
        Arguments.of("of class char", file(0, "X", Mat5.newString("images"))),
        Arguments.of(no, latin1("\u0089HDF\r\n\32\n and so on".repeat(20))),
        Arguments.of(no, latin1("MATLAB 7.3 MAT-file".repeat(20))),
        Arguments.of(no, latin1("MATLAB 5.0 MAT-file".repeat(20))),
        Arguments.of(no, Hostile.flipped(PLAIN, 126, 0xFF)),
        Arguments.of(no, with(PLAIN, VARIABLE, 77)),
        Arguments.of(no, with(PACKED, VARIABLE + 8, 0)),
        Arguments.of("of class double", file(0, "X", Mat5.newMatrix(3, 4))),
        Arguments.of("of class int8", file(9, "X", numbers(MatlabType.Int8, 2, 3, 3, 9))),
        Arguments.of("size [3, 4], not", file(0, "X", numbers(MatlabType.UInt8, 3, 4))),
        Arguments.of("size [2, 3, 3], not", file(0, "X", numbers(MatlabType.UInt8, 2, 3, 3))),
        Arguments.of("size [2, 3, 4, 9], not", file(9, "X", numbers(MatlabType.UInt8, 2, 3, 4, 9))),
        Arguments.of(
            "claims 9 images of 0 by 2", file(0, "X", numbers(MatlabType.UInt8, 2, 0, 3, 9))),
        Arguments.of("claims -1 images of 3 by 2", with(PLAIN, SIZES + 20, -1)),
        Arguments.of("1080 bytes for 61 images of 3 by 2", with(PLAIN, SIZES + 20, 61)),
        Arguments.of("images of 3 by 2147483647", with(PLAIN, SIZES + 8, Integer.MAX_VALUE)),
        Arguments.of("images of 3 by 116509 pixels", with(PLAIN, SIZES + 8, 116_509)),
        Arguments.of("element of 4294967295 bytes", with(PLAIN, VARIABLE + 4, -1)),
        Arguments.of("but its parts", with(PLAIN, VARIABLE + 4, 99)),
        Arguments.of("but its parts", with(PLAIN, VARIABLE + 4, Integer.MAX_VALUE)),
        Arguments.of("but its parts", with(PLAIN, DATA + 4, Integer.MAX_VALUE)),
        Arguments.of("element of 2147483648 bytes", with(PLAIN, DATA + 4, Integer.MIN_VALUE)),
        Arguments.of(none, with(PLAIN, FLAGS + 4, Integer.MAX_VALUE - 7)),
        Arguments.of(none, with(PLAIN, SIZES + 4, Integer.MAX_VALUE - 7)),
        Arguments.of(none, with(with(PLAIN, NAME, 1), NAME + 4, Integer.MAX_VALUE)));
  }

  private static Matrix numbers(MatlabType type, int... sizes) {
    return Mat5.newMatrix(sizes, type);
  }

  private static byte[] with(byte[] file, int at, int number) {
    byte[] changed = file.clone();
    ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putInt(at, number);
    return changed;
  }

  @ParameterizedTest
  @MethodSource("wrongHeaders")
  void aWrongHeaderIsRefusedEitherWay(String what, byte[] bytes) {
    Hostile.inLittleMemory(
        () -> {
          assertThat(file.refusal(bytes, "refuse")).contains(what);
          assertThat(file.refusal(bytes, "skip")).contains(what);
        });
  }

  /** What the line must say, how many images can be used, and the file. */
  static Stream<Arguments> wrongEnds() {
    String broken = "its compressed data break off or are wrong after image ";
    return Stream.of(
        Arguments.of("ends inside image 60 of the 60", 59, Arrays.copyOf(PLAIN, PLAIN.length - 1)),
        Arguments.of(
            "ends inside image 51 of the 60", 50, Arrays.copyOf(PLAIN, PIXELS + 51 * IMAGE - 1)),
        Arguments.of(broken + "60 of 60", 60, Arrays.copyOf(PACKED, PACKED.length - 1)),
        Arguments.of(broken + "59 of 60", 59, Hostile.flipped(PACKED, PACKED.length - 1, 0xFF)));
  }

  @ParameterizedTest
  @MethodSource("wrongEnds")
  void imagesBeforeAWrongEndCanBeUsed(String what, long usable, byte[] bytes) throws IOException {
    file.leaves(usable, bytes, what);
  }

  @Test
  void cutCompressedImagesAreNamed() {
    byte[] noise = noise();
    assertThat(file.refusal(Arrays.copyOf(noise, noise.length / 2), "refuse"))
        .contains("its compressed data break off or are wrong after image ");
  }

  /** What does not shrink, so that half of the file is half of the images. */
  private static byte[] noise() {
    Random random = new Random(1);
    return file(9, "X", MatFiles.images(8, 8, 3, COUNT, (i, p, y, x) -> random.nextInt(256)));
  }

  /** The largest that zlib makes of so few bytes is a thousand times as many. */
  @Test
  void noMoreIsReadThanThereIs() {
    byte[] bomb = file(9, "X", numbers(MatlabType.UInt8, 500, 500, 3, 100));
    byte[] name = with(file(0, "Y", numbers(MatlabType.UInt8, 1, 1)), VARIABLE + 4, 1 << 30);
    Hostile.inLittleMemory(
        () -> {
          MatImages images = open(bomb);
          for (int i = 0; i < 10; i++) {
            assertThat(images.next()).hasSize(750_000);
          }
          assertThatThrownBy(() -> open(join(name, new byte[64]))).isInstanceOf(Damage.class);
        });
  }

  static IntStream seeds() {
    return IntStream.range(0, 400);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void flippedBitsAreReadOrNamed(int seed) {
    Random random = new Random(seed);
    byte[] bytes = seed % 2 == 0 ? PLAIN : PACKED;
    int at = random.nextInt(seed % 2 == 0 ? PIXELS : bytes.length);
    byte[] flipped = Hostile.flipped(bytes, at, 1 << random.nextInt(8));
    Hostile.inLittleMemory(
        () -> {
          try {
            MatImages images = open(flipped);
            for (int image = 0; image < COUNT; image++) {
              assertThat(images.next()).hasSize(IMAGE);
            }
            // Compressed data may have grown.
            assertThat(images.ended() || seed % 2 == 1).isTrue();
          } catch (Damage e) {
            assertThat(e.getMessage().lines()).hasSize(1);
          } catch (EOFException | ZipException e) {
            assertThat(seed % 2).as("compressed").isEqualTo(1);
          }
        });
  }
}
