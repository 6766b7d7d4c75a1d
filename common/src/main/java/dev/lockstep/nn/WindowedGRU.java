package dev.lockstep.nn;

import java.util.Objects;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * A {@link GRU} that also reads a text, through the soft window of Graves (2013, section 5.1); the
 * equations are at {@link dev.lockstep.nn.kernel.WindowedGru}. The text is no input array: it is
 * given to the layer ({@link WindowedGRULayer#text}) before a pass.
 *
 * <p>Input [N, I, T], output h [N, H, T] (or [N, T, ·] with {@code RNNFormat.NWC}). C symbols, K
 * components. Parameters, gates as in GRU: {@code W} [I + C, 3H], of which the last C rows read the
 * window, {@code RW} [H, 3H], {@code b} [1, 6H], and, of α̂, β̂, κ̂ in this order, {@code A} [H,
 * 3K] and {@code Ab} [1, 3K]. At a masked step h, κ and w are carried over and the output is zero.
 */
public final class WindowedGRU extends BaseGRU {
  private static final long serialVersionUID = 1L;

  private int symbols;
  private int components;

  private WindowedGRU(Builder builder) {
    super(builder);
    this.symbols = positive("symbols", builder.symbols);
    this.components = positive("components", builder.components);
    initializeConstraints(builder);
  }

  /** For deserialisation. */
  WindowedGRU() {}

  private int positive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          kind() + " " + getLayerName() + ": " + name + " is " + value + ", must be at least 1");
    }
    return value;
  }

  /** C: symbols of the texts, width of the window. */
  public int getSymbols() {
    return symbols;
  }

  /** K. */
  public int getComponents() {
    return components;
  }

  @Override
  public WindowedGRU clone() {
    return (WindowedGRU) super.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WindowedGRU that
        && super.equals(that)
        && symbols == that.symbols
        && components == that.components;
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), symbols, components);
  }

  @Override
  public ParamInitializer initializer() {
    return WindowedGRUParamInitializer.INSTANCE;
  }

  @Override
  WindowedGRULayer layer(NeuralNetConfiguration conf, DataType type) {
    return new WindowedGRULayer(conf, type);
  }

  @Override
  long numbersPerStep() {
    return 5 * getNOut() + symbols + 4L * components;
  }

  /**
   * Sizes by {@code nIn} (I), {@code nOut} (H), {@code symbols} (C) and {@code components} (K); the
   * activation functions cannot be changed.
   */
  public static final class Builder extends BaseRecurrentLayer.Builder<Builder> {
    private int symbols;
    private int components;

    public Builder() {
      activation(new ActivationTanH());
    }

    /** C, which has no default. */
    public Builder symbols(int count) {
      this.symbols = count;
      return this;
    }

    /** K, which has no default; Graves took 10. */
    public Builder components(int count) {
      this.components = count;
      return this;
    }

    @Override
    // The signature is DL4J's.
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    public <E extends org.deeplearning4j.nn.conf.layers.Layer> E build() {
      return (E) new WindowedGRU(this);
    }
  }
}
