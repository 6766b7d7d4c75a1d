package dev.lockstep.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

class InkRendererTest {
  /** A corner, a dot and a slant: three strokes, 80 by 10 units. */
  private static final double[][] STEPS = {
    {5, 5, 0}, {0, 10, 0}, {40, 0, 1}, {10, -5, 1}, {10, 5, 0}, {20, -10, 0},
  };

  private static final String INK = "#1c2430";

  @Test
  void aStrokeIsOnePathInOneScale() throws Exception {
    Element svg = Read.svg(InkRenderer.sheet(List.of(new InkLine(STEPS, ""))).svg());
    List<Element> strokes = Read.lines(svg, INK);
    assertThat(strokes).hasSize(3);
    // 80 units are 800 pixels, the margin is 24; the first point is there twice.
    assertThat(Read.points(strokes.get(0)))
        .isDeepEqualTo(new double[][] {{24, 24}, {24, 24}, {24, 124}, {424, 124}});
    assertThat(Read.points(strokes.get(1))).isDeepEqualTo(new double[][] {{524, 74}, {524, 74}});
    assertThat(Read.points(strokes.get(2)))
        .isDeepEqualTo(new double[][] {{624, 124}, {624, 124}, {824, 24}});
    assertThat(svg.getAttribute("viewBox")).isEqualTo("0 0 848 148");
    assertThat(svg.getAttribute("stroke-linejoin")).isEqualTo("round");
  }

  @Test
  void linesShareTheScaleAndStandUnderTheirTexts() throws Exception {
    double[][] half = {{0, 0, 0}, {40, 0, 0}};
    InkLine first = new InkLine(STEPS, "a < b & \u0001c");
    Element svg = Read.svg(InkRenderer.sheet(List.of(first, new InkLine(half, ""))).svg());
    double[][] second = Read.points(Read.lines(svg, INK).get(3));
    assertThat(second[2][0] - second[0][0]).isEqualTo(400);
    assertThat(second[0][1]).isGreaterThan(124 + 22);
    List<Element> texts = Read.elements(svg, "text");
    assertThat(texts).extracting(Element::getTextContent).containsExactly("a < b & \ufffdc");
    assertThat(Double.parseDouble(texts.get(0).getAttribute("y")))
        .isLessThan(Read.points(Read.lines(svg, INK).get(0))[0][1]);
  }

  @Test
  void pixelsAreInkedWhereTheStrokesAre() throws Exception {
    Picture picture = InkRenderer.sheet(List.of(new InkLine(STEPS, "")));
    BufferedImage png = Read.png(picture.png());
    assertThat(png.getWidth()).isEqualTo(2 * picture.width());
    assertThat(png.getHeight()).isEqualTo(2 * picture.height());
    // Two pixels a unit: on the corner's foot and the dot, and not between them or in the margin.
    assertThat(png.getRGB(500, 248)).isEqualTo(0xff1c2430);
    assertThat(png.getRGB(1048, 148)).isEqualTo(0xff1c2430);
    assertThat(Read.inked(png, 860, 0, 1030, 296)).isZero();
    assertThat(Read.inked(png, 0, 0, png.getWidth(), 42)).isZero();
  }

  @Test
  void aTallLineIsNoTallerThanASheetAllows() {
    double[][] tall = {{0, 0, 0}, {0, 1e6, 0}};
    assertThat(InkRenderer.sheet(List.of(new InkLine(tall, ""))).height()).isEqualTo(130 + 48);
  }

  @Test
  void stepsThatAreNoNumbersInterruptTheInk() throws Exception {
    double nan = Double.NaN;
    double[][] steps = {
      {0, 0, 0}, {10, 0, 0}, {nan, 0, 0}, {10, 0, 0}, {10, 10, 0}, {0, 1 / 0d, 0}
    };
    Element svg = Read.svg(InkRenderer.sheet(List.of(new InkLine(steps, ""))).svg());
    List<Element> strokes = Read.lines(svg, INK);
    assertThat(strokes).hasSize(2);
    // 10 units high are 130 pixels, so the gap of 10 units is 130 wide.
    assertThat(Read.points(strokes.get(0))[2][0]).isEqualTo(154);
    assertThat(Read.points(strokes.get(1))[0][0]).isEqualTo(284);
    assertThat(strokes).allSatisfy(stroke -> assertInside(svg, stroke));
  }

