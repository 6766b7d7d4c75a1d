package dev.lockstep.training;

import dev.lockstep.config.Settings;
import dev.lockstep.model.Generator;

/**
 * What a round of training computes and moves, estimated without training.
 *
 * @param workers W
 * @param stateBytes S of what is moved of a state: the parameters and, where they are averaged, the
 *     updaters' moments
 * @param movedBytes over the network in a round: the start to W workers, the slices between them,
 *     the mean to the driver
 * @param flops of one worker's minibatches, counting a multiply-add as two
 */
public record RoundPlan(int workers, long stateBytes, long movedBytes, double flops) {
  private static final long WIDTH = Float.BYTES;
  private static final int ADAMS_MOMENTS = 2;

  /**
   * The plan for settings.
   *
   * @param memory of the same settings
   * @param vocabulary V of the corpus
   * @param steps T, the length of its sequences
   */
  public static RoundPlan of(Settings settings, MemoryPlan memory, int vocabulary, int steps) {
    Settings.Training training = settings.training();
    boolean averaged = training.outer().updaterState() == Settings.UpdaterState.AVERAGE;
    long parameters = memory.generatorParameters() + memory.discriminatorParameters();
    long state = WIDTH * parameters * (averaged ? 1 + ADAMS_MOMENTS : 1);
    int workers = training.workers();
    double step =
        generatorFlops(settings, vocabulary, steps)
            + discriminatorFlops(settings, vocabulary, steps);
    return new RoundPlan(
        workers,
        state,
        workers * state + (workers - 1) * state + state,
        training.averagingFrequency() * step);
  }

  private static boolean judged(Settings settings) {
    return settings.objective().method() == Settings.Method.PROFESSOR_FORCING;
  }

  /** Rows of a pass: sequences, twice where both modes run, times their steps. */
  private static double rows(Settings settings, int steps) {
    return (judged(settings) ? 2.0 : 1.0) * settings.training().batch() * steps;
  }

  /** Forward, slopes and weight gradient: three products of each matrix; the input is a table. */
  private static double generatorFlops(Settings settings, int vocabulary, int steps) {
    double h = settings.generator().hidden();
    double layers = settings.generator().layers();
    double weights = layers * 3 * h * h + (layers - 1) * 3 * h * h + h * vocabulary;
    return 6 * rows(settings, steps) * weights;
  }

  /** The slopes at its input are made for the free-running half only. */
  private static double discriminatorFlops(Settings settings, int vocabulary, int steps) {
    if (!judged(settings)) {
      return 0;
    }
    double rows = rows(settings, steps);
    double d = settings.discriminator().hidden();
    double columns =
        Generator.behaviourWidth(
            Networks.shape(settings, vocabulary), Networks.behaviour(settings));
    double direction = 5 * rows * columns * 3 * d + 6 * rows * d * 3 * d;
    double affine = 6 * rows * (2 * d * d + 2 * d * d + d);
    return 2 * direction + affine;
  }

  /**
   * Seconds that a round spends on moving states, where every machine sends and receives at the
   * given rate at the same time: the start reaches all workers piece by piece from each other, they
   * exchange their slices, and the driver receives the mean. The number of workers hardly matters.
   *
   * @param bytesPerSecond of one machine's network
   */
  public double transferSeconds(double bytesPerSecond) {
    double exchanged = (double) (workers - 1) / workers * stateBytes;
    return (2 * stateBytes + exchanged) / bytesPerSecond;
  }

  /** Seconds that a worker trains at so many floating-point operations a second. */
  public double computeSeconds(double flopsPerSecond) {
    return flops / flopsPerSecond;
  }
}
