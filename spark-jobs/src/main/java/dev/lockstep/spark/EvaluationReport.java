package dev.lockstep.spark;

/** What came out of judging a run. */
public sealed interface EvaluationReport permits EvaluateJob.Report, WalkReport {
  /** Rounds that the checkpoint had. */
  int round();

  /** The part of the corpus that it was judged on. */
  String part();
}
