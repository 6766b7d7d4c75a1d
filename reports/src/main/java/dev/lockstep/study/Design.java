package dev.lockstep.study;

import java.util.List;

/** What a participant is asked of each trial, and what may be answered. */
public enum Design {
  /** One sample a trial, on three grades. */
  RATING_3(
      1,
      "How good is this?",
      new Choice("1", "bad"),
      new Choice("2", "fair"),
      new Choice("3", "good")),

  /** One sample a trial, on the five grades of ITU-T P.800. */
  RATING_5(
      1,
      "How good is this?",
      new Choice("1", "bad"),
      new Choice("2", "poor"),
      new Choice("3", "fair"),
      new Choice("4", "good"),
      new Choice("5", "excellent")),

  /** Samples of two runs a trial, side by side. */
  PAIRED(
      2,
      "Which of the two is better?",
      new Choice(Design.LEFT, "A"),
      new Choice(Design.RIGHT, "B"),
      new Choice(Design.NEITHER, "no preference"));

  static final String LEFT = "left";
  static final String RIGHT = "right";
  static final String NEITHER = "none";

  /**
   * An answer.
   *
   * @param value in files
   * @param label on the page
   */
  record Choice(String value, String label) {}

  private final int shown;
  private final String question;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<Choice> choices;

  Design(int shown, String question, Choice... choices) {
    this.shown = shown;
    this.question = question;
    this.choices = List.of(choices);
  }

  /** Samples of a trial. */
  int shown() {
    return shown;
  }

  /** What is asked unless the experimenter words it. */
  String question() {
    return question;
  }

  List<Choice> choices() {
    return choices;
  }

  boolean allows(String answer) {
    return choices.stream().anyMatch(choice -> choice.value().equals(answer));
  }
}
