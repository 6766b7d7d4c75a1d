package dev.lockstep.render;

import dev.lockstep.render.Canvas.Anchor;
import dev.lockstep.render.Canvas.Lettering;
import java.awt.Color;
import java.awt.geom.Line2D;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;

/**
 * What the colours of a plot mean, in as many rows as it takes.
 *
 * @param places of the meanings, from the legend's top left corner
 */
record Legend(List<Meaning> meanings, List<Point2D> places) {
  static final double ROW = 18;

  private static final Lettering NAME = Lettering.of(11, Colors.INK, Anchor.START);
  private static final double SAMPLE = 20;
  private static final double SPACE = 20;

  /**
   * One colour and its meaning.
   *
   * @param area is it a filled area rather than a line
   */
  record Meaning(String name, Color color, boolean area) {}

  static Legend of(List<Meaning> meanings, double width) {
    List<Point2D> places = new ArrayList<>();
    double x = 0;
    double y = 0;
    for (Meaning meaning : meanings) {
      double taken = SAMPLE + 6 + RasterCanvas.width(meaning.name(), NAME.size());
      if (x > 0 && x + taken > width) {
        x = 0;
        y += ROW;
      }
      places.add(new Point2D.Double(x, y));
      x += taken + SPACE;
    }
    return new Legend(meanings, places);
  }

  double height() {
    return places.get(places.size() - 1).getY() + ROW;
  }

  void draw(Canvas canvas, double left, double top) {
    for (int i = 0; i < meanings.size(); i++) {
      Meaning meaning = meanings.get(i);
      double x = left + places.get(i).getX();
      double middle = top + places.get(i).getY() + ROW / 2;
      if (meaning.area()) {
        canvas.fill(new Rectangle2D.Double(x, middle - 5, SAMPLE, 10), meaning.color());
      } else {
        canvas.stroke(new Line2D.Double(x + 1, middle, x + SAMPLE - 1, middle), 2, meaning.color());
      }
      canvas.text(meaning.name(), x + SAMPLE + 6, middle + 4, NAME);
    }
  }
}
