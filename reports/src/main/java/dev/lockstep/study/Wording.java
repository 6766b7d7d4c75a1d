package dev.lockstep.study;

/**
 * What participants read beside the samples.
 *
 * @param title of the page
 * @param instructions before the first trial; lines and empty lines are kept
 * @param question of each trial
 */
public record Wording(String title, String instructions, String question) {
  private static final String INSTRUCTIONS =
      """
      You will %s and answer one question about each. There is no right or wrong: go by your own \
      impression, and take each one by itself.

      You can go back and change answers. They stay in this browser until you have saved them as a \
      file at the end.
      """;

  /** The words for a design where the experimenter has none. */
  static String instructions(Design design, Medium medium) {
    String noun =
        switch (medium) {
          case TEXT -> "read texts";
          case PICTURE -> "see pictures";
          case SOUND -> "hear recordings";
        };
    return INSTRUCTIONS.formatted(design == Design.PAIRED ? noun + " in pairs" : noun).strip();
  }
}
