package dev.lockstep.study;

import dev.lockstep.config.UserError;
import dev.lockstep.storage.Location;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;

/**
 * What {@code generate} has written for a run: the samples of the highest round in {@code
 * samples/}, of all seeds.
 *
 * @param run where the run is
 * @param samples in the order of their seeds and numbers, so that runs that were asked for the same
 *     have samples of the same text or prefix at the same place
 */
record RunSamples(Location run, Medium medium, List<RunSample> samples) {
  private static final Pattern NAME =
      Pattern.compile("round-(\\d{1,9})-seed-(-?\\d{1,19})(?:-(\\d{1,9}))?\\.(txt|wav|svg|png)");

  /** What a name says; number 0 is a file of all samples. */
  private record Entry(String file, int round, String seed, int number, String type) {
    static Entry of(Matcher name) {
      int number = name.group(3) == null ? 0 : Integer.parseInt(name.group(3));
      return new Entry(
          name.group(), Integer.parseInt(name.group(1)), name.group(2), number, name.group(4));
    }

    boolean isA(String... types) {
      return List.of(types).contains(type);
    }
  }

  /**
   * Reads them.
   *
   * @throws UserError if there are none
   */
  static RunSamples of(Location run) {
    Location folder = run.child("samples");
    if (!folder.isDirectory()) {
      throw new UserError("%s: has no samples/: generate some first".formatted(run));
    }
    List<Entry> entries = newest(folder);
    if (entries.isEmpty()) {
      throw new UserError(
          "%s: holds no file like round-10-seed-1.txt, .wav, .svg or .png: generate some first"
              .formatted(folder));
    }
    return read(run, folder, entries);
  }

  private static List<Entry> newest(Location folder) {
    List<Entry> all =
        folder.list().stream()
            .filter(FileStatus::isFile)
            .map(status -> NAME.matcher(status.getPath().getName()))
            .filter(Matcher::matches)
            .map(Entry::of)
            .toList();
    int round = all.stream().mapToInt(Entry::round).max().orElse(0);
    return all.stream()
        .filter(entry -> entry.round() == round)
        .sorted(
            Comparator.comparing(Entry::seed, Comparator.comparingInt(String::length))
                .thenComparing(Entry::seed)
                .thenComparingInt(Entry::number))
        .toList();
  }

  private static RunSamples read(Location run, Location folder, List<Entry> entries) {
    List<Entry> sounds = entries.stream().filter(entry -> entry.isA("wav")).toList();
    if (!sounds.isEmpty()) {
      return new RunSamples(run, Medium.SOUND, media(folder, sounds, "audio/wav"));
    }
    List<Entry> texts = entries.stream().filter(entry -> entry.isA("txt")).toList();
    if (!texts.isEmpty()) {
      List<RunSample> samples = new ArrayList<>();
      texts.forEach(entry -> samples.addAll(texts(folder, entry)));
      return new RunSamples(run, Medium.TEXT, samples);
    }
    return new RunSamples(run, Medium.PICTURE, pictures(folder, entries));
  }

  /** Drawings rather than pixels, and one sample rather than a sheet of all, where there are. */
  private static List<RunSample> pictures(Location folder, List<Entry> entries) {
    boolean drawn = entries.stream().anyMatch(entry -> entry.isA("svg"));
    boolean single = entries.stream().anyMatch(entry -> entry.number() > 0);
    List<Entry> chosen =
        entries.stream()
            .filter(entry -> entry.isA(drawn ? "svg" : "png"))
            .filter(entry -> entry.number() > 0 == single)
            .toList();
    return media(folder, chosen, drawn ? "image/svg+xml" : "image/png");
  }

  private static List<RunSample> media(Location folder, List<Entry> entries, String type) {
    return entries.stream()
        .map(
            entry -> {
              String data = Base64.getEncoder().encodeToString(folder.child(entry.file()).bytes());
              return new RunSample(
                  entry.file(),
                  Math.max(1, entry.number()),
                  "data:%s;base64,%s".formatted(type, data));
            })
        .toList();
  }

  /** Samples k = 1, 2, … each under a line {@code --- k ---} and before an empty line. */
  private static List<RunSample> texts(Location folder, Entry entry) {
    Location file = folder.child(entry.file());
    String all = utf8(file);
    List<RunSample> samples = new ArrayList<>();
    String head = "--- 1 ---\n";
    if (!all.startsWith(head) || !all.endsWith("\n\n")) {
      throw new UserError(
          "%s: is not as generate writes it, with lines like '--- 1 ---' over each sample"
              .formatted(file));
    }
    int start = head.length();
    while (start > 0) {
      int number = samples.size() + 1;
      String next = "\n\n--- %d ---\n".formatted(number + 1);
      int end = all.indexOf(next, start);
      String text = all.substring(start, end < 0 ? all.length() - 2 : end);
      samples.add(new RunSample(entry.file(), number, text));
      start = end < 0 ? 0 : end + next.length();
    }
    return samples;
  }

  private static String utf8(Location file) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(file.bytes())).toString();
    } catch (CharacterCodingException e) {
      throw new UserError("%s: is not UTF-8".formatted(file), e);
    }
  }
}
