package dev.lockstep.spark;

/** What came out of evaluating a run. */
public sealed interface EvaluationReport permits EvaluateJob.Report, WalkReport {
  /** Rounds that the checkpoint had. */
  int round();

  /** The part of the corpus that it was evaluated on. */
  String part();
}
