package dev.lockstep.training;

import dev.lockstep.config.Settings;
import dev.lockstep.model.Generator;
import dev.lockstep.model.RecurrentDiscriminator;
import dev.lockstep.nn.kernel.GruTape;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;

/**
 * The memory that training takes outside the JVM's heap, one worker's share, computed without
 * allocating it. Tapes are allocated at the first minibatch and reused by every later one, so this
 * is also the peak.
 *
 * @param generatorParameters numbers in θg
 * @param discriminatorParameters numbers in θd, 0 where there is none
 * @param networkBytes parameters, gradients and Adam's two moments
 * @param copyBytes what is derived from the parameters after each update: packed weights and the
 *     input table with its slopes
 * @param activationBytes what the passes of one minibatch remember
 * @param tokens symbols of one minibatch
 * @param largestArrayBytes of the largest single array, which must be below 2 GiB
 */
public record MemoryPlan(
    long generatorParameters,
    long discriminatorParameters,
    long networkBytes,
    long copyBytes,
    long activationBytes,
    long tokens,
    long largestArrayBytes) {
  private static final long WIDTH = DataType.FLOAT.width();
  private static final int COPIES_OF_PARAMETERS = 4;

  /**
   * The plan for settings.
   *
   * @param vocabulary V of the corpus
   * @param steps T, the length of its sequences
   */
  public static MemoryPlan of(Settings settings, int vocabulary, int steps) {
    Generator.Shape shape = Networks.shape(settings, vocabulary);
    boolean judged = settings.objective().method() == Settings.Method.PROFESSOR_FORCING;
    int batch = settings.training().batch();
    long rows = judged ? 2L * batch : batch;
    long h = shape.hidden();
    long generator = parameters(Generator.configuration(shape, DataType.FLOAT, new Adam(), 0));
    long copies = 6L * shape.layers() * h * h + 3L * (shape.layers() - 1) * h * h;
    copies += vocabulary * h + 2 * (vocabulary + 1L) * 3 * h;
    int window = settings.training().recomputeWindow();
    long held = GruTape.windowSteps(steps, window);
    long activations = Generator.tapeBytes(shape, steps, rows, window);
    long widest = h;
    long behaviour = 0;
    long discriminator = 0;
    if (judged) {
      Networks.refuseConvolutional(settings);
      int d = settings.discriminator().hidden();
      int[] parts = Generator.behaviourParts(shape, Networks.behaviour(settings));
      int columns = Generator.behaviourWidth(shape, Networks.behaviour(settings));
      discriminator =
          parameters(
              RecurrentDiscriminator.configuration(columns, d, DataType.FLOAT, new Adam(), 0));
      copies += 2 * (6L * d * d + 3L * d * columns);
      activations += RecurrentDiscriminator.tapeBytes(steps, rows, window, d, parts);
      widest = Math.max(h, d);
      behaviour = columns;
    }
    return new MemoryPlan(
        generator,
        discriminator,
        COPIES_OF_PARAMETERS * WIDTH * (generator + discriminator),
        WIDTH * copies,
        activations,
        (long) batch * steps,
        WIDTH * rows * Math.max(steps * Math.max(widest, behaviour), held * 3 * widest));
  }

  private static long parameters(MultiLayerConfiguration configuration) {
    long sum = 0;
    for (NeuralNetConfiguration layer : configuration.getConfs()) {
      sum += layer.getLayer().initializer().numParams(layer);
    }
    return sum;
  }

  /** Bytes of activations that each symbol of a minibatch costs. */
  public double bytesPerToken() {
    return (double) activationBytes / tokens;
  }

  /** All of it. */
  public long totalBytes() {
    return networkBytes + copyBytes + activationBytes;
  }
}
