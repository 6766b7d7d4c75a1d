package dev.lockstep.study;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.hipparchus.stat.StatUtils;

/**
 * Ratings by run. The unit is the participant, whose answers are not independent of each other:
 * everybody rates as many samples of each run, so intervals are of participants' means and tests of
 * their differences.
 *
 * @param runs each run by itself
 * @param differences of each two runs
 */
public record RatingTally(List<Run> runs, List<Difference> differences) {
  /**
   * A run's ratings.
   *
   * @param grades answers by grade, the lowest first
   * @param answers all of them
   * @param mean of all answers, which is that of participants' means
   * @param interval of the mean over participants like these; null of one participant
   */
  public record Run(
      String run, List<Integer> grades, int answers, double mean, Interval interval) {}

  /**
   * Two runs rated by the same participants.
   *
   * @param difference of the means, first less second
   * @param interval of the difference over participants like these; null of one participant
   * @param effect rank-biserial correlation, −1 to 1; above 0 where the first is rated higher
   * @param used participants who rated the two differently
   * @param p Wilcoxon's signed-rank test over participants
   * @param adjustedP by Holm for the number of pairs of runs
   */
  public record Difference(
      String first,
      String second,
      double difference,
      Interval interval,
      double effect,
      int used,
      double p,
      double adjustedP) {}

  static RatingTally of(StudyKey key, List<AnswerFile> files) {
    int runs = key.runs().size();
    double[][] sums = new double[runs][files.size()];
    int[][] grades = new int[runs][key.design().choices().size()];
    for (int person = 0; person < files.size(); person++) {
      for (AnswerFile.Answer answer : files.get(person).answers()) {
        int run = key.items().get(answer.samples().get(0)).run();
        int grade = Integer.parseInt(answer.answer());
        sums[run][person] += grade;
        grades[run][grade - 1]++;
      }
    }
    double each = key.items().size() / (double) runs;
    List<Run> byRun =
        IntStream.range(0, runs)
            .mapToObj(run -> run(key.runs().get(run).name(), grades[run], sums[run], each))
            .toList();
    return new RatingTally(byRun, differences(key, sums, each));
  }

  private static Run run(String name, int[] grades, double[] sums, double each) {
    double[] means = Arrays.stream(sums).map(sum -> sum / each).toArray();
    return new Run(
        name,
        Arrays.stream(grades).boxed().toList(),
        Arrays.stream(grades).sum(),
        StatUtils.mean(means),
        Interval.ofMean(means));
  }

  private static List<Difference> differences(StudyKey key, double[][] sums, double each) {
    List<int[]> pairs = RunPairs.of(sums.length);
    // Sums rather than means: whole numbers, of which equal ones are equal.
    List<double[]> differences =
        pairs.stream()
            .map(
                pair ->
                    IntStream.range(0, sums[0].length)
                        .mapToDouble(person -> sums[pair[0]][person] - sums[pair[1]][person])
                        .toArray())
            .toList();
    List<SignedRankTest> tests = differences.stream().map(SignedRankTest::of).toList();
    double[] adjusted = Holm.adjust(tests.stream().mapToDouble(SignedRankTest::p).toArray());
    List<Difference> results = new ArrayList<>();
    for (int i = 0; i < pairs.size(); i++) {
      double[] means = Arrays.stream(differences.get(i)).map(d -> d / each).toArray();
      SignedRankTest test = tests.get(i);
      results.add(
          new Difference(
              key.runs().get(pairs.get(i)[0]).name(),
              key.runs().get(pairs.get(i)[1]).name(),
              StatUtils.mean(means),
              Interval.ofMean(means),
              test.effect(),
              test.used(),
              test.p(),
              adjusted[i]));
    }
    return results;
  }
}
