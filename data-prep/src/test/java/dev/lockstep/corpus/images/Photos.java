package dev.lockstep.corpus.images;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.IntBinaryOperator;
import javax.imageio.ImageIO;

/** Builds JPEG files. */
final class Photos {
  private Photos() {}

  /** A picture whose pixels' colours a function of x and y gives, 8 bits each. */
  static byte[] jpeg(int width, int height, IntBinaryOperator colour) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < width * height; i++) {
      image.setRGB(i % width, i / width, colour.applyAsInt(i % width, i / width));
    }
    return bytes(image);
  }

  /** A picture of one grey. */
  static byte[] grey(int width, int height, int level) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < width * height; i++) {
      image.getRaster().setSample(i % width, i / width, 0, level);
    }
    return bytes(image);
  }

  /** A picture of one colour. */
  static byte[] plain(Color colour) {
    return jpeg(24, 24, (x, y) -> colour.getRGB());
  }

  private static byte[] bytes(BufferedImage image) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "jpg", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
