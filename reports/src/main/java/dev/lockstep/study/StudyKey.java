package dev.lockstep.study;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.config.UserError;
import dev.lockstep.storage.Location;
import java.io.IOException;
import java.util.List;

/**
 * What the experimenter keeps: which item of the page is from which run.
 *
 * @param format of this file
 * @param study its id
 * @param seed what its items, pairs and their order were drawn from
 * @param items in the order of the page
 * @param trials the numbers, from 0, of the items that are shown together
 */
record StudyKey(
    int format,
    String study,
    String title,
    Design design,
    long seed,
    List<Run> runs,
    List<Item> items,
    List<List<Integer>> trials) {
  static final int FORMAT = 1;
  private static final ObjectMapper JSON = StrictJson.mapper();

  /**
   * A run.
   *
   * @param name short, no other run's
   * @param location as the experimenter gave it
   */
  record Run(String name, String location) {}

  /**
   * Where an item is from.
   *
   * @param run its number, from 0
   * @param file within the run's {@code samples/}
   * @param sample its number in that file, from 1
   */
  record Item(int run, String file, int sample) {}

  static StudyKey of(Study study, String id, String title, long seed, List<Run> runs) {
    List<Item> items =
        study.items().stream()
            .map(item -> new Item(item.run(), item.sample().file(), item.sample().number()))
            .toList();
    return new StudyKey(FORMAT, id, title, study.design(), seed, runs, items, study.trials());
  }

  byte[] bytes() {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records of numbers and strings are JSON", e);
    }
  }

  /**
   * Reads one.
   *
   * @throws UserError if it is damaged
   */
  static StudyKey read(Location file) {
    StudyKey key;
    try {
      key = JSON.readValue(file.bytes(), StudyKey.class);
    } catch (JsonProcessingException e) {
      throw new UserError("%s: %s".formatted(file, StrictJson.explain(e, "the key of a study")), e);
    } catch (IOException e) {
      throw file.explain(e);
    }
    if (key.format != FORMAT || !key.isWhole()) {
      throw new UserError(
          "%s: is damaged or of another version: create the study again".formatted(file));
    }
    return key;
  }

  private boolean isWhole() {
    return items.stream().allMatch(item -> item.run >= 0 && item.run < runs.size())
        && trials.stream().allMatch(trial -> trial.size() == design.shown())
        && trials.stream().flatMap(List::stream).allMatch(i -> i >= 0 && i < items.size());
  }
}
