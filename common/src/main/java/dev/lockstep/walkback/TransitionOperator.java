package dev.lockstep.walkback;

import dev.lockstep.nn.RunningMoments;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A learned transition operator p_T(s' | s) over points of D dimensions: a network and what its
 * outputs mean, with the distribution p* that hot walks end in. States of N rows are arrays of N·D
 * numbers, row-major.
 *
 * <p>An instance serves one thread at a time.
 */
public final class TransitionOperator {
  /** No dimension of p* is narrower than this, in units of the data. */
  private static final double LEAST_VARIANCE = 1e-6;

  private final OperatorNetwork network;
  private final Transition transition;
  private final Kernels kernels;
  private final DataType type;
  private Matrix input;

  /**
   * Views a network.
   *
   * @param network that ends in {@link RunningMoments}
   * @throws IllegalArgumentException if it does not, or has not the outputs that the transition
   *     wants
   */
  public TransitionOperator(MultiLayerNetwork network, Transition transition, Kernels kernels) {
    this.network = new OperatorNetwork(network);
    this.transition = transition;
    this.kernels = kernels;
    this.type = network.params().dataType();
  }

  /** F's parameters, gradient and updater. */
  public MultiLayerNetwork network() {
    return network.network();
  }

  /** What its outputs mean. */
  public Transition transition() {
    return transition;
  }

  /** D. */
  public int dimensions() {
    return network.dimensions();
  }

  Kernels kernels() {
    return kernels;
  }

  /** Noise that is a function of the random numbers' state, whatever thread asks for a row. */
  public WalkNoise noise(SplittableRandom random) {
    long key = random.nextLong();
    return (step, row, noise) -> {
      SplittableRandom own =
          new SplittableRandom(key + 0x9E3779B97F4A7C15L * (((long) step << 32) + row + 1));
      for (int d = 0; d < noise.length; d++) {
        noise[d] = transition.noise(own);
      }
    };
  }

  /**
   * The outputs for some states, for sampling and evaluation.
   *
   * @param step of the walk, from 1
   * @param states N·D
   */
  public double[] outputs(int step, double[] states) {
    try (OperatorNetwork.Pass pass = network.pass()) {
      return outputs(pass, step, states, false);
    }
  }

  private double[] outputs(OperatorNetwork.Pass pass, int step, double[] states, boolean training) {
    int rows = states.length / dimensions();
    if (input == null || input.rows() != rows) {
      input = Matrix.zeros(type, rows, dimensions());
    }
    input.write(states);
    Matrix outputs = pass.forward(step, input, training);
    double[] values = new double[rows * outputs.columns()];
    outputs.read(values);
    return values;
  }

  /** What is done with the outputs of training; returns the slopes there, or null for none. */
  interface Judge {
    double[] slopes(double[] outputs);
  }

  /**
   * A pass in training: forward, and backward from the slopes that the judge finds, which
   * overwrites the network's gradient.
   */
  void train(int step, double[] states, Judge judge) {
    try (OperatorNetwork.Pass pass = network.pass()) {
      double[] slopes = judge.slopes(outputs(pass, step, states, true));
      if (slopes != null) {
        int rows = states.length / dimensions();
        pass.backward(matrix(slopes, rows));
      }
    }
  }

  private Matrix matrix(double[] values, int rows) {
    INDArray array = Nd4j.createUninitialized(type, rows, values.length / rows);
    Matrix matrix = Matrix.of(array);
    matrix.write(values);
    return matrix;
  }

  /**
   * Draws next states.
   *
   * @param step of the walk, from 1
   * @param outputs for the states
   * @param next N·D, written
   * @param logs N log-densities, written
   */
  public void draw(
      int step,
      double[] states,
      double[] outputs,
      double temperature,
      WalkNoise noise,
      double[] next,
      double[] logs) {
    int d = dimensions();
    kernels.forEachRowRange(
        logs.length,
        (first, last) -> {
          double[] own = new double[d];
          for (int row = first; row < last; row++) {
            noise.fill(step, row, own);
            Transition.Rows from = new Transition.Rows(states, outputs, row, d);
            logs[row] = transition.draw(from, temperature, own, next);
          }
        });
  }

  /** Log-densities of next states, N, written. */
  public void logDensities(
      double[] states, double[] outputs, double temperature, double[] target, double[] logs) {
    int d = dimensions();
    kernels.forEachRowRange(
        logs.length,
        (first, last) -> {
          for (int row = first; row < last; row++) {
            Transition.Rows from = new Transition.Rows(states, outputs, row, d);
            logs[row] = transition.logDensity(from, temperature, target);
          }
        });
  }

  /** The same, and the slopes of minus their mean at the outputs. */
  double[] slopes(
      double[] states, double[] outputs, double temperature, double[] target, double[] logs) {
    int d = dimensions();
    double[] slopes = new double[outputs.length];
    double weight = -1.0 / logs.length;
    kernels.forEachRowRange(
        logs.length,
        (first, last) -> {
          for (int row = first; row < last; row++) {
            Transition.Rows from = new Transition.Rows(states, outputs, row, d);
            logs[row] = transition.slopes(from, temperature, target, weight, slopes);
          }
        });
    return slopes;
  }

  /** The means of the next states, N·D. */
  public double[] means(double[] states, double[] outputs, double temperature) {
    int d = dimensions();
    double[] means = new double[states.length];
    for (int row = 0; row < states.length / d; row++) {
      transition.mean(new Transition.Rows(states, outputs, row, d), temperature, means);
    }
    return means;
  }

  /** p*. */
  public PriorMoments prior() {
    double[] mean = network.moments().get(RunningMoments.MEAN).dup().data().asDouble();
    double[] variance = network.moments().get(RunningMoments.SQUARE).dup().data().asDouble();
    for (int d = 0; d < mean.length; d++) {
      variance[d] = Math.max(LEAST_VARIANCE, variance[d] - mean[d] * mean[d]);
    }
    return new PriorMoments(mean, variance);
  }

  /** Log-densities of states under p*, N. */
  public double[] logPriors(double[] states) {
    PriorMoments prior = prior();
    double[] logs = new double[states.length / dimensions()];
    for (int row = 0; row < logs.length; row++) {
      logs[row] = transition.logPrior(prior, states, row * dimensions());
    }
    return logs;
  }

  /** Draws N states from p*, N·D. */
  public double[] drawPrior(int rows, WalkNoise noise) {
    int d = dimensions();
    PriorMoments prior = prior();
    double[] states = new double[rows * d];
    double[] own = new double[d];
    for (int row = 0; row < rows; row++) {
      noise.fill(0, row, own);
      transition.drawPrior(prior, own, states, row * d);
    }
    return states;
  }

  /**
   * Moves p*'s moments towards those of the states that a minibatch's walks ended in.
   *
   * @param share of the moments that they make from now on, 1 for all
   */
  void renewPrior(double[] states, double share) {
    int d = dimensions();
    int rows = states.length / d;
    double[] mean = new double[d];
    double[] square = new double[d];
    for (int i = 0; i < states.length; i++) {
      mean[i % d] += states[i] / rows;
      square[i % d] += states[i] * states[i] / rows;
    }
    renew(RunningMoments.MEAN, mean, share);
    renew(RunningMoments.SQUARE, square, share);
  }

  private void renew(String name, double[] minibatch, double share) {
    Matrix moments = Matrix.ofVector(network.moments().get(name));
    double[] values = new double[minibatch.length];
    moments.read(values);
    for (int d = 0; d < values.length; d++) {
      values[d] += share * (minibatch[d] - values[d]);
    }
    moments.write(values);
  }
}
