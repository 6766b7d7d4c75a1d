package dev.lockstep.render;

import dev.lockstep.render.Canvas.Anchor;
import dev.lockstep.render.Canvas.Lettering;
import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;

/** A rectangle of a canvas that stands for ranges of two quantities. */
record Axes(Rectangle2D plot, Range x, Range y) {
  /** What ticks and titles take at the left of and below a plot. */
  static final double LEFT = 64;

  static final double BELOW = 42;

  private static final double TICK = 4;
  private static final double SIZE = 11;

  Axes(double left, double top, double width, double height, Range x, Range y) {
    this(new Rectangle2D.Double(left, top, width, height), x, y);
  }

  double atX(double value) {
    return plot.getX() + x.share(value) * plot.getWidth();
  }

  double atY(double value) {
    return plot.getMaxY() - y.share(value) * plot.getHeight();
  }

  /** A path through the points that have a place, broken where one has none. */
  Path2D line(double[] xs, double[] ys) {
    Path2D line = new Path2D.Double();
    boolean down = false;
    for (int i = 0; i < xs.length; i++) {
      boolean finite = Double.isFinite(atX(xs[i])) && Double.isFinite(atY(ys[i]));
      if (finite && !down) {
        line.moveTo(atX(xs[i]), atY(ys[i]));
      }
      if (finite) {
        // The first point is there twice, so that one between gaps is seen as a dot.
        line.lineTo(atX(xs[i]), atY(ys[i]));
      }
      down = finite;
    }
    return line;
  }

  /** The area between two lines, in one piece for each run of points where both are finite. */
  Path2D band(double[] xs, double[] lows, double[] highs) {
    Path2D band = new Path2D.Double();
    int from = 0;
    for (int i = 0; i <= xs.length; i++) {
      if (i == xs.length || !Double.isFinite(lows[i] + highs[i])) {
        addBand(band, from, i, xs, lows, highs);
        from = i + 1;
      }
    }
    return band;
  }

  private void addBand(Path2D band, int from, int end, double[] xs, double[] lows, double[] highs) {
    if (from == end) {
      return;
    }
    band.moveTo(atX(xs[from]), atY(highs[from]));
    for (int i = from + 1; i < end; i++) {
      band.lineTo(atX(xs[i]), atY(highs[i]));
    }
    for (int i = end - 1; i >= from; i--) {
      band.lineTo(atX(xs[i]), atY(lows[i]));
    }
    band.closePath();
  }

  /** Lines over the plot at the ticks of both axes. */
  void drawGrid(Canvas canvas) {
    for (double tick : x.ticks(wantedX())) {
      rule(canvas, atX(tick), plot.getY(), atX(tick), plot.getMaxY(), Colors.GRID);
    }
    for (double tick : y.ticks(wantedY())) {
      rule(canvas, plot.getX(), atY(tick), plot.getMaxX(), atY(tick), Colors.GRID);
    }
  }

  /** Ticks with labels, and a title below. */
  void drawX(Canvas canvas, String title) {
    double bottom = plot.getMaxY();
    for (double tick : x.ticks(wantedX())) {
      double at = atX(tick);
      rule(canvas, at, bottom, at, bottom + TICK, Colors.AXIS);
      label(canvas, x.label(tick, wantedX()), at, bottom + TICK + SIZE + 1, Anchor.MIDDLE);
    }
    label(canvas, title, plot.getCenterX(), bottom + TICK + 2 * SIZE + 6, Anchor.MIDDLE);
  }

  /** Ticks with labels, and a title at the left. */
  void drawY(Canvas canvas, String title) {
    double left = plot.getX();
    for (double tick : y.ticks(wantedY())) {
      double at = atY(tick);
      rule(canvas, left - TICK, at, left, at, Colors.AXIS);
      label(canvas, y.label(tick, wantedY()), left - TICK - 3, at + SIZE / 3, Anchor.END);
    }
    drawTitleY(canvas, title, left - LEFT + SIZE + 4);
  }

  /** A title that reads upward at the left of the plot. */
  void drawTitleY(Canvas canvas, String title, double at) {
    Lettering upward = new Lettering(SIZE, Colors.LABEL, Anchor.MIDDLE, true);
    canvas.text(title, at, plot.getCenterY(), upward);
  }

  private int wantedX() {
    return (int) Math.max(2, plot.getWidth() / 90);
  }

  private int wantedY() {
    return (int) Math.max(2, plot.getHeight() / 40);
  }

  void drawFrame(Canvas canvas) {
    canvas.stroke(plot, 1, Colors.AXIS);
  }

  /** A bar of all colours of {@link Colors#heat} right of the plot, labelled at its ends. */
  void drawHeatBar(Canvas canvas, String low, String high, String title) {
    double[][] shades = new double[256][1];
    for (int row = 0; row < 256; row++) {
      shades[row][0] = 1 - row / 255d;
    }
    BufferedImage ramp = Colors.heat(shades);
    double height = Math.min(plot.getHeight(), 120);
    double left = plot.getMaxX() + 16;
    Shape bar = new Rectangle2D.Double(left, plot.getY(), 10, height);
    canvas.image(ramp, bar.getBounds2D());
    canvas.stroke(bar, 1, Colors.AXIS);
    label(canvas, high, left + 15, plot.getY() + SIZE - 2, Anchor.START);
    label(canvas, title, left + 15, plot.getY() + height / 2 + SIZE / 3, Anchor.START);
    label(canvas, low, left + 15, plot.getY() + height, Anchor.START);
  }

  private static void rule(Canvas canvas, double x1, double y1, double x2, double y2, Color color) {
    canvas.stroke(new Line2D.Double(x1, y1, x2, y2), 1, color);
  }

  private static void label(Canvas canvas, String text, double x, double y, Anchor anchor) {
    canvas.text(text, x, y, Lettering.of(SIZE, Colors.LABEL, anchor));
  }
}
