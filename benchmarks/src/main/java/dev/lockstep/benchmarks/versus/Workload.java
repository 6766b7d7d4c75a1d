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
 */
record Workload(
    int hidden,
    int discriminatorHidden,
    int steps,
    int sequences,
    int threads,
    double generatorRate,
    double discriminatorRate) {
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

  /** Arguments that {@link #parse} understands. */
  List<String> arguments() {
    return List.of(
        "" + hidden,
        "" + discriminatorHidden,
        "" + steps,
        "" + sequences,
        "" + threads,
        "" + generatorRate,
        "" + discriminatorRate);
  }

  static Workload parse(List<String> arguments) {
    return new Workload(
        Integer.parseInt(arguments.get(0)),
        Integer.parseInt(arguments.get(1)),
        Integer.parseInt(arguments.get(2)),
        Integer.parseInt(arguments.get(3)),
        Integer.parseInt(arguments.get(4)),
        Double.parseDouble(arguments.get(5)),
        Double.parseDouble(arguments.get(6)));
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
