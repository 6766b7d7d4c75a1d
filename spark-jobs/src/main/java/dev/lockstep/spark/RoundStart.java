package dev.lockstep.spark;

import dev.lockstep.config.Settings;
import dev.lockstep.model.StepShape;
import dev.lockstep.training.ReplicaState;
import java.io.Serializable;

/**
 * What every worker of a round starts from: broadcast once.
 *
 * @param settings of the run
 * @param steps what a step of the corpus is
 * @param batches minibatches of the whole training, of one worker
 * @param round counted from 0
 * @param state of all networks
 */
record RoundStart(Settings settings, StepShape steps, long batches, int round, ReplicaState state)
    implements Serializable {
  /** Whether, where the state is carried, all streams begin with that update of a worker. */
  boolean beginsStreams(long update) {
    long perEpoch = batches / settings.training().epochs();
    return settings.training().carryState() && update % perEpoch == 0;
  }
}
