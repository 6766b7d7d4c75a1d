package dev.lockstep.corpus.images;

import static dev.lockstep.corpus.Bytes.join;
import static dev.lockstep.corpus.Bytes.latin1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.corpus.input.Damage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrientationTest {
  /** Quarters of a picture, as they are stored: 1 2 above 3 4. */
  private static final byte[] JPEG =
      Photos.jpeg(64, 32, (x, y) -> grey(50 * (1 + (x < 32 ? 0 : 1) + (y < 16 ? 0 : 2))));

  private static int grey(int level) {
    return level << 16 | level << 8 | level;
  }

  /** Exif 2.3, 4.6.4 A: which sides the stored first row and column are on. */
  @ParameterizedTest
  @CsvSource({
    "1, 1 2 3 4", // top, left
    "2, 2 1 4 3", // top, right
    "3, 4 3 2 1", // bottom, right
    "4, 3 4 1 2", // bottom, left
    "5, 1 3 2 4", // left, top
    "6, 3 1 4 2", // right, top
    "7, 4 2 3 1", // right, bottom
    "8, 2 4 1 3", // left, bottom
    "0, 1 2 3 4",
    "9, 1 2 3 4",
  })
  void picturesAreUpright(int value, String quarters) throws Damage {
    assertThat(quarters(withExif(exif(ByteOrder.LITTLE_ENDIAN, value)))).isEqualTo(quarters);
    assertThat(quarters(withExif(exif(ByteOrder.BIG_ENDIAN, value)))).isEqualTo(quarters);
  }

  @Test
  void aBrokenTagIsNone() throws Damage {
    byte[] whole = exif(ByteOrder.BIG_ENDIAN, 3);
    for (int length = 0; length < whole.length - 2; length++) {
      assertThat(quarters(withExif(Arrays.copyOf(whole, length)))).isEqualTo("1 2 3 4");
    }
    byte[] beyond = whole.clone();
    beyond[10] = (byte) 0xFF;
    assertThat(quarters(withExif(beyond))).isEqualTo("1 2 3 4");
    assertThat(quarters(JPEG)).isEqualTo("1 2 3 4");
  }

  /** A directory of two entries, the second of which is the tag. */
  private static byte[] exif(ByteOrder order, int value) {
    ByteBuffer tiff = ByteBuffer.allocate(38).order(order);
    tiff.put(latin1(order == ByteOrder.LITTLE_ENDIAN ? "II" : "MM")).putShort((short) 42).putInt(8);
    tiff.putShort((short) 2);
    tiff.putShort((short) 0x0100)
        .putShort((short) 3)
        .putInt(1)
        .putShort((short) 7)
        .putShort((short) 0);
    tiff.putShort((short) 0x0112).putShort((short) 3).putInt(1).putShort((short) value);
    byte[] whole = Arrays.copyOf(tiff.array(), 36);
    return join(latin1("Exif\0\0"), whole);
  }

  /** After the picture's own first segment, where cameras put it before or after. */
  private static byte[] withExif(byte[] exif) {
    byte[] length = {(byte) ((exif.length + 2) >> 8), (byte) (exif.length + 2)};
    return join(
        Arrays.copyOf(JPEG, 20),
        latin1("\u00FF\u00FF\u00E1"),
        length,
        exif,
        Arrays.copyOfRange(JPEG, 20, JPEG.length));
  }

  private static String quarters(byte[] jpeg) throws Damage {
    byte[] planes = JpegSquare.read(jpeg, 2);
    StringBuilder quarters = new StringBuilder();
    for (int i = 0; i < 4; i++) {
      quarters.append(i == 0 ? "" : " ").append(Math.round(Byte.toUnsignedInt(planes[i]) / 50f));
    }
    return quarters.toString();
  }
}
