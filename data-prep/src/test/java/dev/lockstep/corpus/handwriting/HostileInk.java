package dev.lockstep.corpus.handwriting;

import static dev.lockstep.corpus.Bytes.gzip;
import static dev.lockstep.corpus.Bytes.join;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/** Ink that somebody else made, by mistake or on purpose, and what is said of it. */
final class HostileInk {
  static final String ARCHIVE = "lineStrokes-all.tar.gz";
  static final String POINTS = "<Stroke><Point x='1' y='2'/><Point x='2' y='2'/></Stroke>";
  static final Ink INK = Ink.ofForms(8);
  static final int LINES = 32;

  private HostileInk() {}

  /** Lines' files and what is said of each. */
  static Map<String, String> lines() {
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("", "line 1: is not XML");
    lines.put("ink", "line 1: is not XML");
    lines.put("<a>", "is not XML");
    lines.put("<a>" + POINTS + "</b>", "is not XML");
    lines.put("<a>" + POINTS + "</a><a/>", "is not XML");
    lines.put("<a>\n<Stroke>\n<Point x='1' y='2'></Stroke>\n</a>", "line 3: is not XML");
    lines.put("<a>" + POINTS + "\0</a>", "is not XML");
    lines.put("<a>" + POINTS + "&lt</a>", "is not XML");
    lines.put("<a b='1' b='2'>" + POINTS + "</a>", "is not XML");
    lines.put("<?xml version='9.9'?><a>" + POINTS + "</a>", "is not XML");
    lines.put("<?xml version='1.0' encoding='none'?><a>" + POINTS + "</a>", "is not XML");
    lines.put("<?xml version='1.0' encoding='UTF-16'?><a>" + POINTS + "</a>", "is not XML");
    lines.put("<?xml version='1.0' encoding='UTF-8'?><a>\u00e9" + POINTS + "</a>", "is not XML");
    lines.put("<a/>", "has no points");
    lines.put("<a><Stroke/></a>", "has no points");
    lines.put("<a><Point x='1' y='2'/></a>", "line 1: has a Point outside of a Stroke");
    lines.put("<a>" + POINTS + "\n<Point x='1' y='2'/></a>", "line 2: has a Point outside");
    lines.put("<a>\n<Stroke>\n<Point y='2'/></Stroke></a>", "line 3: has a Point without x");
    lines.put("<Stroke><Point x='1' Y='2'/></Stroke>", "line 1: has a Point without y");
    for (String number :
        List.of(
            "",
            " ",
            "one",
            "NaN",
            "Infinity",
            "-Infinity",
            "1e7",
            "1e999",
            "1,5",
            "0x1p3",
            "1f",
            "1 2",
            "--1",
            ".",
            "1".repeat(33),
            "\u0661",
            "1000001",
            "&#10;1")) {
      String point = "<Stroke><Point x='1' y='2'/>\n<Point x='%s' y='2'/></Stroke>";
      lines.put(point.formatted(number), "line 2: has x=");
    }
    lines.put("<!DOCTYPE a><a>" + POINTS + "</a>", "has a DOCTYPE");
    lines.put("<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/a.dtd'><a>" + POINTS + "</a>", "DOCTYPE");
    lines.put(
        "<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;" + POINTS + "</a>",
        "has a DOCTYPE");
    lines.put(laughs(), "has a DOCTYPE");
    lines.put("<a>&e;" + POINTS + "</a>", "line 1: ");
    lines.put("<a b='&e;'>" + POINTS + "</a>", "line 1: ");
    lines.put("<a>".repeat(17) + POINTS + "</a>".repeat(17), "more than 16 deep");
    lines.put("<a>".repeat(1_000_000), "more than 16 deep");
    lines.put("<" + "a".repeat(1_000_000) + "/>", "");
    lines.put("<a " + attributes(20_000) + ">" + POINTS + "</a>", "is not XML");
    lines.put(
        "<Stroke>" + "<Point x='1' y='2'/>".repeat(StrokeReader.MAX_POINTS + 1) + "</Stroke>",
        "has more than 100000 points");
    return lines;
  }

  static String laughs() {
    StringBuilder entities = new StringBuilder("<!ENTITY e0 'ha'>");
    for (int i = 1; i < 20; i++) {
      entities.append("<!ENTITY e%d '%s'>".formatted(i, ("&e" + (i - 1) + ";").repeat(10)));
    }
    return "<!DOCTYPE a [%s]><a>&e19;%s</a>".formatted(entities, POINTS);
  }

  static String attributes(int count) {
    StringBuilder attributes = new StringBuilder();
    for (int i = 0; i < count; i++) {
      attributes.append(" a%d='1'".formatted(i));
    }
    return attributes.toString();
  }

