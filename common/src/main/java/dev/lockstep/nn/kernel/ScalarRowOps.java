package dev.lockstep.nn.kernel;

import java.nio.ByteBuffer;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Row operations as the equations say them, one element after another, computed in double whatever
 * is stored: the oracle that the vector form is tested against, and what runs where the vector
 * module is missing.
 */
final class ScalarRowOps implements RowOps {
  private final boolean wide;

  ScalarRowOps(DataType type) {
    this.wide = type == DataType.DOUBLE;
  }

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public void gruForward(
      ByteBuffer gates,
      int g,
      ByteBuffer recurrent,
      int u,
      ByteBuffer bias,
      int b,
      ByteBuffer candidates,
      int c,
      ByteBuffer states,
      int previous,
      int next,
      int hidden) {
    for (int j = 0; j < hidden; j++) {
      int z0 = hidden + j;
      int n0 = 2 * hidden + j;
      double r = sigmoid(get(gates, g + j) + get(recurrent, u + j) + get(bias, b + j));
      double z = sigmoid(get(gates, g + z0) + get(recurrent, u + z0) + get(bias, b + z0));
      double candidate = get(recurrent, u + n0) + get(bias, b + n0 + hidden);
      double n = Math.tanh(get(gates, g + n0) + get(bias, b + n0) + r * candidate);
      set(gates, g + j, r);
      set(gates, g + z0, z);
      set(gates, g + n0, n);
      set(candidates, c + j, candidate);
      set(states, next + j, (1 - z) * n + z * get(states, previous + j));
    }
  }

  @Override
  public void gruBackward(
      ByteBuffer gates,
      int g,
      ByteBuffer candidates,
      int c,
      ByteBuffer states,
      int previous,
      ByteBuffer carry,
      int k,
      ByteBuffer gradOutput,
      int s,
      int hidden) {
    for (int j = 0; j < hidden; j++) {
      int z0 = hidden + j;
      int n0 = 2 * hidden + j;
      double r = get(gates, g + j);
      double z = get(gates, g + z0);
      double n = get(gates, g + n0);
      double dh = get(carry, k + j) + (gradOutput == null ? 0 : get(gradOutput, s + j));
      double dn = dh * (1 - z) * (1 - n * n);
      double dz = dh * (get(states, previous + j) - n) * z * (1 - z);
      double dr = dn * get(candidates, c + j) * r * (1 - r);
      set(gates, g + j, dr);
      set(gates, g + z0, dz);
      set(gates, g + n0, dn * r);
      set(candidates, c + j, dn);
      set(carry, k + j, dh * z);
    }
  }

  @Override
  public void add(ByteBuffer x, int i, ByteBuffer y, int j, int count) {
    for (int k = 0; k < count; k++) {
      set(y, j + k, get(y, j + k) + get(x, i + k));
    }
  }

  @Override
  public void addRows(ByteBuffer x, int i, int stride, int rows, ByteBuffer y, int j, int count) {
    for (int row = 0; row < rows; row++) {
      add(x, i + row * stride, y, j, count);
    }
  }

  @Override
  public void addBias(ByteBuffer x, int i, ByteBuffer bias, int b, int count, double leak) {
    for (int k = 0; k < count; k++) {
      double sum = get(x, i + k) + get(bias, b + k);
      set(x, i + k, sum < 0 ? leak * sum : sum);
    }
  }

  @Override
  public void reluBackward(ByteBuffer y, int i, ByteBuffer dy, int j, int count, double leak) {
    for (int k = 0; k < count; k++) {
      if (get(y, i + k) <= 0) {
        set(dy, j + k, leak * get(dy, j + k));
      }
    }
  }

  @Override
  public void tanh(ByteBuffer x, int i, int count) {
    for (int k = i; k < i + count; k++) {
      set(x, k, Math.tanh(get(x, k)));
    }
  }

  @Override
  public void artanh(ByteBuffer x, int i, ByteBuffer y, int j, int count) {
    for (int k = 0; k < count; k++) {
      double value = Math.max(-Kernels.ARTANH_BOUND, Math.min(Kernels.ARTANH_BOUND, get(x, i + k)));
      set(y, j + k, 0.5 * Math.log((1 + value) / (1 - value)));
    }
  }

