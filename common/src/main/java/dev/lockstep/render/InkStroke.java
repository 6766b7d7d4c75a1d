package dev.lockstep.render;

import java.awt.geom.Path2D;
import java.util.ArrayList;
import java.util.List;

/**
 * What the pen draws between being put down and lifted.
 *
 * @param path through the points, in the data's units; a single point is there twice
 * @param first step, inclusive
 * @param end step, exclusive
 */
record InkStroke(Path2D path, int first, int end) {
  /** The strokes of a line [T][3] from the origin, in the order of their steps. */
  static List<InkStroke> of(double[][] steps) {
    List<InkStroke> strokes = new ArrayList<>();
    Path2D path = null;
    double x = 0;
    double y = 0;
    int first = 0;
    for (int t = 0; t < steps.length; t++) {
      boolean drawn = Double.isFinite(x + steps[t][0] + y + steps[t][1] + steps[t][2]);
      if (drawn) {
        x += steps[t][0];
        y += steps[t][1];
        if (path == null) {
          path = new Path2D.Double();
          path.moveTo(x, y);
          first = t;
        }
        path.lineTo(x, y);
      }
      boolean ends = !drawn || steps[t][2] >= 0.5 || t == steps.length - 1;
      if (ends && path != null) {
        strokes.add(new InkStroke(path, first, drawn ? t + 1 : t));
        path = null;
      }
    }
    return strokes;
  }
}
