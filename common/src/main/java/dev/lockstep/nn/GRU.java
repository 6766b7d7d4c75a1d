package dev.lockstep.nn;

import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * A gated recurrent unit, in the variant of cuDNN and {@code torch.nn.GRU}: the reset gate is
 * applied after the recurrent product, and there are two bias vectors.
 *
 * <pre>
 *   r  = σ(W_ir x + b_ir + W_hr h + b_hr)
 *   z  = σ(W_iz x + b_iz + W_hz h + b_hz)
 *   n  = tanh(W_in x + b_in + r ⊙ (W_hn h + b_hn))
 *   h' = (1 − z) ⊙ n + z ⊙ h
 * </pre>
 *
 * This differs from Cho et al. (2014), who apply the reset gate to h before the product.
 *
 * <p>Input [N, C, T], output [N, H, T] (or [N, T, ·] with {@code RNNFormat.NWC}). Parameters, gates
 * in the order reset, update, new along the second dimension: {@code W} [C, 3H], {@code RW} [H,
 * 3H], {@code b} [1, 6H], which is b_i followed by b_h. At a masked step the state is carried over
 * and the output is zero, so the last state is that of the last real step.
 */
public final class GRU extends BaseGRU {
  private static final long serialVersionUID = 1L;

  private GRU(Builder builder) {
    super(builder);
    initializeConstraints(builder);
  }

  /** For deserialisation. */
  GRU() {}

  @Override
  public GRU clone() {
    return (GRU) super.clone();
  }

  @Override
  public ParamInitializer initializer() {
    return GRUParamInitializer.INSTANCE;
  }

  @Override
  GRULayer layer(NeuralNetConfiguration conf, DataType type) {
    return new GRULayer(conf, type);
  }

  @Override
  long numbersPerStep() {
    return 5 * getNOut();
  }

  /**
   * Sizes by {@code nIn} and {@code nOut}; the activation functions are the ones above and cannot
   * be changed.
   */
  public static final class Builder extends BaseRecurrentLayer.Builder<Builder> {
    public Builder() {
      activation(new ActivationTanH());
    }

    @Override
    // The signature is DL4J's.
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    public <E extends org.deeplearning4j.nn.conf.layers.Layer> E build() {
      return (E) new GRU(this);
    }
  }
}