  @Test
  void anEmptyLineLeavesAnEmptySheet() throws Exception {
    BufferedImage png =
        Read.png(InkRenderer.sheet(List.of(new InkLine(new double[0][3], ""))).png());
    assertThat(Read.inked(png, 0, 0, png.getWidth(), png.getHeight())).isZero();
  }

  @Test
  void attentionHasACellForEachStepAndCharacter() throws Exception {
    double[][] phi = new double[6][2];
    phi[1][0] = 2;
    phi[4][1] = 1;
    phi[5][1] = Double.NaN;
    Element svg = Read.svg(InkRenderer.attention(new InkLine(STEPS, "ab"), phi).svg());
    Element map = Read.elements(svg, "image").get(0);
    String data = map.getAttribute("xlink:href").replace("data:image/png;base64,", "");
    BufferedImage cells = ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(data)));
    assertThat(cells.getWidth()).isEqualTo(6);
    assertThat(cells.getHeight()).isEqualTo(2);
    assertThat(cells.getRGB(1, 0)).isEqualTo(0xff03112b);
    // Half of the largest is half way along six colours, between the third and the fourth.
    assertThat(cells.getRGB(4, 1) & 0xFF).isBetween(0xb4, 0xd6);
    assertThat(cells.getRGB(4, 1) >> 16 & 0xFF).isBetween(0x20, 0x6a);
    assertThat(cells.getRGB(5, 1)).isEqualTo(0xffffffff);
    assertThat(cells.getRGB(1, 1)).isEqualTo(0xffffffff);
  }

  @Test
  void theStripHasEachStrokesColourOverItsSteps() throws Exception {
    Element svg = Read.svg(InkRenderer.attention(new InkLine(STEPS, "ab"), new double[6][2]).svg());
    Element map = Read.elements(svg, "image").get(0);
    double left = Double.parseDouble(map.getAttribute("x"));
    double step = Double.parseDouble(map.getAttribute("width")) / 6;
    int[][] steps = {{0, 3}, {3, 4}, {4, 6}};
    for (int i = 0; i < steps.length; i++) {
      String color = Read.lines(svg, "").get(i).getAttribute("stroke");
      Element bar =
          Read.elements(svg, "path").stream()
              .filter(path -> path.getAttribute("fill").equals(color))
              .findFirst()
              .orElseThrow();
      assertThat(Read.points(bar)[0][0]).isCloseTo(left + step * steps[i][0], within(0.01));
      assertThat(Read.points(bar)[1][0]).isCloseTo(left + step * steps[i][1], within(0.01));
    }
    assertThat(Read.elements(svg, "text"))
        .extracting(Element::getTextContent)
        .contains("a", "b", "step", "character");
  }

  @Test
  void shapesAreChecked() {
    InkLine line = new InkLine(STEPS, "ab");
    assertThatThrownBy(() -> InkRenderer.attention(line, new double[5][2]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("attention at 5 steps for a line of 6 steps and 2 characters");
    assertThatThrownBy(() -> InkRenderer.attention(line, new double[6][3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("step 0 attends to 3 characters; the text has 2");
    assertThatThrownBy(() -> new InkLine(new double[][] {{1, 2}}, ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("step 0 of a line has 2 numbers; allowed: 3");
    assertThatThrownBy(() -> InkRenderer.sheet(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static void assertInside(Element svg, Element path) {
    double width = Double.parseDouble(svg.getAttribute("width"));
    double height = Double.parseDouble(svg.getAttribute("height"));
    for (double[] point : Read.points(path)) {
      assertThat(point[0]).isBetween(24d, width - 24);
      assertThat(point[1]).isBetween(24d, height - 24);
    }
  }
}
