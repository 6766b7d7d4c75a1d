package dev.lockstep.walkback;

import java.io.Serializable;
import java.util.Arrays;

/**
 * Chains of N rows that a transition operator moves: from the noise that walks end in, cooling by
 * halves as walks heat up, then at temperature 1 for as long as one likes.
 */
public final class Chain {
  private final TransitionOperator operator;
  private final WalkNoise noise;
  private final double[] logForward;
  private final double[] logReverse;
  private double[] states;
  private double[] outputs;
  private Clamp clamp = Clamp.NONE;
  private int steps;

  /**
   * Dimensions whose values are given; a step leaves them as they are.
   *
   * @param given which of the D
   * @param values of N rows, N·D
   */
  @SuppressWarnings("ArrayRecordComponent") // compared nowhere
  public record Clamp(boolean[] given, double[] values) implements Serializable {
    static final Clamp NONE = new Clamp(new boolean[0], new double[0]);

    private void apply(double[] states) {
      for (int i = 0; given.length > 0 && i < states.length; i++) {
        states[i] = given[i % given.length] ? values[i] : states[i];
      }
    }
  }

  /**
   * Chains that begin somewhere.
   *
   * @param states N·D
   * @param noise of steps 1, 2, … of the chains
   */
  public Chain(TransitionOperator operator, double[] states, WalkNoise noise) {
    this.operator = operator;
    this.noise = noise;
    this.states = states.clone();
    int rows = states.length / operator.dimensions();
    this.logForward = new double[rows];
    this.logReverse = new double[rows];
  }

  /** Chains that begin in p*. */
  public static Chain fromPrior(TransitionOperator operator, int rows, WalkNoise noise) {
    return new Chain(operator, operator.drawPrior(rows, noise), noise);
  }

  /** Gives some dimensions their values, now and after each step. */
  public void clamp(Clamp given) {
    clamp = given;
    clamp.apply(states);
    outputs = null;
  }

  /**
   * The steps of a walk, backwards: cools by halves down to 1, and stays there for n more.
   *
   * @param cold n
   */
  public void cool(Temperatures temperatures, int cold) {
    cool(temperatures, cold, () -> {});
  }

  /** Cools a chain, calling a watcher after each step. */
  public void cool(Temperatures temperatures, int cold, Runnable watcher) {
    for (int t = temperatures.steps(cold); t >= 1; t--) {
      move(t, temperatures.at(t, cold));
      watcher.run();
    }
  }

  /** One step at temperature 1. */
  public void step() {
    move(1, 1);
  }

  private void move(int step, double temperature) {
    double[] from = outputs == null ? operator.outputs(step, states) : outputs;
    double[] next = new double[states.length];
    steps++;
    WalkNoise own = (ignored, row, to) -> noise.fill(steps, row, to);
    operator.draw(step, states, from, temperature, own, next, logForward);
    clamp.apply(next);
    states = next;
    outputs = null;
  }

  /**
   * One step at temperature 1, and how much likelier it was than the step that would take it back.
   *
   * @return for the rows together
   */
  public Crossing cross() {
    double[] from = states;
    step();
    // The next step needs them as well.
    outputs = operator.outputs(1, states);
    operator.logDensities(states, outputs, 1, /* target= */ from, logReverse);
    return new Crossing(
        Arrays.stream(logForward).average().orElseThrow(),
        Arrays.stream(logReverse).average().orElseThrow());
  }

  /**
   * Mean log-densities of a step and of the one that takes it back, nats.
   *
   * @param logForward log p(s' | s)
   * @param logReverse log p(s | s')
   */
  public record Crossing(double logForward, double logReverse) {}

  /** Where the chains are, N·D; a step replaces the array and leaves it as it is. */
  public double[] states() {
    return states;
  }
}
