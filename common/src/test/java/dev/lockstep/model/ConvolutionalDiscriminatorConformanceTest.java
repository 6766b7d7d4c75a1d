package dev.lockstep.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.config.TrainingSettings.Kernel;
import dev.lockstep.nn.RowsToImages;
import dev.lockstep.nn.kernel.KernelCases;
import dev.lockstep.nn.kernel.KernelProvider;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import dev.lockstep.testing.Close;
import dev.lockstep.testing.Networks;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;

/** Passes on every implementation of the kernels against those of DL4J's own layers in double. */
class ConvolutionalDiscriminatorConformanceTest {
  private static final int COLUMNS = 5;
  private static final int HIDDEN = 3;

  /** h, w and N: odd and even, below the convolutions' size, and a single pixel. */
  private static final List<Shape> SHAPES =
      List.of(new Shape(7, 5, 3), new Shape(10, 13, 2), new Shape(2, 9, 1), new Shape(1, 1, 4));

  /** DL4J's backward pass takes the leak as a float, which is 1.5e-8 off. */
  private static final double LEAK_ERROR = 1e-7;

  private record Shape(int height, int width, int images) {
    int steps() {
      return height * width;
    }

    double[] behaviour(int columns) {
      return random(3, (long) steps() * images * columns);
    }

    /** Of a loss at the scores. */
    double[] scoreGradients() {
      return random(4, images);
    }
  }

  private static double[] random(long seed, long count) {
    return new Random(seed).doubles(count, -1, 1).toArray();
  }

  private static MultiLayerNetwork network(int columns, int width, int hidden, DataType type) {
    MultiLayerNetwork network =
        Networks.initialised(
            ConvolutionalDiscriminator.configuration(columns, width, hidden, type, new NoOp(), 1));
    Networks.randomise(network, 2, 0.25);
    return network;
  }

  private static Matrix matrix(double[] values, DataType type, int columns) {
    INDArray flat = Nd4j.createFromArray(values).castTo(type);
    return Matrix.of(flat.reshape('c', values.length / columns, columns));
  }

  @ParameterizedTest
  @MethodSource("dev.lockstep.nn.kernel.KernelCases#all")
  void passesAreThoseOfDl4jsLayers(KernelCases.Case implementation) {
    double tolerance = Close.tolerance(implementation.type());
    for (Shape shape : SHAPES) {
      Map<String, double[]> expected = dl4js(shape);
      assertThat(expected.get("scores")).doesNotContain(-10, 10);
      Map<String, double[]> actual =
          ours(implementation.kernels(), implementation.type(), shape, COLUMNS, HIDDEN);
      expected.forEach(
          (what, values) ->
              Close.check(
                  what + " " + shape,
                  actual.get(what),
                  values,
                  what.equals("scores") ? tolerance : Math.max(tolerance, LEAK_ERROR)));
    }
  }

  /** The behaviour's parts are the first two columns and the others. */
  private static Map<String, double[]> ours(
      Kernels kernels, DataType type, Shape shape, int columns, int hidden) {
    Discriminator discriminator =
        Discriminator.of(network(columns, shape.width(), hidden, type), kernels);
    Matrix behaviour = matrix(shape.behaviour(columns), type, columns);
    DiscriminatorTape tape = discriminator.tape(shape.steps(), shape.images());
    List<Matrix> gradients = List.of();
    discriminator.refresh();
    // A second pass must not add to what the first left.
    for (int pass = 0; pass < 2; pass++) {
      discriminator.score(tape, List.of(behaviour.columns(0, 2), behaviour.columns(2, columns)));
      gradients = discriminator.backward(tape, shape.scoreGradients(), 0);
    }
    return Map.of(
        "scores",
        tape.scores(),
        "gradient",
        Networks.gradient(discriminator.network()),
        "gradient at the first part",
        gradients.get(0).toArray(),
        "gradient at the second part",
        gradients.get(1).toArray());
  }

  private static Map<String, double[]> dl4js(Shape shape) {
    LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();
    MultiLayerNetwork network = network(COLUMNS, shape.width(), HIDDEN, DataType.DOUBLE);
    network.initGradientsView();
    RowsToImages images = new RowsToImages(shape.width());
    // The last one is the loss.
    Layer[] layers = Arrays.copyOf(network.getLayers(), network.getnLayers() - 1);
    INDArray x = matrix(shape.behaviour(COLUMNS), DataType.DOUBLE, COLUMNS).array();
    for (int i = 0; i < layers.length; i++) {
      x = i == 1 ? images.preProcess(x, shape.images(), workspaces) : x;
      x = layers[i].activate(x, true, workspaces);
    }
    INDArray above = matrix(shape.scoreGradients(), DataType.DOUBLE, 1).array();
    for (int i = layers.length - 1; i >= 0; i--) {
      above = layers[i].backpropGradient(above, workspaces).getSecond();
      above = i == 1 ? images.backprop(above, shape.images(), workspaces) : above;
    }
    Matrix gradient = Matrix.of(above.dup('c'));
    return Map.of(
        "scores",
        x.dup('c').data().asDouble(),
        "gradient",
        Networks.gradient(network),
        "gradient at the first part",
        gradient.columns(0, 2).toArray(),
        "gradient at the second part",
        gradient.columns(2, COLUMNS).toArray());
  }

  @Test
  void theNumberOfThreadsChangesNoBit() {
    Shape shape = new Shape(15, 13, 29);
    Map<String, double[]> one = withThreads(1, shape);
    withThreads(3, shape).forEach((what, values) -> Close.same(what, values, one.get(what)));
  }

  private static Map<String, double[]> withThreads(int threads, Shape shape) {
    Kernels kernels = KernelProvider.create(Kernel.VECTOR, DataType.FLOAT, threads);
    return ours(kernels, DataType.FLOAT, shape, 23, 24);
  }
}
