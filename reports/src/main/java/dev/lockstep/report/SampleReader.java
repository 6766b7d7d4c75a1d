package dev.lockstep.report;

import dev.lockstep.config.UserError;
import dev.lockstep.storage.Location;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;

/**
 * Reads the files of {@code samples/}, those of the last round first. A page that is sent by mail
 * or opened on a phone must stay small, so files that would make it too large are named instead.
 */
final class SampleReader {
  /** What the files of a run may come to. */
  static final long MOST_BYTES = 8 << 20;

  private static final Pattern ROUND = Pattern.compile("round-(\\d{1,9})\\b.*");
  private static final Pattern ONE_OF_MANY = Pattern.compile("-\\d{1,9}$");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");
  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  private static final byte[] RIFF = {'R', 'I', 'F', 'F'};

  private final Location directory;
  private final List<Sample> shown = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();
  private long bytes;

  private SampleReader(Location directory) {
    this.directory = directory;
  }

  static SampleReader read(Location directory) {
    SampleReader reader = new SampleReader(directory);
    if (directory.isDirectory()) {
      reader.readAll();
    }
    return reader;
  }

  List<Sample> shown() {
    return shown;
  }

  List<String> leftOut() {
    return leftOut;
  }

  boolean isEmpty() {
    return shown.isEmpty() && leftOut.isEmpty();
  }

  private void readAll() {
    List<FileStatus> files =
        directory.list().stream()
            .filter(entry -> entry.isFile() && !name(entry).startsWith("."))
            .sorted(
                Comparator.comparing((FileStatus file) -> -round(name(file)))
                    .thenComparing(file -> inNumericOrder(name(file))))
            .toList();
    Set<String> names =
        files.stream().map(SampleReader::name).collect(Collectors.toCollection(TreeSet::new));
    for (FileStatus file : files) {
      String name = name(file);
      if (!isAgain(name, names)) {
        take(file);
      }
    }
  }

  /** A picture that SVG shows at any size, or that is one of those on a sheet. */
  private static boolean isAgain(String name, Set<String> names) {
    if (!name.endsWith(".png") && !name.endsWith(".svg")) {
      return false;
    }
    String stem = stem(name);
    String sheet = ONE_OF_MANY.matcher(stem).replaceFirst("");
    return (name.endsWith(".png") && names.contains(stem + ".svg"))
        || (!sheet.equals(stem)
            && (names.contains(sheet + ".svg") || names.contains(sheet + ".png")));
  }

  private void take(FileStatus file) {
    String name = name(file);
    if (bytes + file.getLen() > MOST_BYTES) {
      leftOut.add(
          "%s (%.1f MiB) is not in the page, which takes %d MiB of a run's samples"
              .formatted(name, file.getLen() / (double) (1 << 20), MOST_BYTES >> 20));
      return;
    }
    Location place = directory.child(name);
    switch (name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT)) {
      case "txt", "jsonl" ->
          shown.add(new Sample(name, Sample.Kind.TEXT, text(place, place.bytes()), null));
      case "svg" -> shown.add(svg(place, place.bytes()));
      case "png" -> shown.add(file(place, Sample.Kind.PICTURE, "image/png", PNG));
      case "wav" -> shown.add(file(place, Sample.Kind.SOUND, "audio/wav", RIFF));
      default -> {
        leftOut.add(name + " is no text, picture or sound that a page can show");
        return;
      }
    }
    bytes += file.getLen();
  }

  private static Sample svg(Location place, byte[] bytes) {
    if (!text(place, bytes).contains("<svg")) {
      throw damaged(place, "is no SVG", null);
    }
    return sample(place, Sample.Kind.PICTURE, "image/svg+xml", bytes);
  }

  private static Sample file(Location place, Sample.Kind kind, String type, byte[] signature) {
    byte[] bytes = place.bytes();
    int same = Arrays.mismatch(bytes, signature);
    if (same >= 0 && same < signature.length) {
      throw damaged(place, "is no " + type, null);
    }
    return sample(place, kind, type, bytes);
  }

  private static Sample sample(Location place, Sample.Kind kind, String type, byte[] bytes) {
    String data = Base64.getEncoder().encodeToString(bytes);
    return new Sample(place.path().getName(), kind, null, "data:" + type + ";base64," + data);
  }

  private static String text(Location place, byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw damaged(place, "is not UTF-8", e);
    }
  }

  private static UserError damaged(Location place, String how, Exception cause) {
    return new UserError("%s: %s: remove it or run generate again".formatted(place, how), cause);
  }

  private static String name(FileStatus file) {
    return file.getPath().getName();
  }

  private static String stem(String name) {
    return name.substring(0, name.lastIndexOf('.'));
  }

  private static int round(String name) {
    Matcher round = ROUND.matcher(name);
    return round.matches() ? Integer.parseInt(round.group(1)) : 0;
  }

  /** So that 10 comes after 9. */
  private static String inNumericOrder(String name) {
    return NUMBER
        .matcher(name)
        .replaceAll(number -> "%09d".formatted(Integer.parseInt(number.group())));
  }
}
