package dev.lockstep.render;

import dev.lockstep.render.Legend.Meaning;
import java.awt.Color;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Plots series: forecasts as bands of quantiles, and curves beside each other. */
public final class SeriesPlot {
  private static final double LEFT = Axes.LEFT + 6;
  private static final double WIDTH = 720;
  private static final double RIGHT = 24;
  private static final double TOP = 16;
  private static final double CHANNEL_HEIGHT = 150;
  private static final double CURVES_HEIGHT = 260;
  private static final double GAP = 20;
  private static final double LINE = 1.5;

  private static final Color INNER = new Color(0xe9b795);
  private static final Color OUTER = new Color(0xf7e0d1);
  private static final List<Meaning> FORECAST =
      List.of(
          new Meaning("given", Colors.INK, false),
          new Meaning("truth", Colors.BLUE, false),
          new Meaning("median", Colors.ORANGE, false),
          new Meaning("25\u201375 %", INNER, true),
          new Meaning("5\u201395 %", OUTER, true));

  private SeriesPlot() {}

  /**
   * One plot a channel, below each other over one axis of steps, where 0 is the last value given:
   * what was given, what came, and the forecast as bands around its median.
   */
  public static Picture forecasts(List<Forecast> channels) {
    if (channels.isEmpty()) {
      throw new IllegalArgumentException("a plot without channels");
    }
    int given = channels.stream().mapToInt(channel -> channel.history().length).max().orElseThrow();
    int horizon = channels.stream().mapToInt(Forecast::horizon).max().orElseThrow();
    Range steps = new Range(Math.min(1 - given, 0), horizon);
    Legend legend = Legend.of(FORECAST, WIDTH);
    double top = TOP + legend.height() + 8;
    double pitch = CHANNEL_HEIGHT + GAP;
    return picture(
        top + channels.size() * pitch - GAP,
        canvas -> {
          legend.draw(canvas, LEFT, TOP);
          for (int i = 0; i < channels.size(); i++) {
            Range range = Range.around(values(channels.get(i)));
            Axes axes = new Axes(LEFT, top + i * pitch, WIDTH, CHANNEL_HEIGHT, steps, range);
            axes.drawGrid(canvas);
            axes.drawY(canvas, channels.get(i).channel());
            draw(canvas, axes, channels.get(i));
            axes.drawFrame(canvas);
            if (i == channels.size() - 1) {
              axes.drawX(canvas, "step");
            }
          }
        });
  }

  private static void draw(Canvas canvas, Axes axes, Forecast channel) {
    double[] history = channel.history();
    double[] past =
        IntStream.range(0, history.length).mapToDouble(t -> t + 1 - history.length).toArray();
    // What comes starts from the last value given, so lines and bands begin there.
    double last = history.length == 0 ? Double.NaN : history[history.length - 1];
    double[] ahead = IntStream.rangeClosed(0, channel.horizon()).asDoubleStream().toArray();
    double[][] quantiles =
        Stream.of(channel.quantiles()).map(q -> after(last, q)).toArray(double[][]::new);
    canvas.fill(axes.band(ahead, quantiles[0], quantiles[4]), OUTER);
    canvas.fill(axes.band(ahead, quantiles[1], quantiles[3]), INNER);
    canvas.stroke(axes.line(ahead, quantiles[2]), LINE, Colors.ORANGE);
    double[] truth = after(last, channel.truth());
    canvas.stroke(axes.line(Arrays.copyOf(ahead, truth.length), truth), LINE, Colors.BLUE);
    canvas.stroke(axes.line(past, history), LINE, Colors.INK);
  }

  private static double[] after(double first, double[] rest) {
    return DoubleStream.concat(DoubleStream.of(first), Arrays.stream(rest)).toArray();
  }

  private static DoubleStream values(Forecast channel) {
    return Stream.concat(
            Stream.of(channel.history(), channel.truth()), Arrays.stream(channel.quantiles()))
        .flatMapToDouble(Arrays::stream);
  }

  /**
   * Curves on one plot whose axes are both logarithmic, told apart by colour; after nine the
   * colours start again. Points that are not above 0 leave gaps.
   */
  public static Picture curves(List<Curve> curves, String xTitle, String yTitle) {
    if (curves.isEmpty()) {
      throw new IllegalArgumentException("a plot without curves");
    }
    List<Meaning> meanings =
        IntStream.range(0, curves.size())
            .mapToObj(i -> new Meaning(curves.get(i).name(), Colors.line(i), false))
            .toList();
    Legend legend = Legend.of(meanings, WIDTH);
    Range x = Range.logarithmic(curves.stream().flatMapToDouble(curve -> Arrays.stream(curve.x())));
    Range y = Range.logarithmic(curves.stream().flatMapToDouble(curve -> Arrays.stream(curve.y())));
    Axes axes = new Axes(LEFT, TOP + legend.height() + 8, WIDTH, CURVES_HEIGHT, x, y);
    return picture(
        axes.plot().getMaxY(),
        canvas -> {
          legend.draw(canvas, LEFT, TOP);
          axes.drawGrid(canvas);
          for (int i = 0; i < curves.size(); i++) {
            Curve curve = curves.get(i);
            canvas.stroke(axes.line(curve.x(), curve.y()), LINE, Colors.line(i));
          }
          axes.drawFrame(canvas);
          axes.drawX(canvas, xTitle);
          axes.drawY(canvas, yTitle);
        });
  }

  private static Picture picture(double bottom, Consumer<Canvas> drawing) {
    return new Picture(LEFT + WIDTH + RIGHT, bottom + Axes.BELOW + 10, drawing);
  }
}
