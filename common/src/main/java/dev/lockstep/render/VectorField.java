package dev.lockstep.render;

import dev.lockstep.render.Legend.Meaning;
import java.awt.Color;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/** Points in the plane, and where a learned operator takes them. */
public final class VectorField {
  private static final double SIDE = 420;
  private static final double PANEL = 180;
  private static final double LEFT = Axes.LEFT;
  private static final double TOP = 16;
  private static final double GAP = 16;
  private static final double DOT = 2.4;
  private static final double HEAD = 3;

  private VectorField() {}

  /**
   * Where the operator's mean takes points of a grid, as arrows, with samples over data. The arrows
   * are all shortened alike, so that the longest is as long as the grid is wide-meshed.
   *
   * @param data [N][2], x and y
   * @param samples [M][2]
   * @param grid [G][2], where the arrows begin
   * @param means [G][2], where they end
   */
  public static Picture picture(
      double[][] data, double[][] samples, double[][] grid, double[][] means) {
    Legend legend =
        Legend.of(
            List.of(
                new Meaning("data", Colors.GRID.darker(), true),
                new Meaning("samples", Colors.ORANGE, true),
                new Meaning("mean of a step, shortened", Colors.BLUE, false)),
            SIDE);
    double top = TOP + legend.height() + 8;
    Axes axes = axes(LEFT, top, SIDE, data, grid);
    double scale = SIDE / Math.sqrt(grid.length) / longest(axes, grid, means);
    return new Picture(
        LEFT + SIDE + 24,
        top + SIDE + Axes.BELOW + 10,
        canvas -> {
          legend.draw(canvas, LEFT, TOP);
          axes.drawGrid(canvas);
          dots(canvas, axes, data, Colors.GRID.darker());
          for (int i = 0; i < grid.length; i++) {
            arrow(canvas, axes, grid[i], means[i], scale);
          }
          dots(canvas, axes, samples, Colors.ORANGE);
          axes.drawFrame(canvas);
          axes.drawX(canvas, "x");
          axes.drawY(canvas, "y");
        });
  }

  /**
   * A chain's states beside each other, each over the data.
   *
   * @param data [N][2]
   * @param frames each [M][2]
   * @param titles of the frames
   */
  public static Picture frames(double[][] data, List<double[][]> frames, List<String> titles) {
    int columns = Math.min(5, frames.size());
    int rows = (frames.size() + columns - 1) / columns;
    double pitch = PANEL + GAP + 12;
    return new Picture(
        GAP + columns * (PANEL + GAP),
        GAP + rows * pitch,
        canvas -> {
          for (int i = 0; i < frames.size(); i++) {
            int row = i / columns;
            double left = GAP + i % columns * (PANEL + GAP);
            double top = GAP + 12 + row * pitch;
            Axes axes = axes(left, top, PANEL, data, data);
            dots(canvas, axes, data, Colors.GRID.darker());
            dots(canvas, axes, frames.get(i), Colors.ORANGE);
            axes.drawFrame(canvas);
            canvas.text(
                titles.get(i),
                left,
                top - 4,
                Canvas.Lettering.of(11, Colors.LABEL, Canvas.Anchor.START));
          }
        });
  }

  private static Axes axes(double left, double top, double side, double[][] data, double[][] more) {
    return new Axes(left, top, side, side, range(data, more, 0), range(data, more, 1));
  }

  private static Range range(double[][] data, double[][] more, int dimension) {
    return Range.around(
        DoubleStream.concat(
            Arrays.stream(data).mapToDouble(point -> point[dimension]),
            Arrays.stream(more).mapToDouble(point -> point[dimension])));
  }

  /** Points outside the plot are left out. */
  private static void dots(Canvas canvas, Axes axes, double[][] points, Color color) {
    Path2D all = new Path2D.Double();
    for (double[] point : points) {
      double x = axes.atX(point[0]);
      double y = axes.atY(point[1]);
      if (axes.plot().contains(x, y)) {
        all.append(new Rectangle2D.Double(x - DOT / 2, y - DOT / 2, DOT, DOT), false);
      }
    }
    canvas.fill(all, color);
  }

  /** The length of the longest arrow, in CSS pixels. */
  private static double longest(Axes axes, double[][] grid, double[][] means) {
    double longest = 0;
    for (int i = 0; i < grid.length; i++) {
      double x = axes.atX(means[i][0]) - axes.atX(grid[i][0]);
      double y = axes.atY(means[i][1]) - axes.atY(grid[i][1]);
      longest = Math.max(longest, Math.hypot(x, y));
    }
    return Math.max(longest, 1);
  }

  private static void arrow(Canvas canvas, Axes axes, double[] from, double[] to, double scale) {
    double x1 = axes.atX(from[0]);
    double y1 = axes.atY(from[1]);
    double x2 = x1 + scale * (axes.atX(to[0]) - x1);
    double y2 = y1 + scale * (axes.atY(to[1]) - y1);
    double length = Math.hypot(x2 - x1, y2 - y1);
    if (!(length > 0.5)) {
      return;
    }
    double dx = (x2 - x1) / length;
    double dy = (y2 - y1) / length;
    Path2D path = new Path2D.Double();
    path.moveTo(x1, y1);
    path.lineTo(x2, y2);
    path.moveTo(x2 - HEAD * (dx + dy), y2 - HEAD * (dy - dx));
    path.lineTo(x2, y2);
    path.lineTo(x2 - HEAD * (dx - dy), y2 - HEAD * (dy + dx));
    canvas.stroke(path, 1, Colors.BLUE);
  }
}
