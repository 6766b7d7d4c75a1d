package dev.lockstep.study;

import dev.lockstep.config.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Samples in an order that says nothing of their runs, and the trials made of them. All that is
 * drawn is a function of the seed.
 *
 * @param items each sample once
 * @param trials the numbers, from 0, of the items that are shown together
 */
record Study(Design design, Medium medium, List<Item> items, List<List<Integer>> trials) {
  /**
   * A sample and what must not be on the page.
   *
   * @param run its number, from 0
   */
  record Item(int run, RunSample sample) {}

  /**
   * Draws a study: every run's first {@code count} samples, rated one by one, or for every two runs
   * their samples with the same number against each other. Of those {@code count} trials either run
   * comes first in half.
   *
   * @param count samples of each run
   */
  static Study draw(Design design, List<RunSamples> runs, int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<int[]> places = new ArrayList<>();
    for (int run = 0; run < runs.size(); run++) {
      for (int k = 0; k < count; k++) {
        places.add(new int[] {run, k});
      }
    }
    shuffle(places, random);
    int[][] numbers = new int[runs.size()][count];
    List<Item> items = new ArrayList<>();
    for (int[] place : places) {
      numbers[place[0]][place[1]] = items.size();
      items.add(new Item(place[0], runs.get(place[0]).samples().get(place[1])));
    }
    return new Study(
        design,
        runs.get(0).medium(),
        items,
        design == Design.PAIRED ? pairs(numbers, random) : singles(items.size()));
  }

  private static List<List<Integer>> singles(int items) {
    List<List<Integer>> trials = new ArrayList<>();
    for (int i = 0; i < items; i++) {
      trials.add(List.of(i));
    }
    return trials;
  }

  private static List<List<Integer>> pairs(int[][] numbers, SplittableRandom random) {
    List<List<Integer>> trials = new ArrayList<>();
    for (int a = 0; a < numbers.length; a++) {
      for (int b = a + 1; b < numbers.length; b++) {
        boolean odd = random.nextBoolean();
        List<Integer> order = new ArrayList<>();
        for (int k = 0; k < numbers[a].length; k++) {
          order.add(k);
        }
        shuffle(order, random);
        for (int k : order) {
          trials.add(
              odd ? List.of(numbers[a][k], numbers[b][k]) : List.of(numbers[b][k], numbers[a][k]));
          odd = !odd;
        }
      }
    }
    shuffle(trials, random);
    return trials;
  }

  /** Fisher and Yates. */
  private static <T> void shuffle(List<T> list, SplittableRandom random) {
    for (int i = list.size() - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      T swapped = list.get(i);
      list.set(i, list.get(j));
      list.set(j, swapped);
    }
  }

  /**
   * How many samples of each run there are to be.
   *
   * @param asked 0 for as many as all runs have, up to {@code most}
   * @throws UserError if a run has fewer, or the runs' samples are not of one kind
   */
  static int count(List<RunSamples> runs, int asked, int most) {
    for (RunSamples run : runs) {
      if (run.medium() != runs.get(0).medium()) {
        throw new UserError(
            "%s has samples of %s and %s of %s: compare runs on one kind of data"
                .formatted(
                    runs.get(0).run(), runs.get(0).medium().id(), run.run(), run.medium().id()));
      }
      if (run.samples().size() < asked) {
        throw new UserError(
            "--items %d: %s has %d samples: generate more or ask for fewer"
                .formatted(asked, run.run(), run.samples().size()));
      }
    }
    int least = runs.stream().mapToInt(run -> run.samples().size()).min().orElseThrow();
    return asked > 0 ? asked : Math.min(least, most);
  }
}
