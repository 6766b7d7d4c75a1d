package dev.lockstep.walkback;

import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import java.util.Arrays;
import java.util.Optional;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;

/** An activation function that the kernels have. */
enum DenseActivation {
  IDENTITY(Activation.IDENTITY) {
    @Override
    void apply(Kernels kernels, Matrix x, Matrix bias) {
      kernels.addBias(x, bias);
    }

    @Override
    void backward(Kernels kernels, Matrix y, Matrix dy) {
      // Its gradient is 1.
    }
  },
  RELU(Activation.RELU) {
    @Override
    void apply(Kernels kernels, Matrix x, Matrix bias) {
      kernels.addBias(x, bias, 0);
    }

    @Override
    void backward(Kernels kernels, Matrix y, Matrix dy) {
      kernels.reluBackward(y, dy, 0);
    }
  },
  TANH(Activation.TANH) {
    @Override
    void apply(Kernels kernels, Matrix x, Matrix bias) {
      kernels.addBias(x, bias);
      kernels.tanh(x);
    }

    @Override
    void backward(Kernels kernels, Matrix y, Matrix dy) {
      kernels.tanhBackward(y, dy);
    }
  };

  private final Activation dl4j;

  DenseActivation(Activation dl4j) {
    this.dl4j = dl4j;
  }

  /** DL4J's function, if it is one of these. */
  static Optional<DenseActivation> of(IActivation function) {
    return Arrays.stream(values())
        .filter(known -> known.dl4j.getActivationFunction().equals(function))
        .findFirst();
  }

  /** {@code x[i] = f(x[i] + bias)}. */
  abstract void apply(Kernels kernels, Matrix x, Matrix bias);

  /** Makes gradients at the outputs y those at what the function was applied to. */
  abstract void backward(Kernels kernels, Matrix y, Matrix dy);
}
