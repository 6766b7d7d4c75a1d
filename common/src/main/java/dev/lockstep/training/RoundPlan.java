package dev.lockstep.training;

import dev.lockstep.config.Settings;
import dev.lockstep.config.TrainingSettings;
import dev.lockstep.model.ConvolutionalDiscriminator;
import dev.lockstep.model.Generator;
import dev.lockstep.model.StepShape;

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
   * @param corpus what a step of it is
   * @param steps T, the length of its sequences
   */
  public static RoundPlan of(Settings settings, MemoryPlan memory, StepShape corpus, int steps) {
    TrainingSettings training = settings.training();
    long parameters = memory.generatorParameters() + memory.discriminatorParameters();
    int arrays =
        switch (training.outer().updaterState()) {
          case AVERAGE -> 1 + ADAMS_MOMENTS;
          case RESTART -> 1;
        };
    long state = WIDTH * parameters * arrays;
    int workers = training.workers();
    double step =
        switch (settings.objective().method().model()) {
          case GENERATOR -> sequenceFlops(NetworkShapes.of(settings, corpus), steps);
          case OPERATOR -> WalkNetworks.flops(settings, corpus);
        };
    return new RoundPlan(
        workers,
        state,
        workers * state + (workers - 1) * state + state,
        training.averagingFrequency() * step);
  }

  private static double sequenceFlops(NetworkShapes shapes, int steps) {
    double generator = generatorFlops(shapes, steps);
    if (!shapes.hasDiscriminator()) {
      return generator;
    }
    return generator
        + (shapes.convolves()
            ? convolutionFlops(shapes, steps)
            : discriminatorFlops(shapes, steps));
  }

  /** Rows of a pass: sequences, twice where both modes run, times their steps. */
  private static double rows(NetworkShapes shapes, int steps) {
    return (shapes.hasDiscriminator() ? 2.0 : 1.0) * shapes.settings().training().batch() * steps;
  }

  /** Forward, gradients and weight gradient: three products of each matrix; symbols are a table. */
  private static double generatorFlops(NetworkShapes shapes, int steps) {
    Generator.Shape shape = shapes.shape();
    double h = shape.hidden();
    double layers = shape.layers();
    double input =
        shape.channels() + shape.labels() + shape.textSymbols() + shape.attentionComponents();
    double weights = layers * 3 * h * h + (layers - 1) * 3 * h * h + 3 * h * input;
    // An encoder's texts are taken to be as long as the sequences, in one mode.
    double encoder = shapes.encodes() ? 3 * h * h * (2 * layers - 1) : 0;
    double texts = (double) shapes.settings().training().batch() * steps;
    return 6 * (rows(shapes, steps) * weights + texts * encoder) + outputFlops(shapes, steps);
  }

  /** Where words are sampled, rows that run free go forward through the whole vocabulary. */
  private static double outputFlops(NetworkShapes shapes, int steps) {
    double rows = rows(shapes, steps);
    double h = shapes.shape().hidden();
    double outputs = shapes.shape().outputs();
    if (shapes.samples() == 0) {
      return 6 * rows * h * outputs;
    }
    double scored = (double) shapes.settings().training().batch() * steps;
    return 6 * scored * h * shapes.mostWords(steps) + 2 * (rows - scored) * h * outputs;
  }

  /** The gradients at its input are made for the free-running half only. */
  private static double discriminatorFlops(NetworkShapes shapes, int steps) {
    double rows = rows(shapes, steps);
    double d = shapes.settings().discriminator().hidden();
    double direction = 5 * rows * shapes.behaviourWidth() * 3 * d + 6 * rows * d * 3 * d;
    double affine = 6 * rows * (2 * d * d + 2 * d * d + d);
    return 2 * direction + affine;
  }

  /** Three products of each convolution. */
  private static double convolutionFlops(NetworkShapes shapes, int steps) {
    double images = rows(shapes, steps) / steps;
    int width = shapes.settings().discriminator().hidden();
    return 3
        * images
        * ConvolutionalDiscriminator.flops(
            shapes.behaviourWidth(), shapes.steps().imageWidth(), steps, width);
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
