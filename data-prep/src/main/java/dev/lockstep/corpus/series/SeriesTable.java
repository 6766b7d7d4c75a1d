package dev.lockstep.corpus.series;

import dev.lockstep.config.UserError;
import dev.lockstep.corpus.input.SourceFile;
import dev.lockstep.storage.Location;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A table: a file, or the files {@code part-00000…}, {@code part-00001…} and so on that Spark, or
 * another writer that is distributed, left of one.
 *
 * @param files one or more, in the order of the table's rows
 */
record SeriesTable(List<SourceFile> files) implements Serializable {
  /** A part's number, and the writer's own identity where it has one. */
  private static final Pattern PART =
      Pattern.compile(
          "part-(?:[mr]-)?(\\d{1,18})(?:-(\\p{XDigit}{8}(?:-\\p{XDigit}{4,12}){4}))?.*");

  SeriesTable {
    files = List.copyOf(files);
  }

  /**
   * The tables in a directory's files, in the order of the files.
   *
   * @throws UserError if there are parts of several tables
   */
  static List<SeriesTable> of(Location input, List<SourceFile> files) {
    List<SourceFile> parts = files.stream().filter(file -> part(file).matches()).toList();
    List<SeriesTable> tables = new ArrayList<>();
    if (!parts.isEmpty()) {
      checkWriters(input, parts);
      tables.add(
          new SeriesTable(
              parts.stream()
                  .sorted(Comparator.comparing(SeriesTable::number).thenComparing(SourceFile::name))
                  .toList()));
    }
    files.stream()
        .filter(file -> !part(file).matches())
        .forEach(file -> tables.add(new SeriesTable(List.of(file))));
    tables.sort(Comparator.comparing(table -> table.files().get(0).name()));
    return tables;
  }

  private static void checkWriters(Location input, List<SourceFile> parts) {
    List<String> firsts =
        parts.stream()
            .collect(Collectors.toMap(SeriesTable::writer, SourceFile::name, (a, b) -> a))
            .values()
            .stream()
            .sorted()
            .toList();
    if (firsts.size() > 1) {
      throw new UserError(
          "data.input %s: %s and %s are parts of tables that were written one by one, in an order that their names do not tell: write one table, or give each a directory"
              .formatted(input, firsts.get(0), firsts.get(1)));
    }
  }

  private static Matcher part(SourceFile file) {
    return PART.matcher(file.name());
  }

  private static long number(SourceFile file) {
    Matcher part = part(file);
    return part.matches() ? Long.parseLong(part.group(1)) : 0;
  }

  private static String writer(SourceFile file) {
    Matcher part = part(file);
    return part.matches() && part.group(2) != null ? part.group(2) : "";
  }

  /** What errors call it. */
  String place() {
    return files.get(0).place();
  }

  /** Whether a file of the table is worth reading: writers leave parts of no bytes. */
  boolean mayHaveRows(SourceFile file) {
    return files.size() == 1 || file.bytes() > 0;
  }
}
