package dev.lockstep.walkback;

import dev.lockstep.nn.RunningMoments;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import dev.lockstep.random.RandomStreams;
import dev.lockstep.random.RandomStreams.Purpose;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

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
  private final ReusedMatrix input;
  private double[] values = {};

  /**
   * Views a network.
   *
   * @param network that ends in {@link RunningMoments}
   * @throws IllegalArgumentException if it does not
   */
  public TransitionOperator(MultiLayerNetwork network, Transition transition, Kernels kernels) {
    this(OperatorNetwork.of(network, kernels), transition, kernels);
  }

  TransitionOperator(OperatorNetwork network, Transition transition, Kernels kernels) {
    this.network = network;
    this.transition = transition;
    this.kernels = kernels;
    this.input = new ReusedMatrix(network.network().params().dataType());
  }

  /** F's parameters, gradient and updater. */
  public MultiLayerNetwork network() {
    return network.network();
  }

  /** Must be called when the parameters were changed from outside. */
  public void parametersChanged() {
    network.parametersChanged();
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

  /** Whether one pass of the network serves two steps. */
  boolean sharesParameters(int step, int other) {
    return network.sharesParameters(step, other);
  }

  /** Noise that is a function of the random numbers' state, whatever thread asks for a row. */
  public WalkNoise noise(SplittableRandom random) {
    long key = random.nextLong();
    return (step, row, noise) -> {
      SplittableRandom own = RandomStreams.stream(key, Purpose.FREE_RUNNING, step, row);
      transition.fill(noise, own);
    };
  }

  /** What is done with the next states of each row; several threads have rows at once. */
  @FunctionalInterface
  interface Visit {
    /**
     * Does it.
     *
     * @param outputs of the network, the row's from {@code o}; in training overwritten by gradients
     */
    void at(int row, NextState next, double[] outputs, int o);

    /** This, then that. */
    default Visit andThen(Visit other) {
      return (row, next, outputs, o) -> {
        at(row, next, outputs, o);
        other.at(row, next, outputs, o);
      };
    }
  }

  /**
   * A pass forward.
   *
   * @param step of the walk, from 1
   * @param states N·D
   * @param training whether a minibatch is normalised by itself
   */
  void visit(int step, double[] states, boolean training, Visit visit) {
    forEachRow(states, network.forward(step, input(states), training), null, visit);
  }

  /**
   * A pass in training, forward and, from the gradients that the visit leaves, backward.
   *
   * @param accumulate whether the network's gradient is added to, not overwritten
   */
  void train(int step, double[] states, boolean accumulate, Visit visit) {
    network.train(
        step,
        input(states),
        accumulate,
        (outputs, gradients) -> forEachRow(states, outputs, gradients, visit));
  }

  private Matrix input(double[] states) {
    int d = dimensions();
    Matrix rows = input.of(states.length / d, d);
    kernels.forEachRowRange(
        rows.rows(), (first, last) -> rows.rows(first, last).write(states, first * d));
    return rows;
  }

  /**
   * Threads copy their rows from the network's memory and back.
   *
   * @param gradients where the visit's gradients go, or null for nowhere
   */
  private void forEachRow(double[] states, Matrix outputs, Matrix gradients, Visit visit) {
    int width = outputs.columns();
    if (width != transition.outputs(dimensions())) {
      throw new IllegalStateException(
          "the transition wants %d outputs, and the network has %d"
              .formatted(transition.outputs(dimensions()), width));
    }
    if (values.length < outputs.rows() * width) {
      values = new double[outputs.rows() * width];
    }
    double[] own = values;
    kernels.forEachRowRange(
        outputs.rows(),
        (first, last) -> {
          outputs.rows(first, last).read(own, first * width);
          forRows(first, last, states, own, visit);
          if (gradients != null) {
            gradients.rows(first, last).write(own, first * width);
          }
        });
  }

  private void forRows(int first, int last, double[] states, double[] outputs, Visit visit) {
    int d = dimensions();
    int width = transition.outputs(d);
    NextState next = transition.nextState(d);
    for (int row = first; row < last; row++) {
      next.from(states, row * d, outputs, row * width);
      visit.at(row, next, outputs, row * width);
    }
  }

  private void forEachRow(double[] states, double[] outputs, Visit visit) {
    kernels.forEachRowRange(
        states.length / dimensions(),
        (first, last) -> forRows(first, last, states, outputs, visit));
  }

  /**
   * The outputs for some states, for sampling and evaluation.
   *
   * @param step of the walk, from 1
   * @param states N·D
   */
  public double[] outputs(int step, double[] states) {
    Matrix outputs = network.forward(step, input(states), false);
    double[] all = new double[outputs.rows() * outputs.columns()];
    outputs.read(all);
    return all;
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
    forEachRow(
        states,
        outputs,
        (row, state, all, o) -> {
          double[] own = new double[d];
          noise.fill(step, row, own);
          logs[row] = state.draw(temperature, own, next, row * d);
        });
  }

  /** Log-densities of next states, N, written. */
  public void logDensities(
      double[] states, double[] outputs, double temperature, double[] target, double[] logs) {
    int d = dimensions();
    forEachRow(
        states,
        outputs,
        (row, state, all, o) -> logs[row] = state.logDensity(temperature, target, row * d));
  }

  /** The means of the next states, N·D. */
  public double[] means(double[] states, double[] outputs, double temperature) {
    int d = dimensions();
    double[] means = new double[states.length];
    forEachRow(states, outputs, (row, state, all, o) -> state.mean(temperature, means, row * d));
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
    return transition.logPriors(prior(), states);
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
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < d; i++) {
        double value = states[row * d + i];
        mean[i] += value / rows;
        square[i] += value * value / rows;
      }
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
