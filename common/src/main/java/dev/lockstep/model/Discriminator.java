package dev.lockstep.model;

import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * The discriminator θd (section 2.2 of the paper): gives the behaviour of each sequence a score s
 * of its own, between −10 and 10, that depends on no other sequence; D = σ(s) is the probability
 * that it was teacher-forced.
 *
 * <p>As a DL4J network its output for a behaviour [N, C, T] is D [N, 1].
 */
public interface Discriminator {
  /** Views a network that one of the implementations describes. */
  static Discriminator of(MultiLayerNetwork network, Kernels kernels) {
    return ConvolutionalDiscriminator.describes(network)
        ? new ConvolutionalDiscriminator(network, kernels)
        : new RecurrentDiscriminator(network, kernels);
  }

  /** Its parameters, gradient and updater. */
  MultiLayerNetwork network();

  /**
   * Renews what is derived from the parameters; to be called after they moved and before {@link
   * #score}.
   */
  void parametersChanged();

  /** Memory for passes of T steps over N rows, forward and backward. */
  default DiscriminatorActivations activations(int steps, int rows) {
    return activations(steps, rows, 0);
  }

  /**
   * Memory for passes of T steps over N rows, forward and backward; less of it for more work, where
   * the implementation can.
   *
   * @param segment steps whose gates and activations are held, the others' being computed again
   *     when the pass goes backward; 0 or at least T for all
   */
  DiscriminatorActivations activations(int steps, int rows, int segment);

  /** Memory for passes of T steps over N rows that go forward only. */
  DiscriminatorActivations forwardActivations(int steps, int rows);

  /**
   * Scores every sequence.
   *
   * @param activations that this discriminator made; filled
   * @param behaviour matrices of T·N rows that stand side by side
   * @return [N] s of each sequence, between −10 and 10; overwritten by the next pass
   */
  double[] score(DiscriminatorActivations activations, List<Matrix> behaviour);

  /**
   * Writes the gradient of a loss into the network's gradient vector.
   *
   * @param activations of a pass just run; its activations are overwritten
   * @param scoreGradients [N] of the loss at the scores
   */
  void backward(DiscriminatorActivations activations, double[] scoreGradients);

  /**
   * Writes the gradient of a loss into the network's gradient vector and gives that at the
   * behaviour, of all sequences or of the last ones alone, which costs less.
   *
   * @param activations of a pass just run; its activations are overwritten
   * @param scoreGradients [N] of the loss at the scores
   * @param firstSequence the first whose gradient at the behaviour is wanted, below N
   * @return for each part of the behaviour a matrix of its shape, 0 at the sequences before that
   *     one; overwritten by the next pass
   */
  List<Matrix> backward(
      DiscriminatorActivations activations, double[] scoreGradients, int firstSequence);
}
