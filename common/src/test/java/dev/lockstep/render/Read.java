package dev.lockstep.render;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** Reads pictures back. */
final class Read {
  private static final Pattern POINT = Pattern.compile("[ML](\\S+) ([^MLZ]+)");

  private Read() {}

  static BufferedImage png(byte[] file) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(file));
  }

  static Element svg(String document)
      throws IOException, ParserConfigurationException, SAXException {
    byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(bytes))
        .getDocumentElement();
  }

  static List<Element> elements(Element svg, String name) {
    NodeList found = svg.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < found.getLength(); i++) {
      elements.add((Element) found.item(i));
    }
    return elements;
  }

  /** The paths that are lines of a colour, or of any where it is empty. */
  static List<Element> lines(Element svg, String color) {
    return elements(svg, "path").stream()
        .filter(path -> path.getAttribute("fill").equals("none"))
        .filter(path -> color.isEmpty() || path.getAttribute("stroke").equals(color))
        .toList();
  }

  /** The points [N][2] of a path. */
  static double[][] points(Element path) {
    List<double[]> points = new ArrayList<>();
    Matcher matcher = POINT.matcher(path.getAttribute("d"));
    while (matcher.find()) {
      double x = Double.parseDouble(matcher.group(1));
      points.add(new double[] {x, Double.parseDouble(matcher.group(2))});
    }
    return points.toArray(new double[0][]);
  }

  /** How many pixels of a rectangle are not white. */
  static int inked(BufferedImage image, int left, int top, int right, int bottom) {
    int inked = 0;
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        inked += (image.getRGB(x, y) & 0xFFFFFF) == 0xFFFFFF ? 0 : 1;
      }
    }
    return inked;
  }
}
