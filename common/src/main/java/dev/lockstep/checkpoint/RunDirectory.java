package dev.lockstep.checkpoint;

import dev.lockstep.config.Settings;
import dev.lockstep.config.UserError;
import dev.lockstep.results.ResultFiles;
import dev.lockstep.storage.Location;
import dev.lockstep.storage.WholeDirectory;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;

/**
 * The directory of one training run: {@code config.conf} (the resolved settings), {@code
 * corpus.json} (what it was trained on), {@code metrics.jsonl} (one object a round), {@code
 * checkpoints/round-N/}, {@code tensorboard/} (event files), {@code evaluation/} and {@code
 * samples/}.
 */
public final class RunDirectory {
  private static final String CONFIG = "config.conf";
  private static final String CORPUS = "corpus.json";
  private static final String OUTPUT = "training.output";
  private static final String METRICS = ResultFiles.ROUNDS;
  private static final Pattern ROUND = Pattern.compile("round-(\\d{1,9})");

  /** What TensorBoard reads in the order of the names, which is that of the rounds. */
  private static final String EVENTS = "events.out.tfevents.%010d.lockstep";

  private static final Pattern EVENTS_OF_ROUND =
      Pattern.compile("events\\.out\\.tfevents\\.0(\\d{9})\\.lockstep");

  private final Location location;
  private final StringBuilder metrics = new StringBuilder();

  private RunDirectory(Location location) {
    this.location = location;
  }

  private static Location location(Settings settings, Configuration hadoop) {
    return location(OUTPUT, settings.training().output(), hadoop);
  }

  /** People change its files; its checkpoints have checksums of their own. */
  private static Location location(String named, String uri, Configuration hadoop) {
    return Location.of(named, uri, "the run's directory", hadoop).withoutChecksums();
  }

  /**
   * Says whether a run could be written, before any work is done.
   *
   * @throws UserError if {@code training.output} is not set or already holds something
   */
  public static void checkFree(Settings settings, Configuration hadoop) {
    Location location = location(settings, hadoop);
    if (!location.isFree()) {
      String what =
          location.child(CONFIG).status().isPresent() ? "already holds a run" : "is not empty";
      throw new UserError(
          "training.output %s: %s: remove it or name another directory".formatted(location, what));
    }
  }

  /** Whether {@code training.output} holds a run. */
  public static boolean exists(Settings settings, Configuration hadoop) {
    return location(settings, hadoop).child(CONFIG).status().isPresent();
  }

  /**
   * Starts a run's directory.
   *
   * @param corpus the bytes of the corpus's description
   * @throws UserError if {@code training.output} is not set or already holds something
   */
  public static RunDirectory create(Settings settings, byte[] corpus, Configuration hadoop) {
    checkFree(settings, hadoop);
    Location location = location(settings, hadoop);
    WholeDirectory.write(
        location,
        directory -> {
          directory.child(CORPUS).write(corpus);
          directory.child(CONFIG).write(settings.render().getBytes(StandardCharsets.UTF_8));
        });
    return new RunDirectory(location);
  }

  /**
   * Opens the directory of a run.
   *
   * @throws UserError if there is none
   */
  public static RunDirectory open(Settings settings, Configuration hadoop) {
    return open(OUTPUT, settings.training().output(), hadoop);
  }

  /**
   * Opens the directory of a run.
   *
   * @param named the setting or argument that names it, for errors
   * @throws UserError if there is none
   */
  public static RunDirectory open(String named, String uri, Configuration hadoop) {
    Location location = location(named, uri, hadoop);
    if (location.child(CONFIG).status().isEmpty()) {
      throw new UserError(
          "%s %s: holds no run: train one first or name its directory".formatted(named, location));
    }
    return new RunDirectory(location);
  }

  /**
   * Opens the directory of a run that is to go on after {@code round} rounds: what a run that did
   * not end left of later ones goes.
   *
   * @param settings those that it goes on with
   */
  public void goOn(Settings settings, int round) {
    Location file = location.child(METRICS);
    if (file.status().isPresent()) {
      new String(file.bytes(), StandardCharsets.UTF_8)
          .lines()
          .limit(round)
          .forEach(line -> metrics.append(line).append('\n'));
      write(METRICS, metrics.toString().getBytes(StandardCharsets.UTF_8));
    }
    write(CONFIG, settings.render().getBytes(StandardCharsets.UTF_8));
    for (Location directory : List.of(location, checkpoints(), tensorboard())) {
      if (directory.isDirectory()) {
        directory.removeTemporary();
      }
    }
    rounds().stream().filter(later -> later > round).forEach(later -> checkpoint(later).remove());
    rounds(tensorboard(), EVENTS_OF_ROUND).stream()
        .filter(later -> later > round)
        .forEach(later -> events(later).remove());
  }

