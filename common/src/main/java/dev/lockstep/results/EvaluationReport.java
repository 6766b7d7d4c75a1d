package dev.lockstep.results;

/** What came out of evaluating a run: {@link ResultFiles#EVALUATION}. */
public sealed interface EvaluationReport permits SequenceReport, WalkReport {
  /** Rounds that the checkpoint had. */
  int round();

  /** The part of the corpus that it was evaluated on. */
  String part();

  /** Asks what there is to know of each kind of run, and answers for this one. */
  <R> R accept(Visitor<R> visitor);

  /**
   * A question with one answer for each kind of run.
   *
   * @param <R> the answer
   */
  interface Visitor<R> {
    /** Of a generator of sequences. */
    R visit(SequenceReport report);

    /** Of a transition operator. */
    R visit(WalkReport report);
  }
}
