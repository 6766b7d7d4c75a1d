package dev.lockstep.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

class SeriesPlotTest {
  private static final String GIVEN = "#1c2430";
  private static final String TRUTH = "#1f5fa8";
  private static final String MEDIAN = "#c8591a";
  private static final String INNER = "#e9b795";
  private static final String OUTER = "#f7e0d1";

  /** Values from 0 to 100, so that the axis runs from -5 to 105; the plot is 720 x 150. */
  private static final Forecast FORECAST =
      new Forecast(
          "level (m)",
          new double[] {100, 0, 50},
          new double[] {70},
          new double[][] {{10, 0}, {20, 10}, {30, 20}, {40, 30}, {50, 100}});

  @Test
  void linesAndBandsAreInTheScaleOfTheAxes() throws Exception {
    Element svg = Read.svg(SeriesPlot.forecasts(List.of(FORECAST)).svg());
    // The legend's sample is the first of its colour.
    double[][] given = Read.points(Read.lines(svg, GIVEN).get(1));
    double top = given[0][1] - 150 * 5 / 110d;
    assertPoints(given, top, new double[][] {{-2, 100}, {-2, 100}, {-1, 0}, {0, 50}});
    double[][] truth = Read.points(Read.lines(svg, TRUTH).get(1));
    assertPoints(truth, top, new double[][] {{0, 50}, {0, 50}, {1, 70}});
    double[][] median = Read.points(Read.lines(svg, MEDIAN).get(1));
    assertPoints(median, top, new double[][] {{0, 50}, {0, 50}, {1, 30}, {2, 20}});
    double[][] outer = {{0, 50}, {1, 50}, {2, 100}, {2, 0}, {1, 10}, {0, 50}};
    assertPoints(area(svg, OUTER), top, outer);
    double[][] inner = {{0, 50}, {1, 40}, {2, 30}, {2, 10}, {1, 20}, {0, 50}};
    assertPoints(area(svg, INNER), top, inner);
  }

  @Test
  void pixelsHaveTheBandsColours() throws Exception {
    Picture picture = SeriesPlot.forecasts(List.of(FORECAST, FORECAST));
    BufferedImage png = Read.png(picture.png());
    assertThat(png.getWidth()).isEqualTo(2 * picture.width());
    // The first plot begins at 16 + 18 + 8, the second 170 below; at step 1.9 of -2 to 2, level 60.
    int x = (int) Math.round(2 * (70 + 720 * 3.9 / 4));
    for (int plot = 0; plot < 2; plot++) {
      int y = (int) Math.round(2 * (42 + 170 * plot + 150 * 45 / 110d));
      assertThat(png.getRGB(x, y)).isEqualTo(0xfff7e0d1);
      // No forecast before step 0.
      assertThat(Read.inked(png, 2 * 70 + 600, y, 2 * 70 + 700, y + 1)).isZero();
    }
  }

  @Test
  void axesAndLegendHaveNames() throws Exception {
    Element svg = Read.svg(SeriesPlot.forecasts(List.of(FORECAST, FORECAST)).svg());
    List<String> texts = Read.elements(svg, "text").stream().map(Element::getTextContent).toList();
    assertThat(texts).contains("given", "truth", "median", "25\u201375 %", "5\u201395 %");
    assertThat(texts.stream().filter("level (m)"::equals)).hasSize(2);
    assertThat(texts.stream().filter("step"::equals)).hasSize(1);
    assertThat(texts).contains("\u22122.0", "2.0", "50");
  }

  @Test
  void whatIsNoNumberLeavesGaps() throws Exception {
    double nan = Double.NaN;
    double[] low = {0, nan, 2, 1 / 0d, 1};
    double[] high = {1, 1, 3, 2, 3};
    double[][] quantiles = {low, low, high, high, high};
    Forecast holes = new Forecast("x", new double[] {1, nan, 2}, new double[0], quantiles);
    Element svg = Read.svg(SeriesPlot.forecasts(List.of(holes)).svg());
    assertThat(moves(Read.lines(svg, GIVEN).get(1))).isEqualTo(2);
    Element outer =
        Read.elements(svg, "path").stream()
            .filter(path -> path.getAttribute("fill").equals(OUTER))
            .reduce((a, b) -> b)
            .orElseThrow();
    assertThat(moves(outer)).isEqualTo(3);
    assertThat(outer.getAttribute("d")).doesNotContain("N");
  }