  /** Latin-1, so that what claims to be UTF-8 is not. */
  static byte[] bytes(String line) {
    return line.chars().anyMatch(c -> c > 0xFF)
        ? line.getBytes(StandardCharsets.UTF_8)
        : line.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Transcriptions. */
  static Map<String, byte[]> texts() {
    Map<String, byte[]> texts = new LinkedHashMap<>();
    texts.put("is not UTF-8", new byte[] {'C', 'S', 'R', ':', '\n', (byte) 0xE9, '\n'});
    texts.put("has no line CSR:", "OCR:\n\ntext\n".getBytes(StandardCharsets.UTF_8));
    texts.put("line CSR:", new byte[0]);
    texts.put("bytes, more than 65536", new byte[(1 << 16) + 1]);
    return texts;
  }

  /** Entries of the archive of lines, which lines stand after. */
  static Map<String, byte[]> entries() {
    byte[] line = bytes(POINTS);
    Map<String, byte[]> entries = new LinkedHashMap<>();
    for (String name :
        List.of(
            "../x-01.xml",
            "lineStrokes/../../x-01.xml",
            "/etc/x-01.xml",
            "a\\b-01.xml",
            "a\nb-01.xml",
            "a\u007Fb-01.xml",
            "lineStrokes/..")) {
      entries.put(name + ": has an unsafe name", Ink.entry(name, '0', line.length, line));
    }
    String name = "lineStrokes/h/h-%c.xml";
    for (char type : "123467S".toCharArray()) {
      entries.put(
          name.formatted(type) + ": is a link or a device",
          Ink.entry(name.formatted(type), type, 0));
    }
    entries.put("lineStrokes/h.xml: is not named", Ink.entry("lineStrokes/h.xml", '0', 1, line[0]));
    entries.put("h/h-1.xml: is not named", Ink.entry("lineStrokes/h/h-1.xml", '0', 1, line[0]));
    entries.put(
        "lineStrokes/h/large-01.xml: has 8388609 bytes, more than 8388608",
        Ink.entry("lineStrokes/h/large-01.xml", '0', (8 << 20) + 1, new byte[(8 << 20) + 1]));
    entries.put("a00/a00-000/a00-000z-04.xml: is there twice", twice());
    entries.put(
        "!%s…: has an unsafe name".formatted("a".repeat(255)),
        longName("a".repeat(300) + "-01.xml"));
    return entries;
  }

  /** In one line. */
  static String told(String what) {
    return what.replaceAll("[\n\u007F]", "\uFFFD");
  }

  static byte[] twice() {
    String name = "a00/a00-000/a00-000z-04.xml";
    byte[] line = INK.strokes.get("lineStrokes/" + name);
    return Ink.entry(name, '0', line.length, line);
  }

  /** What says, in a tar, that the next entry has this name. */
  static byte[] longName(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    byte[] line = bytes(POINTS);
    return join(
        Ink.entry("././@LongLink", 'L', bytes.length, bytes),
        Ink.entry("short", '0', line.length, line));
  }

  /**
   * An archive that is broken.
   *
   * @param left lines that stand before the break
   */
  @SuppressWarnings("ArrayRecordComponent") // compared nowhere
  record Broken(String what, byte[] archive, int left) {
    @Override
    public String toString() {
      return what + ", " + left;
    }
  }

  static Stream<Broken> archives() {
    byte[] tar = Ink.tar(INK.strokes);
    byte[] lines = Arrays.copyOf(tar, tar.length - 1024);
    byte[] packed = gzip(tar);
    byte[] wrong = packed.clone();
    wrong[packed.length - 6] ^= 1;
    byte[] header = Ink.entry("lineStrokes/a.xml", '0', 0);
    header[3] ^= 1;
    String end = ARCHIVE + ": cannot be read to its end: ";
    return Stream.of(
        new Broken(end, new byte[0], 0),
        new Broken(end + "Not in GZIP format after 0 entries", bytes(POINTS), 0),
        new Broken(end + "Not in GZIP format after 0 entries", tar, 0),
        new Broken(": holds no file *.xml", gzip(bytes(POINTS)), 0),
        new Broken(end, gzip(bytes(POINTS.repeat(100))), 0),
        new Broken(": holds no file *.xml", gzip(new byte[0]), 0),
        new Broken(": holds no file *.xml", gzip(new byte[1 << 20]), 0),
        new Broken(": holds no file *.xml", gzip(Ink.tar(INK.texts)), 0),
        new Broken(end, Arrays.copyOf(packed, packed.length - 1), LINES),
        new Broken(end + "Corrupt GZIP trailer after 32 entries", wrong, LINES),
        new Broken(
            end + "an entry's header does not have its checksum after 32",
            gzip(join(lines, header, tar)),
            LINES),
        new Broken(
            end + "Truncated TAR archive after 32",
            gzip(join(lines, Ink.entry("x.xml", '0', 1L << 32))),
            LINES),
        new Broken(
            end + "an entry's header is longer than 1048576 bytes after 32",
            gzip(join(lines, Ink.entry("x", 'L', 8 << 20, new byte[8 << 20]))),
            LINES),
        new Broken(end + "unpacks to more than 100 times its size", longStroke(lines), LINES),
        new Broken(
            end + "unpacks to more than 100 times its size",
            gzip(join(tar, new byte[100 << 20])),
            LINES));
  }

  /** The last line has a stroke of ten million points. */
  static byte[] longStroke(byte[] lines) {
    byte[] points = "<Point x='1' y='2'/>".repeat(1000).getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write(lines);
      out.write(Ink.entry("x-01.xml", '0', 10_000L * points.length));
      for (int i = 0; i < 10_000; i++) {
        out.write(points);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }
}
