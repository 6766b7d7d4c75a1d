package dev.lockstep.study;

import java.util.ArrayList;
import java.util.List;

/**
 * Preferences between each two runs.
 *
 * @param pairs of runs
 * @param left how often the left one was preferred, of all answers with a preference: a half, but
 *     for chance, unless sides mattered; null if nobody had one
 */
public record PreferenceTally(List<Pair> pairs, Share left) {
  /**
   * Two runs against each other.
   *
   * @param preferFirst answers for the first run
   * @param noPreference answers for neither
   * @param preferSecond answers for the second
   * @param p sign test over answers with a preference: presumes that they are independent
   * @param adjustedP by Holm for the number of pairs of runs
   * @param participants the same with a participant's majority as one answer
   */
  public record Pair(
      String first,
      String second,
      Share preferFirst,
      Share noPreference,
      Share preferSecond,
      double p,
      double adjustedP,
      Majorities participants) {}

  /**
   * What participants prefer more often than not.
   *
   * @param first participants with more answers for the first run
   * @param neither with as many for either
   * @param second with more for the second
   * @param p sign test over participants with a preference
   * @param adjustedP by Holm for the number of pairs of runs
   */
  public record Majorities(int first, int neither, int second, double p, double adjustedP) {}

  /** Answers between two runs. */
  private static final class Count {
    private int first;
    private int neither;
    private int second;

    void add(int sign) {
      if (sign > 0) {
        first++;
      } else if (sign < 0) {
        second++;
      } else {
        neither++;
      }
    }

    double p() {
      return SignTest.p(first, second);
    }
  }

  static PreferenceTally of(StudyKey key, List<AnswerFile> files) {
    List<int[]> runs = RunPairs.of(key.runs().size());
    List<Count> answers = new ArrayList<>();
    List<Count> people = new ArrayList<>();
    for (int[] pair : runs) {
      Count all = new Count();
      Count majorities = new Count();
      for (AnswerFile file : files) {
        int balance = 0;
        for (AnswerFile.Answer answer : file.answers()) {
          if (isOf(key, answer, pair)) {
            int sign = sign(key, answer, pair[0]);
            all.add(sign);
            balance += sign;
          }
        }
        majorities.add(Integer.signum(balance));
      }
      answers.add(all);
      people.add(majorities);
    }
    return new PreferenceTally(pairs(key, runs, answers, people), left(files));
  }

  private static boolean isOf(StudyKey key, AnswerFile.Answer answer, int[] pair) {
    int left = key.items().get(answer.samples().get(0)).run();
    int right = key.items().get(answer.samples().get(1)).run();
    return Math.min(left, right) == pair[0] && Math.max(left, right) == pair[1];
  }

  /** 1 for the first run, −1 for the other, 0 for neither. */
  private static int sign(StudyKey key, AnswerFile.Answer answer, int first) {
    if (answer.answer().equals(Design.NEITHER)) {
      return 0;
    }
    int chosen = answer.samples().get(answer.answer().equals(Design.LEFT) ? 0 : 1);
    return key.items().get(chosen).run() == first ? 1 : -1;
  }

  private static List<Pair> pairs(
      StudyKey key, List<int[]> runs, List<Count> answers, List<Count> people) {
    double[] byAnswer = Holm.adjust(answers.stream().mapToDouble(Count::p).toArray());
    double[] byPerson = Holm.adjust(people.stream().mapToDouble(Count::p).toArray());
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      Count all = answers.get(i);
      Count majorities = people.get(i);
      int n = all.first + all.neither + all.second;
      pairs.add(
          new Pair(
              key.runs().get(runs.get(i)[0]).name(),
              key.runs().get(runs.get(i)[1]).name(),
              Share.of(all.first, n),
              Share.of(all.neither, n),
              Share.of(all.second, n),
              all.p(),
              byAnswer[i],
              new Majorities(
                  majorities.first,
                  majorities.neither,
                  majorities.second,
                  majorities.p(),
                  byPerson[i])));
    }
    return pairs;
  }

  private static Share left(List<AnswerFile> files) {
    int left = 0;
    int right = 0;
    for (AnswerFile file : files) {
      for (AnswerFile.Answer answer : file.answers()) {
        left += answer.answer().equals(Design.LEFT) ? 1 : 0;
        right += answer.answer().equals(Design.RIGHT) ? 1 : 0;
      }
    }
    return Share.of(left, left + right);
  }
}
