package dev.lockstep.render;

import java.awt.Color;
import java.awt.geom.Rectangle2D;
import java.util.function.Consumer;

/** A drawing on white, of {@code width} by {@code height} CSS pixels. */
public final class Picture {
  private final int width;
  private final int height;
  private final Consumer<Canvas> drawing;

  Picture(double width, double height, Consumer<Canvas> drawing) {
    this.width = (int) Math.ceil(width);
    this.height = (int) Math.ceil(height);
    this.drawing = drawing;
  }

  /** The width in CSS pixels. */
  public int width() {
    return width;
  }

  /** The height in CSS pixels. */
  public int height() {
    return height;
  }

  /** An SVG document. Texts are texts, in the viewer's sans-serif font. */
  public String svg() {
    SvgCanvas canvas = new SvgCanvas(width, height);
    draw(canvas);
    return canvas.document();
  }

  /** A PNG file with two pixels to each unit of length, so 2 width by 2 height. */
  public byte[] png() {
    RasterCanvas canvas = new RasterCanvas(width, height);
    draw(canvas);
    return canvas.png();
  }

  private void draw(Canvas canvas) {
    canvas.fill(new Rectangle2D.Double(0, 0, width, height), Color.WHITE);
    drawing.accept(canvas);
  }
}
