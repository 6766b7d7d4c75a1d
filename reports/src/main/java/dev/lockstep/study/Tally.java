package dev.lockstep.study;

import dev.lockstep.storage.Location;
import java.util.List;
import org.hipparchus.stat.StatUtils;

/**
 * What came out of a study.
 *
 * @param study its id
 * @param participants in the order of their codes
 * @param ratings of a rating study; null otherwise
 * @param preferences of a paired study; null otherwise
 */
public record Tally(
    String study,
    String title,
    Design design,
    List<Participant> participants,
    RatingTally ratings,
    PreferenceTally preferences) {
  /**
   * Who took part.
   *
   * @param medianSeconds of a trial until it was answered: a hint of who only clicked
   */
  public record Participant(String participant, int answers, double medianSeconds) {}

  /**
   * Counts.
   *
   * @param folder of the study
   * @param files of the participants, any order
   * @throws dev.lockstep.config.UserError with a line for each file that must not be counted
   */
  public static Tally of(Location folder, List<Location> files) {
    StudyKey key = StudyFolder.key(folder);
    List<AnswerFile> answers = AnswerFiles.read(key, files);
    boolean paired = key.design() == Design.PAIRED;
    return new Tally(
        key.study(),
        key.title(),
        key.design(),
        answers.stream().map(Tally::participant).toList(),
        paired ? null : RatingTally.of(key, answers),
        paired ? PreferenceTally.of(key, answers) : null);
  }

  private static Participant participant(AnswerFile file) {
    double[] seconds = file.answers().stream().mapToDouble(a -> a.milliseconds() / 1000d).toArray();
    return new Participant(file.participant(), seconds.length, StatUtils.percentile(seconds, 50));
  }
}
