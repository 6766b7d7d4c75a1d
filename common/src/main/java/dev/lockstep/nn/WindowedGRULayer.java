package dev.lockstep.nn;

import dev.lockstep.nn.kernel.GruActivations;
import dev.lockstep.nn.kernel.GruWeights;
import dev.lockstep.nn.kernel.Matrix;
import dev.lockstep.nn.kernel.WindowActivations;
import dev.lockstep.nn.kernel.WindowedGru;
import dev.lockstep.nn.kernel.WindowedGruWeights;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The implementation of {@link WindowedGRU}. */
public final class WindowedGRULayer extends BaseGRULayer<WindowedGRU> {
  private static final long serialVersionUID = 1L;

  /** The key of κ between calls, [N, K], in double whatever the network's type. */
  public static final String KAPPA = "kappa";

  /** The key of w between calls, [N, C]. */
  public static final String WINDOW = "window";

  private transient int[][] text;

  WindowedGRULayer(NeuralNetConfiguration conf, DataType type) {
    super(conf, type);
  }

  /**
   * Sets the texts that the following passes look at, whether they begin or go on.
   *
   * @param text symbols 0 … C−1 of N sequences, each as long as it is; kept, not copied
   */
  public void text(int[][] text) {
    this.text = text;
  }

  @Override
  Pass pass(
      GruActivations activations, Map<String, INDArray> initial, Map<String, INDArray> parameters) {
    if (text == null) {
      throw new IllegalStateException(
          name() + " has no text to look at: call text(...) on the layer before a pass");
    }
    WindowedGruWeights weights = WindowedGRUParamInitializer.weights(parameters, "");
    WindowedGru gru = new WindowedGru(weights, layerConf().getSymbols(), kernels());
    gru.repack();
    WindowActivations window = gru.activations(activations);
    window.text(text);
    if (initial.containsKey(WINDOW)) {
      window.kappas(initial.get(KAPPA).dup('c').data().asDouble());
      window.initialWindow().array().assign(initial.get(WINDOW));
    }
    return new WindowedPass(activations, window, gru, weights.gru());
  }

  private final class WindowedPass extends Pass {
    private final WindowActivations window;
    private final WindowedGru gru;
    private final GruWeights weights;

    WindowedPass(
        GruActivations activations, WindowActivations window, WindowedGru gru, GruWeights weights) {
      super(activations);
      this.window = window;
      this.gru = gru;
      this.weights = weights;
    }

    @Override
    void forward(Matrix x) {
      weights.readInput(kernels(), x, activations);
      kernels()
          .forEachRowRange(
              activations.sequences(),
              (first, last) -> {
                for (int t = 0; t < activations.steps(); t++) {
                  gru.step(window, t, first, last);
                }
              });
    }

    @Override
    void backward(GruActivations.Segment all, Matrix gradients, Matrix x, Matrix dx) {
      WindowedGruWeights gradient = WindowedGRUParamInitializer.weights(gradientViews, "");
      gru.backward(window, all, gradients, null, gradient);
      gradient.gru().writeInputGradient(kernels(), activations, all, 0, x);
      weights.gradInput(kernels(), activations, all, 0, 0, dx, false);
    }

    @Override
    Map<String, INDArray> finalState() {
      INDArray kappas = Nd4j.createFromArray(window.finalKappas());
      return Map.of(
          STATE, activations.finalState().array(),
          KAPPA, kappas.reshape(activations.sequences(), layerConf().getComponents()),
          WINDOW, window.finalWindow().array());
    }
  }
}