  @Test
  void nothingKnownIsStillAPlot() throws Exception {
    double[] unknown = {Double.NaN};
    double[][] quantiles = {unknown, unknown, unknown, unknown, unknown};
    Forecast nothing = new Forecast("x", new double[0], new double[0], quantiles);
    Element svg = Read.svg(SeriesPlot.forecasts(List.of(nothing)).svg());
    assertThat(Read.elements(svg, "text")).extracting(Element::getTextContent).contains("step");
  }

  @Test
  void quantilesOfDraws() {
    double[][] draws = new double[21][2];
    for (int s = 0; s < draws.length; s++) {
      draws[s][0] = (s * 8 % 21) * 10;
      draws[s][1] = s < 2 ? s : Double.NaN;
    }
    Forecast forecast = Forecast.ofDraws("x", new double[0], new double[0], draws);
    double[][] expected = {{10, 0.05}, {50, 0.25}, {100, 0.5}, {150, 0.75}, {190, 0.95}};
    for (int level = 0; level < expected.length; level++) {
      assertThat(forecast.quantiles()[level]).containsExactly(expected[level], within(1e-12));
    }
  }

  @Test
  void curvesHaveColoursAndNamesOfTheirOwn() throws Exception {
    double[] x = {1, 10, 100};
    Curve first = new Curve("first", x, new double[] {1, 100, 10});
    Curve second = new Curve("second", x, new double[] {10, 0, 20});
    Element svg = Read.svg(SeriesPlot.curves(List.of(first, second), "epoch", "NLL (nats)").svg());
    double[][] points = Read.points(Read.lines(svg, TRUTH).get(1));
    assertThat(points[2][0] - points[0][0]).isCloseTo(720 / 2.2, within(0.02));
    assertThat(points[0][1] - points[2][1]).isCloseTo(260 * 2 / 2.2, within(0.02));
    assertThat(moves(Read.lines(svg, MEDIAN).get(1))).isEqualTo(2);
    assertThat(Read.elements(svg, "text"))
        .extracting(Element::getTextContent)
        .contains("first", "second", "epoch", "NLL (nats)");
  }

  @Test
  void shapesAreChecked() {
    assertThatThrownBy(() -> new Forecast("x", new double[0], new double[3], new double[5][2]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("x: a quantile of 2 steps; allowed: as many as the first, 2, and at least 3");
    assertThatThrownBy(() -> new Forecast("x", new double[0], new double[0], new double[3][2]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("x: 3 quantiles; allowed: 5");
    assertThatThrownBy(() -> new Curve("x", new double[2], new double[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("x: 2 places and 3 values");
    assertThatThrownBy(() -> SeriesPlot.forecasts(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static double[][] area(Element svg, String color) {
    return Read.elements(svg, "path").stream()
        .filter(path -> path.getAttribute("fill").equals(color))
        .reduce((a, b) -> b)
        .map(Read::points)
        .orElseThrow();
  }

  /** Points (step, value) of the axes -2 to 2 and -5 to 105. */
  private static void assertPoints(double[][] points, double top, double[][] expected) {
    assertThat(points).hasDimensions(expected.length, 2);
    for (int i = 0; i < expected.length; i++) {
      assertThat(points[i][0]).isCloseTo(70 + 180 * (expected[i][0] + 2), within(0.01));
      double y = top + 150 * (105 - expected[i][1]) / 110;
      assertThat(points[i][1]).isCloseTo(y, within(0.02));
    }
  }

  private static long moves(Element path) {
    return path.getAttribute("d").chars().filter(c -> c == 'M').count();
  }
}
