package dev.lockstep.render;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.font.FontRenderContext;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;

/** Pixels, antialiased; {@link #SCALE} of them to a unit, for screens of high density. */
final class RasterCanvas implements Canvas {
  static final int SCALE = 2;
  private static final FontRenderContext METRICS = new FontRenderContext(null, true, true);

  private final BufferedImage image;
  private final Graphics2D graphics;

  RasterCanvas(int width, int height) {
    image = new BufferedImage(SCALE * width, SCALE * height, BufferedImage.TYPE_INT_RGB);
    graphics = image.createGraphics();
    graphics.scale(SCALE, SCALE);
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    graphics.setRenderingHint(
        RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
  }

  /** The width that a text takes; a viewer of SVG may have another font, of about this width. */
  static double width(String text, double size) {
    return font(size).getStringBounds(text, METRICS).getWidth();
  }

  @Override
  public void stroke(Shape shape, double width, Color color) {
    graphics.setColor(color);
    graphics.setStroke(
        new BasicStroke((float) width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    graphics.draw(shape);
  }

  @Override
  public void fill(Shape shape, Color color) {
    graphics.setColor(color);
    graphics.fill(shape);
  }

  @Override
  public void text(String text, double x, double y, Lettering lettering) {
    AffineTransform before = graphics.getTransform();
    graphics.translate(x, y);
    graphics.rotate(lettering.upward() ? -Math.PI / 2 : 0);
    graphics.setColor(lettering.color());
    graphics.setFont(font(lettering.size()));
    double shift = lettering.anchor().before * width(text, lettering.size());
    graphics.drawString(text, (float) -shift, 0);
    graphics.setTransform(before);
  }

  @Override
  public void image(BufferedImage pixels, Rectangle2D where) {
    AffineTransform place =
        new AffineTransform(
            where.getWidth() / pixels.getWidth(),
            0,
            0,
            where.getHeight() / pixels.getHeight(),
            where.getX(),
            where.getY());
    graphics.drawImage(pixels, place, null);
  }

  byte[] png() {
    graphics.dispose();
    return png(image);
  }

  static byte[] png(BufferedImage image) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("a stream in memory does not fail", e);
    }
    return bytes.toByteArray();
  }

  private static Font font(double size) {
    return new Font(Font.SANS_SERIF, Font.PLAIN, 1).deriveFont((float) size);
  }
}
