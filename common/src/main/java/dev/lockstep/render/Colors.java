package dev.lockstep.render;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.util.List;

/** The colours of all pictures; every one of them shows on white. */
final class Colors {
  static final Color INK = new Color(0x1c2430);
  static final Color LABEL = new Color(0x5b6470);
  static final Color AXIS = new Color(0x9aa3ad);
  static final Color GRID = new Color(0xe8ebee);
  static final Color BLUE = new Color(0x1f5fa8);
  static final Color ORANGE = new Color(0xc8591a);

  private static final List<Color> LINES =
      List.of(
          BLUE,
          ORANGE,
          new Color(0x1b8a5a),
          new Color(0x8a3f9c),
          new Color(0xb08900),
          new Color(0x4a5563),
          new Color(0xd0648c),
          new Color(0x2fa3b3),
          new Color(0x7a5230));

  private static final int[] HEAT = {0xffffff, 0xcfe1f2, 0x6aaed6, 0x2070b4, 0x08306b, 0x03112b};
  private static final int[] TIME = {0x1f5fa8, 0x7a3b9d, 0xc8591a};

  private Colors() {}

  /** The colour of the i-th of lines beside each other; after nine they start again. */
  static Color line(int i) {
    return LINES.get(i % LINES.size());
  }

  /** From blue over violet to orange as {@code share} goes from 0 to 1. */
  static Color time(double share) {
    return new Color(between(TIME, share));
  }

  /**
   * An image of values in [0, 1] from white to nearly black; other values are clipped, NaN is
   * white.
   *
   * @param values [rows][columns], the first row on top
   */
  static BufferedImage heat(double[][] values) {
    int rows = values.length;
    int columns = values[0].length;
    BufferedImage image =
        new BufferedImage(columns, rows, BufferedImage.TYPE_BYTE_INDEXED, heatModel());
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        double level = Math.min(Math.max(values[row][column], 0), 1);
        image.getRaster().setSample(column, row, 0, (int) Math.round(255 * level));
      }
    }
    return image;
  }

  private static IndexColorModel heatModel() {
    int[] colors = new int[256];
    for (int level = 0; level < 256; level++) {
      colors[level] = between(HEAT, level / 255d);
    }
    return new IndexColorModel(8, 256, colors, 0, false, -1, DataBuffer.TYPE_BYTE);
  }

  /** The RGB at a share of the way along equally spaced stops. */
  private static int between(int[] stops, double share) {
    double place = share * (stops.length - 1);
    int left = Math.min((int) place, stops.length - 2);
    int rgb = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int from = stops[left] >> shift & 0xFF;
      int to = stops[left + 1] >> shift & 0xFF;
      rgb |= (int) Math.round(from + (place - left) * (to - from)) << shift;
    }
    return rgb;
  }
}
