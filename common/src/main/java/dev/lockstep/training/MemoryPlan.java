package dev.lockstep.training;

import dev.lockstep.config.Settings;
import dev.lockstep.model.ConvolutionalDiscriminator;
import dev.lockstep.model.Dropout;
import dev.lockstep.model.Encoder;
import dev.lockstep.model.Generator;
import dev.lockstep.model.RecurrentDiscriminator;
import dev.lockstep.model.StepShape;
import dev.lockstep.nn.kernel.GruActivations;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;

/**
 * The memory that training takes outside the JVM's heap, one worker's share, computed without
 * allocating it. Activations are allocated at the first minibatch and reused by every later one, so
 * this is also the peak.
 *
 * @param generatorParameters numbers in θg, an encoder included; of an operator, where one is
 *     trained
 * @param discriminatorParameters numbers in θd, 0 where there is none
 * @param networkBytes parameters, gradients and Adam's two moments
 * @param copyBytes what is derived from the parameters after each update: packed weights, the input
 *     table with its gradients, the filters of convolutions with their gradient
 * @param activationBytes what the passes of one minibatch remember
 * @param tokens steps of one minibatch
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
   * @param corpus what a step of it is
   * @param steps T, the length of its sequences; that of the texts they depend on is taken to be no
   *     larger
   * @throws dev.lockstep.config.UserError if the settings do not go with such a corpus
   */
  public static MemoryPlan of(Settings settings, StepShape corpus, int steps) {
    return switch (settings.objective().method().model()) {
      case GENERATOR -> ofSequences(settings, corpus, steps);
      case OPERATOR -> ofWalks(settings, corpus);
    };
  }

  private static MemoryPlan ofSequences(Settings settings, StepShape corpus, int steps) {
    NetworkShapes shapes = NetworkShapes.of(settings, corpus);
    Part generator = generator(shapes, steps);
    Part encoder = shapes.encodes() ? encoder(shapes, steps) : Part.NONE;
    Part discriminator = shapes.hasDiscriminator() ? discriminator(shapes, steps) : Part.NONE;
    return new MemoryPlan(
        generator.parameters() + encoder.parameters(),
        discriminator.parameters(),
        COPIES_OF_PARAMETERS
            * WIDTH
            * (generator.parameters() + encoder.parameters() + discriminator.parameters()),
        WIDTH * (generator.copies() + encoder.copies() + discriminator.copies()),
        generator.activationBytes() + encoder.activationBytes() + discriminator.activationBytes(),
        (long) settings.training().batch() * steps,
        WIDTH * Math.max(generator.largestArray(), discriminator.largestArray()));
  }

  /**
   * The plan of an operator: activations with their gradients, and states, which are kept in
   * double.
   */
  private static MemoryPlan ofWalks(Settings settings, StepShape corpus) {
    long parameters = parameters(WalkNetworks.configuration(settings, corpus));
    long batch = settings.training().batch();
    long numbers = WalkNetworks.numbers(settings, corpus);
    long states = 2L * Double.BYTES * numbers;
    return new MemoryPlan(
        parameters,
        0,
        COPIES_OF_PARAMETERS * WIDTH * parameters,
        switch (settings.objective().walkback().update()) {
          case ONLINE -> 0;
          case ACCUMULATE -> WIDTH * parameters;
        },
        batch * (2 * WIDTH * numbers + states),
        batch,
        WIDTH * batch * numbers);
  }

  /**
   * What one of the networks takes.
   *
   * @param copies numbers derived from the parameters
   * @param largestArray numbers of the largest array
   */
  private record Part(long parameters, long copies, long activationBytes, long largestArray) {
    static final Part NONE = new Part(0, 0, 0, 0);
  }

  private static long rows(NetworkShapes shapes) {
    return (shapes.hasDiscriminator() ? 2L : 1L) * shapes.settings().training().batch();
  }

  private static Part generator(NetworkShapes shapes, int steps) {
    Generator.Shape shape = shapes.shape();
    int segment = shapes.settings().training().recomputeSegment();
    long held = GruActivations.segmentSteps(steps, segment);
    long h = shape.hidden();
    long symbols = shape.vocabulary() > 0 ? shape.vocabulary() + 1L : 0;
    long outputs = shape.outputs();
    long dense = (long) shape.embedding() + shape.channels() + shape.labels();
    long table = symbols * (shape.embedding() > 0 ? shape.embedding() : 3 * h);
    long copies = 6L * shape.layers() * h * h + 3L * (shape.layers() - 1) * h * h;
    copies += outputs * h + 2 * table + dense * 3 * h;
    copies +=
        shape.attentionComponents() > 0
            ? 6 * h * (shape.textSymbols() + shape.attentionComponents())
            : 0;
    boolean samples = shapes.samples() > 0;
    long heldOutputs = samples ? 1 : shapes.holdsOutputs() ? steps : held;
    int batch = shapes.settings().training().batch();
    long widest = Math.max(h, Math.max(dense, shape.textSymbols()));
    long activations =
        samples
            ? Generator.sampledActivationBytes(
                shape, steps, rows(shapes), segment, batch, shapes.samples())
            : Generator.activationBytes(shape, steps, rows(shapes), segment, shapes.holdsOutputs());
    long preTanh =
        shapes.hasDiscriminator() && shapes.behaviour().preTanh()
            ? WIDTH * shape.layers() * steps * rows(shapes) * h
            : 0;
    Dropout dropout = shapes.dropout();
    long masks =
        samples
            ? Generator.sampledDropoutBytes(shape, dropout, steps, rows(shapes), segment, batch)
            : Generator.dropoutBytes(
                shape, dropout, steps, rows(shapes), segment, shapes.holdsOutputs());
    return new Part(
        parameters(shapes.generator(new Adam(), 0)),
        copies,
        activations + preTanh + masks,
        Math.max(
            samples ? held * batch * shapes.mostWords(steps) : 0,
            rows(shapes)
                * Math.max(steps * widest, Math.max(held * 3 * h, heldOutputs * outputs))));
  }

  private static Part encoder(NetworkShapes shapes, int steps) {
    Generator.Shape shape = shapes.shape();
    int symbols = shapes.steps().conditions();
    long h = shape.hidden();
    int batch = shapes.settings().training().batch();
    return new Part(
        parameters(shapes.encoder(new Adam(), 0)),
        6L * shape.layers() * h * h + 3L * (shape.layers() - 1) * h * h + 6L * symbols * h,
        Encoder.activationBytes(symbols, shape.hidden(), shape.layers(), steps, batch),
        0);
  }

  private static Part discriminator(NetworkShapes shapes, int steps) {
    Settings settings = shapes.settings();
    int segment = settings.training().recomputeSegment();
    int d = settings.discriminator().hidden();
    long rows = rows(shapes);
    int columns = shapes.behaviourWidth();
    long parameters = parameters(shapes.discriminator(new Adam(), 0));
    if (shapes.convolves()) {
      int rowLength = shapes.steps().imageWidth();
      return new Part(
          parameters,
          ConvolutionalDiscriminator.copies(d),
          ConvolutionalDiscriminator.activationBytes(steps, rows, rowLength, d, columns),
          ConvolutionalDiscriminator.largestArray(steps, rows, rowLength, d, columns));
    }
    long held = GruActivations.segmentSteps(steps, segment);
    int[] parts = Generator.behaviourParts(shapes.shape(), shapes.behaviour());
    return new Part(
        parameters,
        2 * (6L * d * d + 3L * d * columns),
        RecurrentDiscriminator.activationBytes(steps, rows, segment, d, parts),
        rows * Math.max((long) steps * Math.max(d, columns), held * 3 * d));
  }

  private static long parameters(MultiLayerConfiguration configuration) {
    long sum = 0;
    for (NeuralNetConfiguration layer : configuration.getConfs()) {
      sum += layer.getLayer().initializer().numParams(layer);
    }
    return sum;
  }

  /** Bytes of activations that each step of a minibatch costs. */
  public double bytesPerToken() {
    return (double) activationBytes / tokens;
  }

  /** All of it. */
  public long totalBytes() {
    return networkBytes + copyBytes + activationBytes;
  }
}
