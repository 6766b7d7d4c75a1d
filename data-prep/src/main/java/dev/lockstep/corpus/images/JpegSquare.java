package dev.lockstep.corpus.images;

import dev.lockstep.corpus.input.Damage;
import java.awt.Rectangle;
import java.awt.image.AreaAveragingScaleFilter;
import java.awt.image.BufferedImage;
import java.awt.image.FilteredImageSource;
import java.awt.image.PixelGrabber;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** The largest square in the middle of a JPEG image, upright, scaled by averaging over areas. */
final class JpegSquare {
  /** Of a file. */
  static final int MOST_BYTES = 1 << 26;

  private static final long MOST_PIXELS = 1 << 25;

  /** A bit of the file is at least one block of 8 by 8 pixels; so is a byte at least eight. */
  private static final long MOST_PIXELS_OF_A_BYTE = 8 * 64;

  private final ImageReader reader = ImageIO.getImageReadersByFormatName("jpeg").next();
  private final List<String> warnings = new ArrayList<>();

  private JpegSquare() {
    // A file that breaks off is no error to the JDK, which makes the rest grey.
    reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
  }

  /**
   * Reads it.
   *
   * @param jpeg the file
   * @param size pixels of a side
   * @return 3·size·size bytes: red, green, blue, each row by row
   * @throws Damage if it cannot be read, or not without doubt
   */
  static byte[] read(byte[] jpeg, int size) throws Damage {
    if (jpeg.length > MOST_BYTES) {
      throw new Damage("has more than %d bytes".formatted(MOST_BYTES));
    }
    JpegSquare square = new JpegSquare();
    try {
      return planes(Orientation.of(jpeg).upright(scaled(square.decoded(jpeg), size), size));
    } catch (IOException | RuntimeException e) {
      // All is in memory; and what the decoder does not expect it throws as anything.
      throw new Damage("is no JPEG image that can be read: " + e.getMessage());
    } finally {
      square.reader.dispose();
    }
  }

  private BufferedImage decoded(byte[] jpeg) throws IOException, Damage {
    reader.setInput(new MemoryCacheImageInputStream(new ByteArrayInputStream(jpeg)), true, true);
    int width = reader.getWidth(0);
    int height = reader.getHeight(0);
    long most = Math.min(MOST_PIXELS, MOST_PIXELS_OF_A_BYTE * jpeg.length);
    if ((long) width * height > most) {
      throw new Damage(
          "claims %d by %d pixels, not at most %d for its %d bytes"
              .formatted(width, height, most, jpeg.length));
    }
    int side = Math.min(width, height);
    ImageReadParam param = reader.getDefaultReadParam();
    param.setSourceRegion(new Rectangle((width - side) / 2, (height - side) / 2, side, side));
    param.setDestinationType(
        ImageTypeSpecifier.createFromBufferedImageType(BufferedImage.TYPE_3BYTE_BGR));
    BufferedImage decoded = reader.read(0, param);
    if (!warnings.isEmpty()) {
      throw new Damage("is damaged: " + warnings.get(0));
    }
    return decoded;
  }

  /** Pixels of size · size, row by row, 8 bits each of red, green and blue. */
  private static int[] scaled(BufferedImage square, int size) {
    int[] pixels = new int[size * size];
    FilteredImageSource averaged =
        new FilteredImageSource(square.getSource(), new AreaAveragingScaleFilter(size, size));
    try {
      new PixelGrabber(averaged, 0, 0, size, size, pixels, 0, size).grabPixels();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    return pixels;
  }

  private static byte[] planes(int... pixels) {
    byte[] planes = new byte[3 * pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      planes[i] = (byte) (pixels[i] >> 16);
      planes[pixels.length + i] = (byte) (pixels[i] >> 8);
      planes[2 * pixels.length + i] = (byte) pixels[i];
    }
    return planes;
  }
}