  /** The last line of {@code metrics.jsonl}, if there is one. */
  public Optional<String> lastMetrics() {
    return metrics.toString().lines().reduce((first, second) -> second);
  }

  /** The settings that the run was trained with. */
  public Settings settings() {
    Location file = location.child(CONFIG);
    return Settings.parse(new String(file.bytes(), StandardCharsets.UTF_8), file.toString());
  }

  /** What the run was trained on. */
  public byte[] corpus() {
    return location.child(CORPUS).bytes();
  }

  /** Where that description is. */
  public Location corpusFile() {
    return location.child(CORPUS);
  }

  /** Adds a line, one JSON object, to {@code metrics.jsonl}: a reader sees all of it or nothing. */
  public void addMetrics(String json) {
    metrics.append(json).append('\n');
    write(METRICS, metrics.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** A file or directory of the run, which need not be there. */
  public Location child(String name) {
    return location.child(name);
  }

  /** Writes a file of the run, whole or not at all. */
  public void write(String name, byte[] bytes) {
    location.child(name).write(bytes);
  }

  /**
   * Writes an event file for TensorBoard. No file grows, which object stores do not allow: each
   * holds the rounds after those of the file before it.
   *
   * @param round the last one in it
   */
  public void writeEvents(int round, byte[] bytes) {
    events(round).write(bytes);
  }

  /**
   * Writes a checkpoint, unless that round has one, and lets older ones go.
   *
   * @param keep how many of the newest stay, beside the one with the best validation
   */
  public void write(Checkpoint checkpoint, int keep) {
    Location directory = checkpoint(checkpoint.round());
    if (directory.status().isEmpty()) {
      checkpoint.write(directory);
    }
    List<Integer> rounds = rounds();
    for (int round : rounds.subList(Math.min(keep, rounds.size()), rounds.size())) {
      if (round != checkpoint.validations().bestRound()) {
        checkpoint(round).remove();
      }
    }
  }

  /**
   * The newest checkpoint.
   *
   * @throws UserError if there is none, or it is damaged
   */
  public Checkpoint newest() {
    return rounds().stream()
        .findFirst()
        .map(round -> Checkpoint.read(checkpoint(round)))
        .orElseThrow(
            () ->
                new UserError(
                    "training.output %s: has no checkpoint yet: let training reach one"
                        .formatted(location)));
  }

  /**
   * The checkpoint with the best validation.
   *
   * @throws UserError if no round was validated, or it is damaged
   */
  public Checkpoint best() {
    int round = newest().validations().bestRound();
    if (round == 0) {
      throw new UserError(
          "training.output %s: no round was validated, so none is the best: use the newest checkpoint"
              .formatted(location));
    }
    return Checkpoint.read(checkpoint(round));
  }

  /**
   * The newest checkpoint that is whole.
   *
   * @param damaged hears of each newer one what is wrong with it
   */
  public Optional<Checkpoint> newestWhole(Consumer<String> damaged) {
    for (int round : rounds()) {
      try {
        return Optional.of(Checkpoint.read(checkpoint(round)));
      } catch (UserError e) {
        damaged.accept(e.getMessage());
      }
    }
    return Optional.empty();
  }

  /** Rounds that have a checkpoint, the newest first. */
  private List<Integer> rounds() {
    return rounds(checkpoints(), ROUND);
  }

  /** Rounds that a directory has something of, the newest first. */
  private static List<Integer> rounds(Location directory, Pattern names) {
    List<FileStatus> entries = directory.isDirectory() ? directory.list() : List.<FileStatus>of();
    return entries.stream()
        .map(entry -> names.matcher(entry.getPath().getName()))
        .filter(Matcher::matches)
        .map(name -> Integer.valueOf(name.group(1)))
        .sorted(Comparator.reverseOrder())
        .toList();
  }

  private Location checkpoint(int round) {
    return checkpoints().child("round-" + round);
  }

  /** Where the newest checkpoint is, if there is one. */
  public Optional<String> newestName() {
    return rounds().stream().findFirst().map(round -> checkpoint(round).toString());
  }

  private Location checkpoints() {
    return location.child("checkpoints");
  }

  private Location tensorboard() {
    return location.child("tensorboard");
  }

  private Location events(int round) {
    return tensorboard().child(EVENTS.formatted(round));
  }

  @Override
  public String toString() {
    return location.toString();
  }
}
