package dev.lockstep.corpus.series;

import dev.lockstep.config.DataSettings;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.input.Excerpt;
import dev.lockstep.corpus.input.InputFiles;
import dev.lockstep.corpus.reader.Item;
import dev.lockstep.corpus.reader.Tally;
import dev.lockstep.storage.Location;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;

/**
 * What {@code data.input} holds: its tables, their columns and rows, which of these are learned,
 * and what becomes of each of the others.
 */
final class SeriesIntake {
  private static final int MOST_TASKS = 1024;

  private final JavaSparkContext context;
  private final Location input;
  private final DataSettings.Series format;
  private final boolean skip;
  private final SeriesReader reader;
  private final List<Found> found = new ArrayList<>();
  private final List<String> skipped = new ArrayList<>();
  private final Tally files = new Tally("files");
  private final Tally columns = new Tally("columns");
  private final Tally rows = new Tally("rows");

  /** Columns that have been counted. */
  private final Set<String> counted = new HashSet<>();

  /** A table without damage. */
  record Found(SeriesTable table, SeriesReader.Survey survey) {}

  /**
   * Reads all tables once.
   *
   * @throws UserError if there are none, or some that are damaged and {@code data.damaged} is not
   *     to skip those
   */
  SeriesIntake(JavaSparkContext context, Location input, DataSettings data) {
    this.context = context;
    this.input = input;
    this.format = data.series();
    this.skip = data.damaged() == DataSettings.Damaged.SKIP;
    List<SeriesTable> tables = tables();
    this.reader =
        new SeriesReader(
            chosen(tables), format, new SerializableConfiguration(context.hadoopConfiguration()));
    columns.learn(reader.columns().size());
    counted.addAll(reader.columns());
    survey(tables);
  }

  private List<SeriesTable> tables() {
    SortedMap<String, String> passedOver = InputFiles.passedOver(input);
    passedOver.forEach((name, reason) -> files.leaveOut(reason, Excerpt.of(name)));
    List<SeriesTable> tables = SeriesTable.of(input, InputFiles.files(input, false, name -> true));
    if (tables.isEmpty()) {
      throw new UserError(
          "data.input %s: has no files%s: give CSV or Parquet"
              .formatted(input, passedOver.isEmpty() ? "" : " but " + files.reasons()));
    }
    return tables;
  }

  /** Those that are named, or the first readable table's columns of numbers. */
  private List<String> chosen(List<SeriesTable> tables) {
    if (!format.columns().isBlank()) {
      return named(format.columns());
    }
    Map<SeriesTable, String> damaged = new LinkedHashMap<>();
    for (SeriesTable table : tables) {
      try {
        return ofNumbers(table);
      } catch (UserError e) {
        damaged.put(table, e.getMessage());
        refuseUnlessSkipping(e);
      } catch (IOException e) {
        throw input.explain(e);
      }
    }
    damaged.forEach(this::leaveOut);
    throw noneLeft();
  }

  private static List<String> named(String setting) {
    List<String> names =
        new CellSplitter(',')
            .split(setting)
            .map(cells -> Arrays.stream(cells).map(String::strip).toList())
            .orElse(List.of(""));
    if (setting.strip().contains("\n")
        || names.contains("")
        || names.stream().distinct().count() < names.size()) {
      throw new UserError(
          "data.series.columns must be different names with commas between, in quotes where they hold a comma or a quote, not \"%s\""
              .formatted(Excerpt.of(setting)));
    }
    return names;
  }

  private List<String> ofNumbers(SeriesTable table) throws IOException {
    List<SeriesColumn> all = TableRows.columns(table, context.hadoopConfiguration(), format);
    Tally others = new Tally("columns");
    for (SeriesColumn column : all) {
      column.unfit().ifPresent(reason -> others.leaveOut(reason, label(column)));
    }
    if (others.found() == all.size()) {
      throw SeriesRows.damage(
          table.place() + ":",
          all.isEmpty() ? "has no columns" : "has no columns of numbers: " + others.reasons());
    }
    columns.add(others);
    all.forEach(column -> counted.add(column.name()));
    return all.stream().filter(SeriesColumn::isOfNumbers).map(SeriesColumn::name).toList();
  }

  private static String label(SeriesColumn column) {
    return Excerpt.of(column.name()) + column.detail().map(" (%s)"::formatted).orElse("");
  }

  private UserError noneLeft() {
    return new UserError(
        "data.input %s: none of its %d files can be learned: %s"
            .formatted(input, files.found(), files.reasons()));
  }

  private void refuseUnlessSkipping(UserError damage) {
    if (!skip) {
      throw damage;
    }
  }

  private void leaveOut(SeriesTable table, String damage) {
    files.leaveOut(Item.DAMAGED, table.files().size(), List.of(damage));
  }

  private void survey(List<SeriesTable> tables) {
    SeriesReader own = reader;
    Iterator<SeriesReader.Survey> surveys = parallel(tables).map(own::survey).collect().iterator();
    for (SeriesTable table : tables) {
      SeriesReader.Survey survey = surveys.next();
      if (survey.damage() == null) {
        keep(new Found(table, survey));
      } else {
        refuseUnlessSkipping(new UserError(survey.damage()));
        leaveOut(table, survey.damage());
        skipped.add(survey.damage());
      }
    }
    if (found.isEmpty()) {
      throw noneLeft();
    }
  }

  private void keep(Found table) {
    found.add(table);
    SeriesReader.Survey survey = table.survey();
    files.learn(table.table().files().size() - survey.withoutRows().size());
    survey.withoutRows().forEach(name -> files.leaveOut("without rows", Excerpt.of(name)));
    rows.learn(Arrays.stream(survey.steps()).sum());
    if (survey.emptyLines() > 0) {
      rows.leaveOut(
          "empty at the end",
          survey.emptyLines(),
          List.of(Excerpt.of(table.table().files().get(0).name())));
    }
    String reason =
        format.columns().isBlank() ? "not in the first table" : "not in data.series.columns";
    survey.others().stream()
        .filter(counted::add)
        .forEach(name -> columns.leaveOut(reason, Excerpt.of(name)));
  }

  /** One task for each of so many things. */
  <T> JavaRDD<T> parallel(List<T> list) {
    return context.parallelize(list, Math.min(list.size(), MOST_TASKS));
  }

  /** Reads what is learned. */
  SeriesReader reader() {
    return reader;
  }

  /** The tables that are learned, one or more, in their order. */
  List<Found> found() {
    return found;
  }

  /** A line for each table that is damaged. */
  List<String> skipped() {
    return skipped;
  }

  /** How many files are damaged, if any. */
  Map<String, Long> setAside() {
    Map<String, Long> leftOut = files.leftOut();
    return leftOut.containsKey(Item.DAMAGED)
        ? Map.of(Item.DAMAGED, leftOut.get(Item.DAMAGED))
        : Map.of();
  }

  /** What became of files, columns and rows. */
  List<Tally> tallies() {
    return List.of(files, columns, rows);
  }
}