  @Override
  public void artanhBackward(ByteBuffer x, int i, ByteBuffer dy, int j, int count) {
    for (int k = 0; k < count; k++) {
      double value = get(x, i + k);
      boolean inside = Math.abs(value) < Kernels.ARTANH_BOUND;
      set(dy, j + k, inside ? get(dy, j + k) / (1 - value * value) : 0);
    }
  }

  @Override
  public void tanhBackward(ByteBuffer y, int i, ByteBuffer dy, int j, int count) {
    for (int k = 0; k < count; k++) {
      double value = get(y, i + k);
      set(dy, j + k, get(dy, j + k) * (1 - value * value));
    }
  }

  @Override
  public void addProducts(
      ByteBuffer x, int i, ByteBuffer y, int j, ByteBuffer sums, int s, int count) {
    for (int k = 0; k < count; k++) {
      set(sums, s + k, get(sums, s + k) + get(x, i + k) * get(y, j + k));
    }
  }

  @Override
  public void multiply(ByteBuffer x, int i, ByteBuffer factors, int j, int count) {
    for (int k = 0; k < count; k++) {
      set(x, i + k, get(x, i + k) * get(factors, j + k));
    }
  }

  @Override
  public void scale(ByteBuffer x, int i, int count, double factor) {
    for (int k = 0; k < count; k++) {
      set(x, i + k, get(x, i + k) * factor);
    }
  }

  @Override
  public double sumOfSquares(ByteBuffer x, int i, int count) {
    double sum = 0;
    for (int k = i; k < i + count; k++) {
      sum += get(x, k) * get(x, k);
    }
    return sum;
  }

  @Override
  public void adam(
      ByteBuffer p,
      int i,
      ByteBuffer g,
      int j,
      ByteBuffer m,
      int k,
      ByteBuffer v,
      int l,
      int count,
      AdamStep step) {
    double rate = step.correctedRate();
    double root = step.rootCorrection();
    for (int e = 0; e < count; e++) {
      double gradient = get(g, j + e) * step.scale();
      double mean = get(m, k + e) * step.beta1() + gradient * (1 - step.beta1());
      double variance = get(v, l + e) * step.beta2() + gradient * gradient * (1 - step.beta2());
      set(m, k + e, mean);
      set(v, l + e, variance);
      double move = rate * mean / (Math.sqrt(variance) * root + step.epsilon());
      set(p, i + e, get(p, i + e) - move);
    }
  }

  @Override
  public double softmax(ByteBuffer logits, int i, ByteBuffer probabilities, int j, int count) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < count; k++) {
      largest = Math.max(largest, get(logits, i + k));
    }
    double sum = 0;
    for (int k = 0; k < count; k++) {
      sum += Math.exp(get(logits, i + k) - largest);
    }
    for (int k = 0; k < count; k++) {
      set(probabilities, j + k, Math.exp(get(logits, i + k) - largest) / sum);
    }
    return largest + Math.log(sum);
  }

  @Override
  public void softmaxBackward(
      ByteBuffer p,
      int i,
      ByteBuffer gradProbabilities,
      int j,
      double weight,
      ByteBuffer d,
      int k,
      int count) {
    double inner = 0;
    if (gradProbabilities != null) {
      for (int v = 0; v < count; v++) {
        inner += get(gradProbabilities, j + v) * get(p, i + v);
      }
    }
    for (int v = 0; v < count; v++) {
      double gradient = gradProbabilities == null ? 0 : get(gradProbabilities, j + v) - inner;
      set(d, k + v, get(p, i + v) * (weight + gradient));
    }
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private double get(ByteBuffer memory, int index) {
    return wide ? memory.getDouble(index * Double.BYTES) : memory.getFloat(index * Float.BYTES);
  }

  private void set(ByteBuffer memory, int index, double value) {
    if (wide) {
      memory.putDouble(index * Double.BYTES, value);
    } else {
      memory.putFloat(index * Float.BYTES, (float) value);
    }
  }
}
