package dev.lockstep.algorithm;

import dev.lockstep.model.SequenceBatch;
import java.util.List;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * A way of training: it owns its networks' memory and moves their parameters one minibatch at a
 * time.
 */
public interface TrainingAlgorithm {
  /** The networks that it trains, generator first: all of its state that outlives a step. */
  List<MultiLayerNetwork> networks();

  /**
   * Must be called when parameters were changed from outside, as by averaging. Nothing is carried
   * over from the steps before it to those after.
   */
  void parametersChanged();

  /**
   * One update of the networks.
   *
   * @param update how many this worker has made, or had the minibatches for, since training began
   * @param random for drawing samples, keyed by round and worker
   */
  TrainingMetrics step(SequenceBatch batch, long update, SplittableRandom random);
}
