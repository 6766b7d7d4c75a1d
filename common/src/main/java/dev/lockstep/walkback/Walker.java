package dev.lockstep.walkback;

import dev.lockstep.walkback.TransitionOperator.Visit;

/**
 * Walks N rows away from their starts. At each state but the first it scores how likely the reverse
 * step is, and at each but the last it samples the next one; how, a subclass says.
 */
abstract class Walker {
  private final TransitionOperator operator;
  private final Temperatures temperatures;
  private final int cold;
  private final WalkNoise noise;

  /**
   * For some walks.
   *
   * @param cold n, steps before they heat up
   */
  Walker(TransitionOperator operator, Temperatures temperatures, int cold, WalkNoise noise) {
    this.operator = operator;
    this.temperatures = temperatures;
    this.cold = cold;
    this.noise = noise;
  }

  /** Samples step t of each row from states that are s_{t−1}. */
  abstract void sampleForward(int step, double[] states, Visit draw);

  /** Scores the reverse of step t of each row, from states that are s_t. */
  abstract void scoreReverse(int step, double[] states, Visit score);

  /**
   * The log-density of the state that a row came from.
   *
   * @param from states, the row's from {@code n}
   * @param outputs the row's from {@code o}
   */
  abstract double reverseLogDensity(
      NextState next, double temperature, double[] from, int n, double[] outputs, int o);

  /** Whether scoring the reverse of step t and sampling the next can share one pass. */
  abstract boolean shareOnePass(int step);

  /** Walks away from s_0, N·D. */
  final Walk walk(double[] starts) {
    int rows = starts.length / operator.dimensions();
    int steps = temperatures.steps(cold);
    double[] logReverse = new double[rows];
    double[] logForward = new double[rows];
    double[] states = starts;
    double[] next = new double[starts.length];
    boolean drawn = false;
    for (int t = 1; t <= steps; t++) {
      if (!drawn) {
        sampleForward(t, states, draw(t, next, logForward));
      }
      Visit score = score(t, states, logReverse);
      states = next;
      next = new double[starts.length];
      drawn = t < steps && shareOnePass(t);
      scoreReverse(t, states, drawn ? score.andThen(draw(t + 1, next, logForward)) : score);
    }
    return new Walk(states, logReverse, logForward);
  }

  private Visit draw(int step, double[] next, double[] logs) {
    int d = operator.dimensions();
    double temperature = temperatures.at(step, cold);
    return (row, state, outputs, o) -> {
      double[] own = new double[d];
      noise.fill(step, row, own);
      logs[row] += state.draw(temperature, own, next, row * d);
    };
  }

  private Visit score(int step, double[] from, double[] logs) {
    int d = operator.dimensions();
    double temperature = temperatures.at(step, cold);
    return (row, state, outputs, o) ->
        logs[row] += reverseLogDensity(state, temperature, from, row * d, outputs, o);
  }
}
