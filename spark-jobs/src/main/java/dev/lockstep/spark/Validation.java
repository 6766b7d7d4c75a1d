package dev.lockstep.spark;

import dev.lockstep.config.UserError;
import dev.lockstep.corpus.Part;
import dev.lockstep.training.ReplicaState;

/** What training asks of an evaluation between its rounds. */
interface Validation {
  /**
   * Opens a part before it is needed.
   *
   * @throws UserError if its files do not hold what the corpus says
   */
  void open(Part part);

  /** Likelihood of a part, or a bound on it. */
  Likelihood likelihood(Part part, ReplicaState state);
}
