package dev.lockstep.study;

import dev.lockstep.config.UserError;
import dev.lockstep.storage.Location;
import dev.lockstep.storage.WholeDirectory;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A study's folder: {@code page/study.html}, which participants get, and {@code key.json}, which
 * they must not see. They lie apart so that {@code page/} can be put on a web server as it is.
 */
public final class StudyFolder {
  /** Trials that a participant may be given without being asked for. */
  private static final int MOST_ITEMS = 20;

  /**
   * Beyond it browsers on phones give up; the content is a third longer there than in its files.
   */
  private static final long MOST_BYTES = 64L << 20;

  private static final String KEY = "key.json";
  private static final String FOLDER = "page";
  private static final String PAGE = "study.html";

  private StudyFolder() {}

  /**
   * What a study is to be.
   *
   * @param items samples of each run; 0 for as many as all runs have, up to 20
   * @param seed of all that is drawn
   * @param title of the page
   * @param question of each trial, if not the usual one
   * @param instructions before the first trial, if not the usual ones
   */
  public record Request(
      Design design,
      int items,
      long seed,
      String title,
      Optional<String> question,
      Optional<String> instructions) {}

  /**
   * What was made.
   *
   * @param study the study's id
   * @param page for participants
   * @param key for the experimenter
   * @param runs their names in the key
   * @param items samples of each run
   * @param trials what each participant is asked
   * @param bytes of the page
   */
  public record Created(
      String study,
      String page,
      String key,
      Design design,
      List<String> runs,
      int items,
      int trials,
      long bytes) {}

  /**
   * Makes a study.
   *
   * @param runs directories with {@code samples/}
   * @param output nothing, or an empty directory
   * @throws UserError if they do not go together
   */
  public static Created create(List<Location> runs, Location output, Request request) {
    Location folder = output.withoutChecksums();
    checkFree(folder);
    if (runs.size() < request.design().shown()) {
      throw new UserError("pairs are of two runs: name at least two");
    }
    List<StudyKey.Run> names = names(runs);
    List<RunSamples> samples = runs.stream().map(RunSamples::of).toList();
    int items = Study.count(samples, request.items(), MOST_ITEMS);
    Study study = Study.draw(request.design(), samples, items, request.seed());
    checkSize(study);
    Wording wording =
        new Wording(
            request.title(),
            request
                .instructions()
                .orElseGet(() -> Wording.instructions(study.design(), study.medium())),
            request.question().orElseGet(() -> study.design().question()));
    StudyPage page = new StudyPage(study, wording);
    byte[] html = page.html();
    byte[] key = StudyKey.of(study, page.id(), request.title(), request.seed(), names).bytes();
    WholeDirectory.write(
        folder,
        directory -> {
          directory.child(FOLDER).makeDirectory();
          directory.child(FOLDER).child(PAGE).write(html);
          directory.child(KEY).write(key);
        });
    return new Created(
        page.id(),
        folder.child(FOLDER).child(PAGE).toString(),
        folder.child(KEY).toString(),
        request.design(),
        names.stream().map(StudyKey.Run::name).toList(),
        items,
        study.trials().size(),
        html.length);
  }

  /** The key of the study in a folder. */
  static StudyKey key(Location folder) {
    Location file = folder.withoutChecksums().child(KEY);
    if (file.status().isEmpty()) {
      throw new UserError(
          "%s: holds no study: name a folder that study create made".formatted(folder));
    }
    return StudyKey.read(file);
  }

  private static void checkFree(Location folder) {
    if (!folder.isFree()) {
      throw new UserError(
          "--output %s: is there already: remove it or name another folder".formatted(folder));
    }
  }

  private static void checkSize(Study study) {
    long characters =
        study.items().stream().mapToLong(item -> item.sample().content().length()).sum();
    if (characters > MOST_BYTES) {
      throw new UserError(
          "the page would have %d MiB, and %d is the limit: ask for fewer --items or shorter samples"
              .formatted(characters >> 20, MOST_BYTES >> 20));
    }
  }

  /** The last part of each run's path, or all of it where two would have the same name. */
  private static List<StudyKey.Run> names(List<Location> runs) {
    List<String> last =
        runs.stream().map(run -> run.files().makeQualified(run.path()).getName()).toList();
    Set<String> seen = new HashSet<>();
    for (Location run : runs) {
      if (!seen.add(run.files().makeQualified(run.path()).toString())) {
        throw new UserError("%s: is named twice".formatted(run));
      }
    }
    boolean distinct = new HashSet<>(last).size() == last.size();
    return runs.stream()
        .map(
            run ->
                new StudyKey.Run(
                    distinct ? last.get(runs.indexOf(run)) : run.toString(), run.toString()))
        .toList();
  }
}
