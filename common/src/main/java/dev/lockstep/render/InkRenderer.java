package dev.lockstep.render;

import dev.lockstep.render.Canvas.Anchor;
import dev.lockstep.render.Canvas.Lettering;
import java.awt.Color;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Draws handwriting. A stroke is one path, of the same width whatever the data's units. */
public final class InkRenderer {
  private static final double WIDTH = 800;
  private static final double HEIGHT = 130;
  private static final double MARGIN = 24;
  private static final double PEN = 1.7;

  private static final Lettering CAPTION = Lettering.of(12, Colors.LABEL, Anchor.START);
  private static final double CAPTION_HEIGHT = 22;
  private static final double GAP = 26;

  private static final double ROW = 13;
  private static final double SIDE = 16;
  private static final double STRIP = 6;
  private static final Lettering CHARACTER = Lettering.of(10, Colors.INK, Anchor.MIDDLE);

  private InkRenderer() {}

  /**
   * Lines below each other, each under its text, all in one scale: the widest is 800 pixels wide,
   * or the tallest 130 pixels tall, whichever is less.
   */
  public static Picture sheet(List<InkLine> lines) {
    if (lines.isEmpty()) {
      throw new IllegalArgumentException("a sheet without lines");
    }
    List<Ink> inks = Ink.inOneScale(lines);
    double width = 0;
    double height = 2 * MARGIN - GAP;
    for (Ink ink : inks) {
      width =
          Math.max(width, Math.max(ink.width(), RasterCanvas.width(ink.text(), CAPTION.size())));
      height += captionHeight(ink) + ink.height() + GAP;
    }
    return new Picture(width + 2 * MARGIN, height, canvas -> drawSheet(canvas, inks));
  }

  private static void drawSheet(Canvas canvas, List<Ink> inks) {
    double top = MARGIN;
    for (Ink ink : inks) {
      if (!ink.text().isEmpty()) {
        canvas.text(ink.text(), MARGIN, top + CAPTION.size(), CAPTION);
      }
      top += captionHeight(ink);
      ink.draw(canvas, MARGIN, top, stroke -> Colors.INK);
      top += ink.height() + GAP;
    }
  }

  private static double captionHeight(Ink ink) {
    return ink.text().isEmpty() ? 0 : CAPTION_HEIGHT;
  }

  /**
   * A line over the map of its attention: time goes from left to right, the text's characters from
   * top to bottom. Time runs evenly and ink does not, so each stroke has a colour, and a strip on
   * top of the map says in that colour when it was drawn.
   *
   * @param phi [T][U] weights of the U characters (code points) of the line's text at each step,
   *     not negative; 0 is white, the largest is darkest. NaN and infinity are white
   */
  public static Picture attention(InkLine line, double[][] phi) {
    int[] characters = line.text().codePoints().toArray();
    checkShape(phi, line.steps().length, characters.length);
    Ink ink = Ink.inOneScale(List.of(line)).get(0);
    double largest =
        Arrays.stream(phi).flatMapToDouble(Arrays::stream).filter(Double::isFinite).max().orElse(0);
    double top = MARGIN + ink.height() + GAP + STRIP;
    Axes axes =
        new Axes(
            MARGIN + SIDE,
            top,
            WIDTH,
            ROW * characters.length,
            new Range(0, phi.length),
            new Range(0, characters.length));
    return new Picture(
        MARGIN + SIDE + WIDTH + 80,
        axes.plot().getMaxY() + Axes.BELOW + 10,
        canvas -> drawAttention(canvas, ink, axes, characters, heat(phi, largest), largest));
  }

  private static void drawAttention(
      Canvas canvas, Ink ink, Axes axes, int[] characters, BufferedImage heat, double largest) {
    Function<InkStroke, Color> color =
        stroke -> Colors.time((stroke.first() + stroke.end()) / (2 * axes.x().high()));
    ink.draw(canvas, axes.plot().getX(), MARGIN, color);
    for (InkStroke stroke : ink.strokes()) {
      double from = axes.atX(stroke.first());
      double width = axes.atX(stroke.end()) - from;
      double y = axes.plot().getY() - STRIP;
      canvas.fill(new Rectangle2D.Double(from, y, width, STRIP - 2), color.apply(stroke));
    }
    canvas.image(heat, axes.plot());
    for (int u = 0; u < characters.length; u++) {
      double base = axes.plot().getY() + ROW * (u + 0.5) + 3.5;
      canvas.text(Character.toString(characters[u]), axes.plot().getX() - 11, base, CHARACTER);
    }
    axes.drawX(canvas, "step");
    axes.drawTitleY(canvas, "character", axes.plot().getX() - 24);
    axes.drawFrame(canvas);
    axes.drawHeatBar(canvas, "0", String.format(Locale.ROOT, "%.2g", largest), "\u03c6");
  }

  /** Characters down, steps to the right, in shares of the largest weight. */
  private static BufferedImage heat(double[][] phi, double largest) {
    double[][] shares = new double[phi[0].length][phi.length];
    for (int t = 0; t < phi.length; t++) {
      for (int u = 0; u < phi[t].length; u++) {
        shares[u][t] = Double.isFinite(phi[t][u]) ? phi[t][u] / largest : 0;
      }
    }
    return Colors.heat(shares);
  }

  private static void checkShape(double[][] phi, int steps, int characters) {
    if (steps == 0 || characters == 0 || phi.length != steps) {
      throw new IllegalArgumentException(
          "attention at %d steps for a line of %d steps and %d characters"
              .formatted(phi.length, steps, characters));
    }
    for (int t = 0; t < steps; t++) {
      if (phi[t].length != characters) {
        throw new IllegalArgumentException(
            "step %d attends to %d characters; the text has %d"
                .formatted(t, phi[t].length, characters));
      }
    }
  }

  /**
   * A line's strokes with their place and scale.
   *
   * @param bounds of the strokes, in the data's units
   * @param scale pixels to a unit
   */
  private record Ink(String text, List<InkStroke> strokes, Rectangle2D bounds, double scale) {
    static List<Ink> inOneScale(List<InkLine> lines) {
      List<Ink> inks = lines.stream().map(Ink::of).toList();
      double width = inks.stream().mapToDouble(ink -> ink.bounds.getWidth()).max().orElse(0);
      double height = inks.stream().mapToDouble(ink -> ink.bounds.getHeight()).max().orElse(0);
      double fit = Math.min(WIDTH / width, HEIGHT / height);
      double scale = Double.isFinite(fit) ? fit : 1;
      return inks.stream().map(ink -> new Ink(ink.text, ink.strokes, ink.bounds, scale)).toList();
    }

    private static Ink of(InkLine line) {
      List<InkStroke> strokes = InkStroke.of(line.steps());
      Rectangle2D bounds =
          strokes.stream()
              .map(stroke -> stroke.path().getBounds2D())
              .reduce(Rectangle2D::createUnion)
              .orElse(new Rectangle2D.Double());
      return new Ink(line.text(), strokes, bounds, 1);
    }

    double width() {
      return scale * bounds.getWidth();
    }

    double height() {
      return scale * bounds.getHeight();
    }

    void draw(Canvas canvas, double left, double top, Function<InkStroke, Color> color) {
      AffineTransform place = AffineTransform.getTranslateInstance(left, top);
      place.scale(scale, scale);
      place.translate(-bounds.getX(), -bounds.getY());
      for (InkStroke stroke : strokes) {
        canvas.stroke(stroke.path().createTransformedShape(place), PEN, color.apply(stroke));
      }
    }
  }
}
