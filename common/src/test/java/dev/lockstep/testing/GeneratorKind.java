package dev.lockstep.testing;

import dev.lockstep.model.Encoder;
import dev.lockstep.model.Generator;
import dev.lockstep.model.Sequence;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.output.GaussianMixture;
import dev.lockstep.output.PenMixture;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;

/**
 * A small generator of one of the kinds that there are, and sequences for it.
 *
 * @param name for a test's
 * @param shape of the generator
 * @param encodes whether it starts from an encoder's states
 */
public record GeneratorKind(String name, Generator.Shape shape, boolean encodes) {
  public static final int VOCABULARY = 4;
  public static final int HIDDEN = 3;

  /** Symbols that labels and texts are written in. */
  public static final int CONDITIONS = 3;

  private static final int WINDOW = 2;
  private static final int[][] TEXTS = {{2, 0, 1, 2}, {1}, {0, 2, 1, 1, 0, 2, 1}};

  /** Each kind of steps with each kind of condition, and one and two layers among them. */
  public static Stream<GeneratorKind> all() {
    Generator.Shape symbols = new Generator.Shape(VOCABULARY, 0, HIDDEN, 1);
    Generator.Shape pen = Generator.Shape.ofVectors(new PenMixture(2), HIDDEN, 1);
    Generator.Shape pens = Generator.Shape.ofVectors(new PenMixture(2), HIDDEN, 2);
    Generator.Shape series = Generator.Shape.ofVectors(new GaussianMixture(2, 2), HIDDEN, 1);
    Generator.Shape twice = Generator.Shape.ofVectors(new GaussianMixture(2, 2), HIDDEN, 2);
    return Stream.of(
        kind("pen", pen),
        kind("pen, 2 layers", pens),
        kind("series", series),
        kind("series, 2 layers", twice),
        kind("symbols, label", symbols.withLabels(CONDITIONS)),
        kind("series, label, 2 layers", twice.withLabels(CONDITIONS)),
        kind("pen, window", pen.withWindow(CONDITIONS, WINDOW)),
        kind("series, window, 2 layers", twice.withWindow(CONDITIONS, WINDOW)),
        kind("symbols, window", symbols.withWindow(CONDITIONS, WINDOW)),
        new GeneratorKind("symbols, encoder", symbols, true),
        new GeneratorKind(
            "symbols, encoder, 2 layers", new Generator.Shape(VOCABULARY, 0, HIDDEN, 2), true),
        new GeneratorKind(
            "embedding, encoder", new Generator.Shape(VOCABULARY, 2, HIDDEN, 1), true),
        new GeneratorKind("series, encoder", series, true));
  }

  /** The one of {@link #all} by that name. */
  public static GeneratorKind named(String name) {
    return all().filter(kind -> kind.name.equals(name)).findAny().orElseThrow();
  }

  private static GeneratorKind kind(String name, Generator.Shape shape) {
    return new GeneratorKind(name, shape, false);
  }

  /** Every parameter random, the encoder's too; refreshed. */
  public Generator random(Kernels kernels, long seed) {
    return random(kernels, new NoOp(), seed);
  }

  /** The same, in double, with an updater. */
  public Generator random(Kernels kernels, IUpdater updater, long seed) {
    MultiLayerNetwork network =
        Networks.initialised(Generator.configuration(shape, DataType.DOUBLE, updater, 1));
    Networks.randomise(network, seed, 0.8);
    Optional<Encoder> encoder = Optional.empty();
    if (encodes) {
      MultiLayerNetwork reader =
          Networks.initialised(
              Encoder.configuration(
                  CONDITIONS, HIDDEN, shape.layers(), DataType.DOUBLE, updater, 1));
      Networks.randomise(reader, seed + 1, 0.8);
      encoder = Optional.of(new Encoder(reader, kernels));
    }
    Generator generator = new Generator(network, encoder, kernels);
    generator.parametersChanged();
    return generator;
  }

  /** Whether what it generates depends on something. */
  public boolean conditional() {
    return encodes || shape.labels() > 0 || shape.attentionComponents() > 0;
  }

  /** What N sequences depend on: no two next to each other on the same, texts of all lengths. */
  public int[][] conditions(int count) {
    return IntStream.range(0, count).mapToObj(this::condition).toArray(int[][]::new);
  }

  private int[] condition(int n) {
    if (shape.labels() > 0) {
      return new int[] {(n + 1) % CONDITIONS};
    }
    return conditional() ? TEXTS[n % TEXTS.length] : new int[0];
  }

  /** Random sequences of these lengths that depend on {@link #conditions}. */
  public List<Sequence> sequences(long seed, int... lengths) {
    SplittableRandom random = new SplittableRandom(seed);
    return IntStream.range(0, lengths.length)
        .mapToObj(n -> sequence(random, lengths[n]).given(condition(n)))
        .toList();
  }

  private Sequence sequence(SplittableRandom random, int length) {
    int channels = shape.channels();
    if (channels == 0) {
      return Sequence.ofSymbols(random.ints(length, 0, VOCABULARY).toArray());
    }
    float[] values = new float[length * channels];
    boolean pen = shape.density() instanceof PenMixture;
    for (int i = 0; i < values.length; i++) {
      float value = (float) random.nextDouble(-1, 1);
      values[i] = pen && i % channels == 2 ? (value > 0.4 ? 1 : 0) : value;
    }
    return Sequence.ofVectors(channels, values);
  }

  /** All that such a sequence consists of, as numbers. */
  public static double[] numbers(Sequence sequence) {
    if (sequence.channels() == 0) {
      return Arrays.stream(sequence.symbols()).asDoubleStream().toArray();
    }
    float[] values = sequence.values();
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }

  @Override
  public String toString() {
    return name;
  }
}
