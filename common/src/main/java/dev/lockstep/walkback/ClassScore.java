package dev.lockstep.walkback;

/**
 * The inception score (Salimans et al. 2016) by whatever classifier: exp of the mean divergence of
 * p(class | sample) from p(class), from 1 to the number of classes: high where each sample is
 * clearly of one class and all classes come up.
 */
public final class ClassScore {
  private ClassScore() {}

  /**
   * The score.
   *
   * @param probabilities of the classes, for each sample
   */
  public static double of(double[][] probabilities) {
    int classes = probabilities[0].length;
    double[] marginal = new double[classes];
    for (double[] sample : probabilities) {
      for (int c = 0; c < classes; c++) {
        marginal[c] += sample[c] / probabilities.length;
      }
    }
    double divergence = 0;
    for (double[] sample : probabilities) {
      for (int c = 0; c < classes; c++) {
        if (sample[c] > 0) {
          divergence += sample[c] * Math.log(sample[c] / marginal[c]) / probabilities.length;
        }
      }
    }
    return Math.exp(divergence);
  }
}
