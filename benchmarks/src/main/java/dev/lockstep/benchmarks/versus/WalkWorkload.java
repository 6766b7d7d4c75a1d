package dev.lockstep.benchmarks.versus;

import dev.lockstep.config.OperatorSettings.Heat;
import dev.lockstep.random.RandomStreams;
import dev.lockstep.random.RandomStreams.Purpose;
import dev.lockstep.walkback.GaussianTransition;
import dev.lockstep.walkback.OperatorShape;
import dev.lockstep.walkback.Temperatures;
import dev.lockstep.walkback.WalkNoise;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.nd4j.linalg.activations.Activation;

/**
 * What Lockstep's walks and DL4J's have alike: a Gaussian operator with two hidden layers, random
 * points, temperatures that double from 1 on.
 *
 * @param dimensions D
 * @param hidden width of the hidden layers
 * @param rows N, points of a minibatch
 * @param steps K of a walk
 * @param normalised whether the hidden layers have batch normalisation, of each step's own
 * @param online whether the parameters move after each step, else after each walk
 * @param threads that a contender may use
 */
record WalkWorkload(
    int dimensions,
    int hidden,
    int rows,
    int steps,
    boolean normalised,
    boolean online,
    int threads) {
  static final double RATE = 1e-4;
  static final double ALPHA = 0.5;
  static final int LAYERS = 2;
  static final Activation HIDDEN = Activation.RELU;
  private static final long SEED = 20171102;

  GaussianTransition transition() {
    return new GaussianTransition(ALPHA, Heat.VARIANCE, 0);
  }

  Temperatures temperatures() {
    return new Temperatures(Math.scalb(1.0, steps));
  }

  OperatorShape shape() {
    return new OperatorShape(
        dimensions,
        transition().outputs(dimensions),
        hidden,
        LAYERS,
        HIDDEN,
        normalised ? steps : 0);
  }

  /** The points of a walk, N·D from 0 to 1. */
  double[] points(int walk) {
    return RandomStreams.stream(SEED, Purpose.CORPUS, walk)
        .doubles((long) rows * dimensions)
        .toArray();
  }

  /** The noise of a walk. */
  WalkNoise noise(int walk) {
    return (step, row, noise) -> {
      SplittableRandom random = RandomStreams.stream(SEED, Purpose.FREE_RUNNING, walk, step, row);
      for (int d = 0; d < noise.length; d++) {
        noise[d] = transition().noise(random);
      }
    };
  }

  /** Arguments that {@link #parse} understands. */
  List<String> arguments() {
    return List.of(
        "" + dimensions,
        "" + hidden,
        "" + rows,
        "" + steps,
        "" + normalised,
        "" + online,
        "" + threads);
  }

  static WalkWorkload parse(List<String> arguments) {
    return new WalkWorkload(
        Integer.parseInt(arguments.get(0)),
        Integer.parseInt(arguments.get(1)),
        Integer.parseInt(arguments.get(2)),
        Integer.parseInt(arguments.get(3)),
        Boolean.parseBoolean(arguments.get(4)),
        Boolean.parseBoolean(arguments.get(5)),
        Integer.parseInt(arguments.get(6)));
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "D=%d, %d hidden layers of %d, N=%d, K=%d, %s batch normalisation, %s, %d threads",
        dimensions,
        LAYERS,
        hidden,
        rows,
        steps,
        normalised ? "with" : "without",
        online ? "an update a step" : "an update a walk",
        threads);
  }
}
