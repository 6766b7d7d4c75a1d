package dev.lockstep.spark;

import dev.lockstep.training.ReplicaState;
import java.io.Serializable;
import org.deeplearning4j.spark.api.TrainingResult;
import org.deeplearning4j.spark.api.stats.SparkTrainingStats;

/**
 * What a worker has at the end of a round.
 *
 * @param report what it tells
 * @param state of all networks after its minibatches
 */
record RoundResult(WorkerReport report, ReplicaState state)
    implements TrainingResult, Serializable {
  @Override
  public void setStats(SparkTrainingStats stats) {
    // RoundTrainingMaster refuses dl4j-spark's statistics; the report is Lockstep's own.
  }
}
