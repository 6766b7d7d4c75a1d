package dev.lockstep.render;

import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;

/** What a picture is drawn on. Lengths are in CSS pixels, x to the right, y down. */
interface Canvas {
  /** Which point of a text its coordinates name. */
  enum Anchor {
    START(0),
    MIDDLE(0.5),
    END(1);

    /** How much of the text is before that point. */
    final double before;

    Anchor(double before) {
      this.before = before;
    }
  }

  /**
   * How a text is set.
   *
   * @param size of the font
   * @param upward read from bottom to top
   */
  record Lettering(double size, Color color, Anchor anchor, boolean upward) {
    static Lettering of(double size, Color color, Anchor anchor) {
      return new Lettering(size, color, anchor, false);
    }
  }

  /** Draws a shape of straight lines with round caps and joins. */
  void stroke(Shape shape, double width, Color color);

  /** Fills a shape of straight lines. */
  void fill(Shape shape, Color color);

  /** Sets a line of text; y is that of its base line. */
  void text(String text, double x, double y, Lettering lettering);

  /** Stretches an image over a rectangle, its pixels kept as blocks of one colour. */
  void image(BufferedImage image, Rectangle2D where);
}
