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
   * #run}.
   */
  void refresh();

  /** Memory for passes of T steps over N rows, forward and backward. */
  default DiscriminatorTape tape(int steps, int rows) {
    return tape(steps, rows, 0);
  }

  /**
   * The same with less memory and more work, where the implementation can.
   *
   * @param window steps whose gates and activations are held, the others' being computed again when
   *     the pass goes backward; 0 or at least T for all
   */
  DiscriminatorTape tape(int steps, int rows, int window);

  /** Memory for passes of T steps over N rows that go forward only. */
  DiscriminatorTape forwardTape(int steps, int rows);

  /**
   * Scores every sequence.
   *
   * @param tape that this discriminator made
   * @param parts of the behaviour: matrices of T·N rows that stand side by side
   */
  void run(DiscriminatorTape tape, List<Matrix> parts);

  /**
   * Writes the gradient of a loss into the network's gradient vector.
   *
   * <p>Where asked it also gives the slopes at the behaviour of another loss, whose slope at each
   * score is {@code ratios} times this one's: a sequence has one score, so its slopes all scale
   * with the one at the score, and a second pass is not needed.
   *
   * @param tape of a pass just run; its activations are overwritten
   * @param slopes [N] of the loss at the scores
   * @param ratios [N], or null for no slopes at the behaviour; sequences before the first that is
   *     not 0 may cost nothing
   * @return for each part of the behaviour a matrix of its shape, which the next pass overwrites,
   *     or null
   */
  List<Matrix> backward(DiscriminatorTape tape, double[] slopes, double[] ratios);
}
