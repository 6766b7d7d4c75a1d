package dev.lockstep.benchmarks.versus;

/** One implementation of variational walkback, from the same first parameters as the other. */
interface WalkContender {
  /**
   * Walks away from points and learns the way back.
   *
   * @param points N·D
   * @param walk number of the walk
   * @param alike whether the noise is the workload's for that walk, as for the other contender;
   *     else what comes naturally
   * @return −mean Σ_t log p(s_{t−1} | s_t), before each update
   */
  double walk(double[] points, int walk, boolean alike);
}
