package dev.lockstep.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class VectorFieldTest {
  private static final double[][] DATA = {{0, 0}, {1, 1}};
  private static final double[][] GRID = {{0, 0}, {1, 0}, {0, 1}, {1, 1}};
  private static final Pattern ARROW =
      Pattern.compile(
          "stroke=\"#1f5fa8\"[^>]* d=\"M([\\d.]+)[ ,]([\\d.]+)L([\\d.]+)[ ,]([\\d.]+)M");

  private static List<double[]> arrows(String svg) {
    List<double[]> arrows = new ArrayList<>();
    Matcher matcher = ARROW.matcher(svg);
    while (matcher.find()) {
      arrows.add(
          new double[] {
            Double.parseDouble(matcher.group(3)) - Double.parseDouble(matcher.group(1)),
            Double.parseDouble(matcher.group(4)) - Double.parseDouble(matcher.group(2))
          });
    }
    return arrows;
  }

  /** One stays, one goes right by 1, two go down by 1/2: the longest is half the plot's side. */
  @Test
  void arrowsPointWhereTheMeansAreAllShortenedAlike() {
    double[][] means = {{0, 0}, {2, 0}, {0, 0.5}, {1, 0.5}};
    List<double[]> arrows = arrows(VectorField.picture(DATA, DATA, GRID, means).svg());
    assertThat(arrows).hasSize(3);
    assertThat(arrows.get(0)[0]).isCloseTo(210, within(0.1));
    assertThat(arrows.get(0)[1]).isCloseTo(0, within(0.1));
    assertThat(arrows.get(1)[0]).isCloseTo(0, within(0.1));
    // Down is towards larger y.
    assertThat(arrows.get(1)[1]).isCloseTo(105, within(0.1));
    assertThat(arrows.get(2)).containsExactly(arrows.get(1), within(0.1));
  }

  @Test
  void framesHaveTheirTitlesAndLeaveOutWhatIsOutside() {
    double[][] far = {{0.5, 0.5}, {100, 100}};
    String svg = VectorField.frames(DATA, List.of(DATA, far), List.of("step 0", "step 9")).svg();
    assertThat(svg).contains(">step 0<", ">step 9<");
    Matcher dots = Pattern.compile("fill=\"#c8591a\"[^>]* d=\"([^\"]*)\"").matcher(svg);
    List<Integer> counts = new ArrayList<>();
    while (dots.find()) {
      counts.add(dots.group(1).split("Z", -1).length - 1);
    }
    assertThat(counts).containsExactly(2, 1);
  }
}
