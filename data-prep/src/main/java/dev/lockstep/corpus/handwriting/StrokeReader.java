package dev.lockstep.corpus.handwriting;

import dev.lockstep.config.UserError;
import java.io.ByteArrayInputStream;
import java.util.Arrays;
import javax.xml.XMLConstants;
import javax.xml.stream.Location;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads a line of IAM-OnDB, XML that has its points as {@code <Point x="298" y="1575"/>} in {@code
 * <Stroke>} elements; all else in it is passed over. Nothing outside of the file is ever read, and
 * no entity is expanded.
 */
final class StrokeReader {
  /** Points of one line; the longest of IAM-OnDB has some 2,000. */
  static final int MAX_POINTS = 100_000;

  /** Either side of 0; a whiteboard has some 10,000 units. Floats hold such offsets exactly. */
  static final double MAX_COORDINATE = 1_000_000;

  private static final int MAX_DEPTH = 16;
  private static final int MAX_DIGITS = 32;

  private final TreeFile file;
  private XMLStreamReader xml;
  private int depth;
  private boolean inStroke;
  private float[] steps = new float[3 * 1024];
  private int points;
  private double x;
  private double y;

  private StrokeReader(TreeFile file) {
    this.file = file;
  }

  /**
   * The line's steps, (dx, dy, pen) after one another: to each point but the first its offset from
   * the one before, in the tablet's units, y downwards, and 1 if the pen is lifted there, as it is
   * at a stroke's last point, otherwise 0. The first point is where the line begins, no step
   * (Graves, 2013, section 4): an offset of 0 that every sequence began with would be learned with
   * a density that has no bound.
   *
   * @throws UserError if the file does not hold such a line
   */
  static float[] steps(TreeFile file) {
    return new StrokeReader(file).read();
  }

  private float[] read() {
    try {
      xml = factory().createXMLStreamReader(new ByteArrayInputStream(file.bytes()));
      while (xml.hasNext()) {
        event(xml.next());
      }
    } catch (XMLStreamException e) {
      Location place = e.getLocation();
      throw error(place == null ? 1 : place.getLineNumber(), "is not XML: " + reason(e));
    }
    if (points == 0) {
      throw new UserError(FileTree.damage(file.place(), "has no points"));
    }
    return Arrays.copyOf(steps, 3 * (points - 1));
  }

  /** Java's own, whatever else is on the class path; one for each file, it is not thread-safe. */
  private static XMLInputFactory factory() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
    return factory;
  }

  /** Without the parser's own account of the place. */
  private static String reason(XMLStreamException e) {
    String reason = String.valueOf(e.getMessage()).replaceFirst("(?s).*Message: ", "");
    return FileTree.printable(reason).replaceFirst("[.]$", "");
  }

  private void event(int event) {
    switch (event) {
      case XMLStreamConstants.START_ELEMENT -> start(xml.getLocalName());
      case XMLStreamConstants.END_ELEMENT -> end(xml.getLocalName());
      case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
          throw error("has a DOCTYPE or an entity, which are not read");
      default -> {}
    }
  }

  private void start(String element) {
    if (++depth > MAX_DEPTH) {
      throw error("has elements more than " + MAX_DEPTH + " deep");
    }
    if (element.equals("Stroke")) {
      inStroke = true;
    } else if (element.equals("Point")) {
      point(coordinate("x"), coordinate("y"));
    }
  }

  private void end(String element) {
    depth--;
    if (element.equals("Stroke")) {
      inStroke = false;
      if (points > 1) {
        steps[3 * (points - 1) - 1] = 1;
      }
    }
  }

  private void point(double toX, double toY) {
    if (!inStroke) {
      throw error("has a Point outside of a Stroke");
    }
    if (points == MAX_POINTS) {
      throw error("has more than " + MAX_POINTS + " points");
    }
    if (points > 0) {
      int step = 3 * (points - 1);
      if (step == steps.length) {
        steps = Arrays.copyOf(steps, 2 * steps.length);
      }
      steps[step] = (float) (toX - x);
      steps[step + 1] = (float) (toY - y);
    }
    points++;
    x = toX;
    y = toY;
  }

  private double coordinate(String name) {
    String text = xml.getAttributeValue(null, name);
    if (text == null) {
      throw error("has a Point without " + name);
    }
    double value = number(text);
    if (!(Math.abs(value) <= MAX_COORDINATE)) {
      throw error(
          "has %s=\"%s\", not a number from %.0f to %.0f"
              .formatted(name, FileTree.printable(text), -MAX_COORDINATE, MAX_COORDINATE));
    }
    return value;
  }

  /** A decimal number, or NaN; Java's own reader takes "1f" and "0x1p3" for numbers too. */
  private static double number(String text) {
    boolean decimal =
        text.length() <= MAX_DIGITS
            && text.chars().allMatch(c -> "+-.0123456789eE".indexOf(c) >= 0);
    try {
      return decimal ? Double.parseDouble(text) : Double.NaN;
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  private UserError error(String what) {
    return error(xml.getLocation().getLineNumber(), what);
  }

  private UserError error(int line, String what) {
    return new UserError(FileTree.damage(file.place() + ", line " + line, what));
  }
}
