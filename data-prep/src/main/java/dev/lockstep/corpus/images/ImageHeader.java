package dev.lockstep.corpus.images;

import dev.lockstep.corpus.input.Damage;
import java.io.Serializable;

/**
 * What a file of images says that it holds.
 *
 * @param images how many, by its own account
 * @param planes 1 of grey images, 3 of red, green and blue
 * @param height pixels
 * @param width pixels
 */
public record ImageHeader(long images, int planes, int height, int width) implements Serializable {
  /** Most numbers of an image, a byte each: what is allocated before any of them is read. */
  static final int MOST_NUMBERS = 1 << 20;

  /**
   * A header's own numbers, once they are checked.
   *
   * @throws Damage if there can be no such images
   */
  static ImageHeader checked(long images, int planes, long height, long width) throws Damage {
    if (images < 1 || height < 1 || width < 1) {
      throw new Damage(
          "claims %d images of %d by %d pixels, not one or more of each"
              .formatted(images, width, height));
    }
    // Divided, because the product may be more than 64 bits hold.
    if (height > MOST_NUMBERS / planes / width) {
      throw new Damage(
          "claims images of %d by %d pixels, not at most %d numbers in all"
              .formatted(width, height, MOST_NUMBERS));
    }
    return new ImageHeader(images, planes, (int) height, (int) width);
  }

  /** Numbers of an image, each one byte. */
  public int numbers() {
    return planes * height * width;
  }

  /** For people. */
  public String size() {
    return "%d by %d pixels%s".formatted(width, height, planes == 1 ? "" : " in colour");
  }

  boolean hasSizeOf(ImageHeader that) {
    return planes == that.planes && height == that.height && width == that.width;
  }
}
