package dev.lockstep.training;

import java.util.Arrays;
import java.util.List;

/**
 * The weighted mean of vectors, summed in double in the order given: the same vectors in the same
 * order give the same bytes, and so do any slices of them taken by themselves.
 */
public final class WeightedMean {
  private WeightedMean() {}

  /**
   * The mean.
   *
   * @param vectors of the same length, at least one; one is its own mean, to the last bit
   * @param weights positive, one a vector
   */
  public static float[] of(List<float[]> vectors, double[] weights) {
    if (vectors.size() == 1) {
      return vectors.get(0);
    }
    double total = Arrays.stream(weights).sum();
    double[] sums = new double[vectors.get(0).length];
    for (int k = 0; k < weights.length; k++) {
      float[] vector = vectors.get(k);
      for (int i = 0; i < sums.length; i++) {
        sums[i] += weights[k] * vector[i];
      }
    }
    float[] mean = new float[sums.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (float) (sums[i] / total);
    }
    return mean;
  }
}
