package dev.lockstep.model;

import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The negative log-likelihood of words by a softmax over some words of the vocabulary in place of
 * all (Jean et al. 2015), with its gradient. All rows of a minibatch share the {@link
 * SampledWords}, so that the output layer is a product with K of its V rows, and these alone have a
 * gradient.
 */
final class SampledSoftmax {
  private final Kernels kernels;
  private final AffineViews parameters;
  private final AffineViews gradient;

  SampledSoftmax(Kernels kernels, AffineViews parameters, AffineViews gradient) {
    this.kernels = kernels;
    this.parameters = parameters;
    this.gradient = gradient;
  }

  /**
   * Memory for so many rows at a time and so many words.
   *
   * @param top [rows, H] the states scored, then their gradients
   * @param layer the words' rows of the affine map, with the corrections in the bias
   * @param gradients the gradient there
   */
  record Activations(
      Matrix top,
      AffineViews layer,
      AffineViews gradients,
      Matrix logits,
      Matrix probabilities,
      Matrix logNormalisers) {
    static Activations of(DataType type, int rows, int words, int hidden) {
      return new Activations(
          Matrix.zeros(type, rows, hidden),
          views(type, words, hidden),
          views(type, words, hidden),
          Matrix.zeros(type, rows, words),
          Matrix.zeros(type, rows, words),
          Matrix.zeros(type, rows, 1));
    }

    private static AffineViews views(DataType type, int words, int hidden) {
      return new AffineViews(Matrix.zeros(type, words, hidden), Matrix.zeros(type, 1, words));
    }

    static long bytes(long width, long rows, long words, long hidden) {
      return width * (rows * hidden + 2 * words * (hidden + 1) + 2 * rows * words + rows);
    }

    /** The first of these. */
    Activations of(int words) {
      return new Activations(
          top,
          new AffineViews(layer.weight().rows(0, words), layer.bias().columns(0, words)),
          new AffineViews(gradients.weight().rows(0, words), gradients.bias().columns(0, words)),
          logits.columns(0, words),
          probabilities.columns(0, words),
          logNormalisers);
    }
  }

  /**
   * Writes the nlls of the rows that have a weight, and of the sum of the nlls times their weights
   * the layer's gradient and the gradients at the top states.
   *
   * @param weights [T·N]
   * @param words among which is what every row that has a weight has emitted
   * @param atTop [T·N, H], written, or added to where {@code accumulate}
   */
  void backward(
      GeneratorActivations activations,
      double[] weights,
      SampledWords words,
      Matrix atTop,
      boolean accumulate) {
    if (!accumulate) {
      kernels.clear(atTop);
    }
    Activations own = activations.sampled.of(words.count());
    readLayer(words, own.layer());
    int[] rows = IntStream.range(0, weights.length).filter(i -> weights[i] != 0).toArray();
    kernels.clear(own.gradients().weight());
    kernels.clear(own.gradients().bias());
    int most = own.top().rows();
    for (int from = 0; from < rows.length; from += most) {
      int[] part = Arrays.copyOfRange(rows, from, Math.min(rows.length, from + most));
      score(activations, own, part, weights, words);
      kernels.scatterAdd(own.top().rows(0, part.length), part, 0, atTop);
    }
    writeGradient(words, own.gradients());
  }

  private void readLayer(SampledWords words, AffineViews layer) {
    kernels.gather(parameters.weight(), words.words(), 0, layer.weight());
    double[] all = new double[parameters.bias().columns()];
    parameters.bias().read(all);
    layer.bias().write(words.corrected(all));
  }

  /**
   * Adds some rows' part of the layer's gradient; leaves the gradients at the states in their
   * place.
   */
  private void score(
      GeneratorActivations activations,
      Activations own,
      int[] rows,
      double[] weights,
      SampledWords words) {
    int count = rows.length;
    Matrix top = own.top().rows(0, count);
    Matrix logits = own.logits().rows(0, count);
    Matrix probabilities = own.probabilities().rows(0, count);
    Matrix logNormalisers = own.logNormalisers().rows(0, count);
    kernels.gather(activations.top(), rows, 0, top);
    Matrix mask =
        activations.topMask() == null ? null : activations.stack.masks.scored.rows(0, count);
    if (mask != null) {
      kernels.gather(activations.topMask(), rows, 0, mask);
      kernels.scaleElements(top, mask);
    }
    kernels.multiply(top, false, own.layer().weight(), true, logits, false);
    kernels.addBias(logits, own.layer().bias());
    kernels.softmax(logits, probabilities, logNormalisers);
    int[] targets = IntStream.of(rows).map(row -> words.place(activations.outputs[row])).toArray();
    writeNlls(activations, rows, logits, logNormalisers, targets);
    double[] each = IntStream.of(rows).mapToDouble(row -> weights[row]).toArray();
    kernels.softmaxBackward(probabilities, null, targets, each, logits);
    own.gradients().add(kernels, logits, top, true);
    kernels.multiply(logits, false, own.layer().weight(), false, top, false);
    if (mask != null) {
      kernels.scaleElements(top, mask);
    }
  }

  private static void writeNlls(
      GeneratorActivations activations,
      int[] rows,
      Matrix logits,
      Matrix logNormalisers,
      int[] targets) {
    double[] picked = new double[rows.length];
    double[] normalisers = new double[rows.length];
    logits.pick(targets, 0, picked);
    logNormalisers.read(normalisers);
    for (int i = 0; i < rows.length; i++) {
      activations.nll[rows[i]] = normalisers[i] - picked[i];
    }
  }

  private void writeGradient(SampledWords words, AffineViews gradients) {
    kernels.clear(gradient.weight());
    kernels.scatterAdd(gradients.weight(), words.words(), 0, gradient.weight());
    double[] some = new double[words.count()];
    gradients.bias().read(some);
    gradient.bias().write(words.spread(some));
  }
}
