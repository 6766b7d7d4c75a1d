package dev.lockstep.benchmarks.versus;

import dev.lockstep.model.SequenceBatch;
import dev.lockstep.random.RandomStreams;
import dev.lockstep.random.RandomStreams.Purpose;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * What every contender does alike: shapes, data, uniform numbers and learning rates.
 *
 * @param hidden H, of the generator
 * @param discriminatorHidden D
 * @param steps T
 * @param sequences N
 * @param threads that a contender may use
 * @param generatorRate Adam's learning rate
 * @param discriminatorRate Adam's learning rate
 * @param segment steps whose gates Lockstep holds for its backward pass, 0 for all
 */
record Workload(
    int hidden,
    int discriminatorHidden,
    int steps,
    int sequences,
    int threads,
    double generatorRate,
    double discriminatorRate,
    int segment) {
  static final int VOCABULARY = 50;
  static final long SEED = 20161027;

  private static final MarkovSource SOURCE = new MarkovSource(VOCABULARY, SEED);

  /** The minibatch of a training step, counted from 0. */
  SequenceBatch batch(int step) {
    return SOURCE.batch(RandomStreams.stream(SEED, Purpose.CORPUS, step), steps, sequences);
  }

  /** What a training step draws its samples with: the first T·N doubles, time-major. */
  SplittableRandom uniforms(int step) {
    return RandomStreams.stream(SEED, Purpose.FREE_RUNNING, step);
  }

  /** One stream for each sequence that is generated. */
  static SplittableRandom[] streams(int sequences) {
    SplittableRandom[] streams = new SplittableRandom[sequences];
    for (int n = 0; n < sequences; n++) {
      streams[n] = RandomStreams.stream(SEED, Purpose.GENERATION, n);
    }
    return streams;
  }

  /** Columns of the behaviour: hidden state and probabilities. */
  int behaviourWidth() {
    return hidden + VOCABULARY;
  }

  /**
   * Floating-point operations of the matrix products in Lockstep's step, for R = 2NT rows. Forward,
   * gradients and weight gradient make three products of each; the generator's input is a table and
   * makes none, and the gradients at the behaviour are made for the free-running half only.
   */
  double flops() {
    double rows = 2.0 * sequences * steps;
    double h = hidden;
    double d = discriminatorHidden;
    double c = behaviourWidth();
    double generator = 6 * rows * h * (3 * h + VOCABULARY);
    double direction = (2 + 2 + 1) * rows * c * 3 * d + 6 * rows * d * 3 * d;
    double affine = 6 * rows * (2 * d * d + 2 * d * d + d);
    return generator + 2 * direction + affine;
  }

  /** Arguments that {@link #parse} understands. */
  List<String> arguments() {
    return List.of(
        "" + hidden,
        "" + discriminatorHidden,
        "" + steps,
        "" + sequences,
        "" + threads,
        "" + generatorRate,
        "" + discriminatorRate,
        "" + segment);
  }

  static Workload parse(List<String> arguments) {
    return new Workload(
        Integer.parseInt(arguments.get(0)),
        Integer.parseInt(arguments.get(1)),
        Integer.parseInt(arguments.get(2)),
        Integer.parseInt(arguments.get(3)),
        Integer.parseInt(arguments.get(4)),
        Double.parseDouble(arguments.get(5)),
        Double.parseDouble(arguments.get(6)),
        Integer.parseInt(arguments.get(7)));
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "V=%d H=%d D=%d T=%d N=%d, %d threads",
        VOCABULARY,
        hidden,
        discriminatorHidden,
        steps,
        sequences,
        threads);
  }
}
