package dev.lockstep.render;

import java.awt.image.BufferedImage;
import java.awt.image.WritableRaster;

/** Many small images on one, grey or in colour. */
public final class ImageSheet {
  private static final int GAP = 2;
  private static final int GAP_GREY = 0xA0;

  private ImageSheet() {}

  /**
   * A PNG file of grey images: {@link #png(double[][], int, int, int, int, int)} of one plane.
   *
   * @param images [N][height width] row by row, 0 black to 1 white
   */
  public static byte[] png(double[][] images, int height, int width, int columns, int zoom) {
    return png(images, 1, height, width, columns, zoom);
  }

  /**
   * A PNG file, 8 bits a plane, of images in rows of {@code columns}, with gaps of two grey pixels
   * around each: {@code columns (zoom width + 2) + 2} pixels wide.
   *
   * @param images [N][planes height width] plane by plane, each row by row, 0 dark to 1 bright;
   *     others are clipped, NaN has the gaps' grey
   * @param planes 1 (grey) or 3 (red, green, blue)
   * @param zoom pixels to a side of an image's pixel
   */
  public static byte[] png(
      double[][] images, int planes, int height, int width, int columns, int zoom) {
    check(images, planes, height, width, columns, zoom);
    int rows = (images.length + columns - 1) / columns;
    BufferedImage sheet =
        new BufferedImage(
            columns * (zoom * width + GAP) + GAP,
            rows * (zoom * height + GAP) + GAP,
            planes == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
    WritableRaster raster = sheet.getRaster();
    for (int plane = 0; plane < planes; plane++) {
      fill(raster, plane, 0, 0, sheet.getWidth(), sheet.getHeight(), GAP_GREY);
      for (int n = 0; n < images.length; n++) {
        int left = n % columns * (zoom * width + GAP) + GAP;
        int top = n / columns * (zoom * height + GAP) + GAP;
        for (int i = 0; i < height * width; i++) {
          int x = left + i % width * zoom;
          int y = top + i / width * zoom;
          double value = images[n][plane * height * width + i];
          fill(raster, plane, x, y, zoom, zoom, level(value));
        }
      }
    }
    return RasterCanvas.png(sheet);
  }

  private static int level(double value) {
    return Double.isNaN(value) ? GAP_GREY : (int) Math.round(255 * Math.min(Math.max(value, 0), 1));
  }

  private static void fill(
      WritableRaster raster, int plane, int left, int top, int width, int height, int level) {
    for (int y = top; y < top + height; y++) {
      for (int x = left; x < left + width; x++) {
        raster.setSample(x, y, plane, level);
      }
    }
  }

  private static void check(
      double[][] images, int planes, int height, int width, int columns, int zoom) {
    if (images.length == 0 || height < 1 || width < 1 || columns < 1 || zoom < 1) {
      throw new IllegalArgumentException(
          "%d images of %d x %d in %d columns at zoom %d; allowed: at least 1 of each"
              .formatted(images.length, height, width, columns, zoom));
    }
    if (planes != 1 && planes != 3) {
      throw new IllegalArgumentException(planes + " planes; allowed: 1 or 3");
    }
    for (int n = 0; n < images.length; n++) {
      if (images[n].length != planes * height * width) {
        throw new IllegalArgumentException(
            "image %d has %d values; %d x %d x %d is %d"
                .formatted(n, images[n].length, planes, height, width, planes * height * width));
      }
    }
  }
}
