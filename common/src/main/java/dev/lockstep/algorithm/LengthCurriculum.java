package dev.lockstep.algorithm;

import dev.lockstep.model.SequenceBatch;
import java.util.List;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * A curriculum by length (Bengio et al. 2009): training begins with the first steps of the
 * sequences, and their number doubles until the sequences are whole.
 */
public final class LengthCurriculum implements TrainingAlgorithm {
  private final TrainingAlgorithm algorithm;
  private final int firstLength;
  private final long doubleAfter;

  /**
   * A curriculum for an objective.
   *
   * @param firstLength steps to begin with, above 0
   * @param doubleAfter updates after which there are twice as many, above 0
   */
  public LengthCurriculum(TrainingAlgorithm algorithm, int firstLength, long doubleAfter) {
    this.algorithm = algorithm;
    this.firstLength = firstLength;
    this.doubleAfter = doubleAfter;
  }

  @Override
  public List<MultiLayerNetwork> networks() {
    return algorithm.networks();
  }

  @Override
  public void parametersChanged() {
    algorithm.parametersChanged();
  }

  @Override
  public TrainingMetrics step(SequenceBatch batch, long update, SplittableRandom random) {
    return algorithm.step(batch.first(length(update)), update, random);
  }

  /** Steps that are learned at an update, counted from 0. */
  int length(long update) {
    int doublings = (int) Math.min(Integer.SIZE, update / doubleAfter);
    return (int) Math.min(Integer.MAX_VALUE, (long) firstLength << doublings);
  }
}
