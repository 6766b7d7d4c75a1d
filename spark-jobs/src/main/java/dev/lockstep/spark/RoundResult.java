package dev.lockstep.spark;

import dev.lockstep.training.ReplicaState;
import dev.lockstep.training.RoundTotals;
import java.io.Serializable;
import org.deeplearning4j.spark.api.TrainingResult;
import org.deeplearning4j.spark.api.stats.SparkTrainingStats;

/**
 * What a worker brings back from a round.
 *
 * @param worker counted from 0
 * @param state of all networks after its minibatches
 * @param totals of its steps; zero steps if it had no data
 */
record RoundResult(int worker, ReplicaState state, RoundTotals totals)
    implements TrainingResult, Serializable {
  @Override
  public void setStats(SparkTrainingStats stats) {
    // RoundTrainingMaster refuses dl4j-spark's statistics; the totals are Lockstep's own.
  }
}
