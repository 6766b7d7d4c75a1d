package dev.lockstep.corpus.handwriting;

import static dev.lockstep.corpus.Bytes.gzip;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

/** A little handwriting as IAM-OnDB has it, generated. */
public final class Ink {
  /** Every line has it, so training sees all characters. */
  static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";

  /** The files of each of the two trees, by their names with the root. */
  final Map<String, byte[]> strokes = new LinkedHashMap<>();

  final Map<String, byte[]> texts = new LinkedHashMap<>();

  /** So many forms of four lines each, of some 30 to 60 points. */
  public static Ink ofForms(int forms) {
    Ink ink = new Ink();
    for (int form = 0; form < forms; form++) {
      String name = "a%02d/a%02d-%03d".formatted(form % 3, form % 3, form);
      ink.form(name + name.substring(3) + "z", 4, new SplittableRandom(form));
    }
    return ink;
  }

  /** A form, its lines not in the order of their numbers. */
  void form(String form, int lines, SplittableRandom random) {
    for (int line = lines; line > 0; line--) {
      stroke("%s-%02d".formatted(form, line), xml(scribble(30 + random.nextInt(30), random)));
    }
    text(
        form,
        IntStream.rangeClosed(1, lines)
            .mapToObj(line -> "line %d of %s %s".formatted(line, form, ALPHABET))
            .toList());
  }

  void stroke(String line, String xml) {
    strokes.put("lineStrokes/" + line + ".xml", xml.getBytes(StandardCharsets.UTF_8));
  }

  /** As in the data: words under another heading first, blanks about. */
  void text(String form, List<String> lines) {
    String text = "OCR:\n\nas it was read\n\nCSR:\r\n \n\n%s \r\n \n";
    texts.put(
        "ascii/" + form + ".txt",
        text.formatted(String.join("\r\n ", lines)).getBytes(StandardCharsets.UTF_8));
  }

  /** Strokes of seven points that wander to the right. */
  static int[][][] scribble(int points, SplittableRandom random) {
    int[][][] strokes = new int[(points + 6) / 7][][];
    int x = 300;
    for (int s = 0; s < strokes.length; s++) {
      strokes[s] = new int[Math.min(7, points - 7 * s)][];
      for (int p = 0; p < strokes[s].length; p++) {
        x += random.nextInt(-20, 60);
        strokes[s][p] = new int[] {x, 1500 + random.nextInt(100)};
      }
    }
    return strokes;
  }

  static String xml(int[][]... strokes) {
    String all =
        IntStream.range(0, strokes.length)
            .mapToObj(s -> "<Stroke colour=\"black\">\r\n" + points(strokes[s]) + "</Stroke>\n")
            .collect(Collectors.joining());
    return """
        <?xml version="1.0" encoding="ISO-8859-1"?>
        <WhiteboardCaptureSession>
        <WhiteboardDescription><SensorLocation corner="top_left"/></WhiteboardDescription>
        <StrokeSet>
        %s</StrokeSet>
        </WhiteboardCaptureSession>
        """
        .formatted(all);
  }

  private static String points(int[][] points) {
    StringBuilder text = new StringBuilder();
    for (int[] point : points) {
      text.append("<Point x=\"%d\" y=\"%d\" time=\"1.5\"/>%n".formatted(point[0], point[1]));
    }
    return text.toString();
  }

  /** The two archives, in a directory. */
  public Path archives(Path directory) {
    try {
      Files.createDirectories(directory);
      Files.write(directory.resolve("lineStrokes-all.tar.gz"), gzip(tar(strokes)));
      Files.write(directory.resolve("ascii-all.tar.gz"), gzip(tar(texts)));
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same unpacked. */
  Path folders(Path directory) {
    try {
      for (Map<String, byte[]> tree : List.of(strokes, texts)) {
        for (Map.Entry<String, byte[]> file : tree.entrySet()) {
          Path path = directory.resolve(file.getKey());
          Files.createDirectories(path.getParent());
          Files.write(path, file.getValue());
        }
      }
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] tar(Map<String, byte[]> files) {
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    files.forEach((name, bytes) -> tar.writeBytes(entry(name, '0', bytes.length, bytes)));
    tar.writeBytes(new byte[1024]);
    return tar.toByteArray();
  }

  /** An entry of a tar: what it claims to be, then what it holds. */
  static byte[] entry(String name, char type, long size, byte... content) {
    TarArchiveEntry entry = new TarArchiveEntry(name, (byte) type, true);
    entry.setSize(size);
    entry.setModTime(0);
    byte[] bytes = new byte[512 + (content.length + 511) / 512 * 512];
    entry.writeEntryHeader(bytes);
    System.arraycopy(content, 0, bytes, 512, content.length);
    return bytes;
  }
}
