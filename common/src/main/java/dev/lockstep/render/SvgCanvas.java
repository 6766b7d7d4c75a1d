package dev.lockstep.render;

import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.PathIterator;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Base64;
import java.util.Locale;

/** SVG 1.1 text; coordinates are rounded to hundredths. */
final class SvgCanvas implements Canvas {
  private final StringBuilder svg = new StringBuilder();

  SvgCanvas(double width, double height) {
    svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\"")
        .append(" xmlns:xlink=\"http://www.w3.org/1999/xlink\"")
        .append(attribute("width", width))
        .append(attribute("height", height))
        .append(" viewBox=\"0 0 %s %s\"".formatted(number(width), number(height)))
        .append(" stroke-linecap=\"round\" stroke-linejoin=\"round\"")
        .append(" font-family=\"Helvetica, Arial, sans-serif\">\n");
  }

  @Override
  public void stroke(Shape shape, double width, Color color) {
    svg.append("<path fill=\"none\"")
        .append(paint("stroke", color))
        .append(attribute("stroke-width", width));
    data(shape);
  }

  @Override
  public void fill(Shape shape, Color color) {
    svg.append("<path").append(paint("fill", color));
    data(shape);
  }

  private void data(Shape shape) {
    svg.append(" d=\"");
    double[] point = new double[6];
    for (PathIterator it = shape.getPathIterator(null); !it.isDone(); it.next()) {
      switch (it.currentSegment(point)) {
        case PathIterator.SEG_MOVETO -> svg.append('M').append(pair(point));
        case PathIterator.SEG_LINETO -> svg.append('L').append(pair(point));
        case PathIterator.SEG_CLOSE -> svg.append('Z');
        default -> throw new IllegalArgumentException("curves are not drawn: " + shape);
      }
    }
    svg.append("\"/>\n");
  }

  @Override
  public void text(String text, double x, double y, Lettering lettering) {
    svg.append("<text").append(attribute("font-size", lettering.size()));
    svg.append(paint("fill", lettering.color()));
    if (lettering.anchor() != Anchor.START) {
      String anchor = lettering.anchor().name().toLowerCase(Locale.ROOT);
      svg.append(" text-anchor=\"").append(anchor).append('"');
    }
    if (lettering.upward()) {
      svg.append(" transform=\"rotate(-90 %s %s)\"".formatted(number(x), number(y)));
    }
    svg.append(attribute("x", x)).append(attribute("y", y)).append('>');
    text.codePoints().forEach(this::escaped);
    svg.append("</text>\n");
  }

  /** A character as XML has it; one that XML 1.0 cannot hold becomes the replacement character. */
  private void escaped(int c) {
    switch (c) {
      case '<' -> svg.append("&lt;");
      case '>' -> svg.append("&gt;");
      case '&' -> svg.append("&amp;");
      default -> {
        boolean control = c < ' ' && c != '\t' && c != '\n' && c != '\r';
        boolean surrogate = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
        svg.appendCodePoint(control || surrogate || c == 0xFFFE || c == 0xFFFF ? 0xFFFD : c);
      }
    }
  }

  @Override
  public void image(BufferedImage image, Rectangle2D where) {
    // The attribute is for viewers that do not know the style.
    svg.append("<image preserveAspectRatio=\"none\" image-rendering=\"optimizeSpeed\"")
        .append(" style=\"image-rendering:pixelated\"")
        .append(attribute("x", where.getX()))
        .append(attribute("y", where.getY()))
        .append(attribute("width", where.getWidth()))
        .append(attribute("height", where.getHeight()))
        .append(" xlink:href=\"data:image/png;base64,")
        .append(Base64.getEncoder().encodeToString(RasterCanvas.png(image)))
        .append("\"/>\n");
  }

  /** The whole document. */
  String document() {
    return svg + "</svg>\n";
  }

  private static String paint(String attribute, Color color) {
    String rgb = " %s=\"#%06x\"".formatted(attribute, color.getRGB() & 0xFFFFFF);
    return color.getAlpha() == 255
        ? rgb
        : rgb + attribute(attribute + "-opacity", color.getAlpha() / 255d);
  }

  private static String attribute(String name, double value) {
    return " " + name + "=\"" + number(value) + '"';
  }

  private static String pair(double[] point) {
    return number(point[0]) + ' ' + number(point[1]);
  }

  private static String number(double value) {
    BigDecimal rounded = BigDecimal.valueOf(value).setScale(2, RoundingMode.HALF_EVEN);
    return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
  }
}
