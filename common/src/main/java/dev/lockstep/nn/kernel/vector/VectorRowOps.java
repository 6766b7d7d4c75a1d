package dev.lockstep.nn.kernel.vector;

import dev.lockstep.nn.kernel.AdamStep;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.RowOps;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Row operations in float by the Vector API: as many elements at once as the processor's registers
 * hold, the rest of a row one by one in the same arithmetic, so an element's value does not depend
 * on its place.
 *
 * <p>The rest is not done under a mask: a mask that some rows need and most do not is a branch in
 * the innermost loops, and where C2 cannot prune it, it allocates a vector at every operation (the
 * gates then took eight times as long).
 *
 * <p>tanh is a rational function with the coefficients of Eigen's {@code ptanh_float} (degree 13
 * over degree 6 on [−7.9, 7.9], error about 1e-7), {@code σ(x) = (1 + tanh(x/2)) / 2}, and exp is
 * reduced to [−ln 2 / 2, ln 2 / 2] and expanded to degree 6.
 */
@SuppressWarnings("FloatingPointLiteralPrecision") // The coefficients are as published.
public final class VectorRowOps implements RowOps {
  private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
  private static final int WIDTH = LANES.length();

  /** Rows whose sum stays in a register: as many streams as the processor fetches ahead. */
  private static final int ROWS_AT_ONCE = 8;

  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  // Broadcast once: a broadcast inlines to hundreds of bytecodes, and past 8000 C2 stops inlining
  // and
  // allocates a vector at every operation.
  private static final float TANH_BOUND = 7.90531110763549805f;
  private static final float[] P = {
    -2.76076847742355e-16f,
    2.00018790482477e-13f,
    -8.60467152213735e-11f,
    5.12229709037114e-08f,
    1.48572235717979e-05f,
    6.37261928875436e-04f,
    4.89352455891786e-03f
  };
  private static final float[] Q = {
    1.19825839466702e-06f, 1.18534705686654e-04f, 2.26843463243900e-03f, 4.89352518554385e-03f
  };
  private static final FloatVector HIGHEST = constant(TANH_BOUND);
  private static final FloatVector LOWEST = constant(-TANH_BOUND);
  private static final FloatVector P0 = constant(P[0]);
  private static final FloatVector P1 = constant(P[1]);
  private static final FloatVector P2 = constant(P[2]);
  private static final FloatVector P3 = constant(P[3]);
  private static final FloatVector P4 = constant(P[4]);
  private static final FloatVector P5 = constant(P[5]);
  private static final FloatVector P6 = constant(P[6]);
  private static final FloatVector Q0 = constant(Q[0]);
  private static final FloatVector Q1 = constant(Q[1]);
  private static final FloatVector Q2 = constant(Q[2]);
  private static final FloatVector Q3 = constant(Q[3]);
  private static final FloatVector HALF = constant(0.5f);
  private static final FloatVector ONE = constant(1);

  private static final float LN2_HIGH = 0.693359375f;
  private static final float LN2_LOW = -2.12194440e-4f;
  private static final float LOG2_E = 1.44269504f;
  private static final float EXP_LOWEST = -87f;
  private static final float[] E = {1f / 720, 1f / 120, 1f / 24, 1f / 6, 0.5f, 1, 1};

  /** Adding 1.5·2²³ leaves the nearest integer in the low bits of the significand. */
  private static final float ROUND = 12582912f;

  private static final FloatVector NEGATIVE_LN2_HIGH = constant(-LN2_HIGH);
  private static final FloatVector NEGATIVE_LN2_LOW = constant(-LN2_LOW);
  private static final FloatVector LOG2_ES = constant(LOG2_E);
  private static final FloatVector EXP_LOWESTS = constant(EXP_LOWEST);
  private static final FloatVector ROUNDS = constant(ROUND);
  private static final FloatVector E0 = constant(E[0]);
  private static final FloatVector E1 = constant(E[1]);
  private static final FloatVector E2 = constant(E[2]);
  private static final FloatVector E3 = constant(E[3]);

  @Override
  public String name() {
    return "vector";
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
    openGates(gates, g, recurrent, u, bias, b, 2 * hidden);
    int third = 2 * hidden;
    candidates(gates, g, recurrent, u + third, bias, b + third, candidates, c, hidden);
    newStates(gates, g + hidden, states, previous, next, hidden);
  }

  /**
   * {@code a = σ(a + u + b)}: r and z stand side by side. Three loops make a step, because in one
   * that holds more than one of these functions C2 gives up inlining, and allocates a vector at
   * every operation.
   */
  private static void openGates(
      ByteBuffer gates, int g, ByteBuffer recurrent, int u, ByteBuffer bias, int b, int count) {
    int whole = LANES.loopBound(count);
    for (int j = 0; j < whole; j += WIDTH) {
      FloatVector sum = load(gates, g + j).add(load(recurrent, u + j)).add(load(bias, b + j));
      store(sigmoid(sum), gates, g + j);
    }
    for (int j = whole; j < count; j++) {
      set(gates, g + j, sigmoid(get(gates, g + j) + get(recurrent, u + j) + get(bias, b + j)));
    }
  }

  /** c and n, from r. */
  private static void candidates(
      ByteBuffer gates,
      int g,
      ByteBuffer recurrent,
      int u,
      ByteBuffer bias,
      int b,
      ByteBuffer candidates,
      int c,
      int hidden) {
    int whole = LANES.loopBound(hidden);
    int n = g + 2 * hidden;
    for (int j = 0; j < whole; j += WIDTH) {
      FloatVector candidate = load(recurrent, u + j).add(load(bias, b + hidden + j));
      FloatVector input = load(gates, n + j).add(load(bias, b + j));
      store(candidate, candidates, c + j);
      store(tanh(load(gates, g + j).fma(candidate, input)), gates, n + j);
    }
    for (int j = whole; j < hidden; j++) {
      float candidate = get(recurrent, u + j) + get(bias, b + hidden + j);
      float input = get(gates, n + j) + get(bias, b + j);
      set(candidates, c + j, candidate);
      set(gates, n + j, tanh(Math.fma(get(gates, g + j), candidate, input)));
    }
  }

  /** h', from z and n, which stand side by side. */
  private static void newStates(
      ByteBuffer gates, int z, ByteBuffer states, int previous, int next, int hidden) {
    int whole = LANES.loopBound(hidden);
    for (int j = 0; j < whole; j += WIDTH) {
      FloatVector n = load(gates, z + hidden + j);
      FloatVector h = load(states, previous + j);
      store(load(gates, z + j).fma(h.sub(n), n), states, next + j);
    }
    for (int j = whole; j < hidden; j++) {
      float n = get(gates, z + hidden + j);
      set(states, next + j, Math.fma(get(gates, z + j), get(states, previous + j) - n, n));
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
    if (gradOutput != null) {
      add(gradOutput, s, carry, k, hidden);
    }
    int whole = LANES.loopBound(hidden);
    int gz = g + hidden;
    int gn = gz + hidden;
    for (int j = 0; j < whole; j += WIDTH) {
      FloatVector r = load(gates, g + j);
      FloatVector z = load(gates, gz + j);
      FloatVector n = load(gates, gn + j);
      FloatVector dh = load(carry, k + j);
      FloatVector dn = dh.mul(ONE.sub(z)).mul(ONE.sub(n.mul(n)));
      FloatVector dz = dh.mul(load(states, previous + j).sub(n)).mul(z).mul(ONE.sub(z));
      FloatVector dr = dn.mul(load(candidates, c + j)).mul(r).mul(ONE.sub(r));
      store(dr, gates, g + j);
      store(dz, gates, gz + j);
      store(dn.mul(r), gates, gn + j);
      store(dn, candidates, c + j);
      store(dh.mul(z), carry, k + j);
    }
    for (int j = whole; j < hidden; j++) {
      float r = get(gates, g + j);
      float z = get(gates, gz + j);
      float n = get(gates, gn + j);
      float dh = get(carry, k + j);
      float dn = dh * (1 - z) * (1 - n * n);
      set(gates, gz + j, dh * (get(states, previous + j) - n) * z * (1 - z));
      set(gates, g + j, dn * get(candidates, c + j) * r * (1 - r));
      set(gates, gn + j, dn * r);
      set(candidates, c + j, dn);
      set(carry, k + j, dh * z);
    }
  }

  @Override
  public void add(ByteBuffer x, int i, ByteBuffer y, int j, int count) {
    int whole = LANES.loopBound(count);
    for (int k = 0; k < whole; k += WIDTH) {
      store(load(y, j + k).add(load(x, i + k)), y, j + k);
    }
    for (int k = whole; k < count; k++) {
      set(y, j + k, get(y, j + k) + get(x, i + k));
    }
  }

  @Override
  public void addRows(ByteBuffer x, int i, int stride, int rows, ByteBuffer y, int j, int count) {
    int whole = LANES.loopBound(count);
    for (int first = 0; first < rows; first += ROWS_AT_ONCE) {
      int last = Math.min(first + ROWS_AT_ONCE, rows);
      for (int k = 0; k < whole; k += WIDTH) {
        FloatVector sum = load(y, j + k);
        for (int row = first; row < last; row++) {
          sum = sum.add(load(x, i + row * stride + k));
        }
        store(sum, y, j + k);
      }
      for (int k = whole; k < count; k++) {
        float sum = get(y, j + k);
        for (int row = first; row < last; row++) {
          sum += get(x, i + row * stride + k);
        }
        set(y, j + k, sum);
      }
    }
  }

  @Override
  public void addBias(ByteBuffer x, int i, ByteBuffer bias, int b, int count, double leak) {
    add(bias, b, x, i, count);
    if (leak != 1) {
      relu(x, i, count, (float) leak);
    }
  }

  /** A NaN compares false and is kept, as in the scalar form. */
  private static void relu(ByteBuffer x, int i, int count, float leak) {
    int whole = LANES.loopBound(count);
    for (int k = 0; k < whole; k += WIDTH) {
      FloatVector value = load(x, i + k);
      store(value.blend(value.mul(leak), value.lt(0)), x, i + k);
    }
    for (int k = whole; k < count; k++) {
      float value = get(x, i + k);
      set(x, i + k, value < 0 ? leak * value : value);
    }
  }

  @Override
  public void reluBackward(ByteBuffer y, int i, ByteBuffer dy, int j, int count, double leak) {
    float factor = (float) leak;
    int whole = LANES.loopBound(count);
    for (int k = 0; k < whole; k += WIDTH) {
      FloatVector gradient = load(dy, j + k);
      VectorMask<Float> leaks = load(y, i + k).compare(VectorOperators.LE, 0);
      store(gradient.blend(gradient.mul(factor), leaks), dy, j + k);
    }
    for (int k = whole; k < count; k++) {
      if (get(y, i + k) <= 0) {
        set(dy, j + k, factor * get(dy, j + k));
      }
    }
  }

  @Override
  public void tanh(ByteBuffer x, int i, int count) {
    int whole = LANES.loopBound(count);
    for (int k = 0; k < whole; k += WIDTH) {
      store(tanh(load(x, i + k)), x, i + k);
    }
    for (int k = whole; k < count; k++) {
      set(x, i + k, tanh(get(x, i + k)));
    }
  }

  @Override
  public void artanh(ByteBuffer x, int i, ByteBuffer y, int j, int count) {
    for (int k = 0; k < count; k++) {
      double value = Math.max(-Kernels.ARTANH_BOUND, Math.min(Kernels.ARTANH_BOUND, get(x, i + k)));
      set(y, j + k, (float) (0.5 * Math.log((1 + value) / (1 - value))));
    }
  }

  @Override
  public void artanhBackward(ByteBuffer x, int i, ByteBuffer dy, int j, int count) {
    for (int k = 0; k < count; k++) {
      double value = get(x, i + k);
      boolean inside = Math.abs(value) < Kernels.ARTANH_BOUND;
      set(dy, j + k, (float) (inside ? get(dy, j + k) / (1 - value * value) : 0));
    }
  }

  @Override
  public void tanhBackward(ByteBuffer y, int i, ByteBuffer dy, int j, int count) {
    int whole = LANES.loopBound(count);
    for (int k = 0; k < whole; k += WIDTH) {
      FloatVector value = load(y, i + k);
      store(load(dy, j + k).mul(ONE.sub(value.mul(value))), dy, j + k);
    }
    for (int k = whole; k < count; k++) {
      float value = get(y, i + k);
      set(dy, j + k, get(dy, j + k) * (1 - value * value));
    }
  }

  @Override
  public void addProducts(
      ByteBuffer x, int i, ByteBuffer y, int j, ByteBuffer sums, int s, int count) {
    int whole = LANES.loopBound(count);
    for (int k = 0; k < whole; k += WIDTH) {
      store(load(x, i + k).fma(load(y, j + k), load(sums, s + k)), sums, s + k);
    }
    for (int k = whole; k < count; k++) {
      set(sums, s + k, Math.fma(get(x, i + k), get(y, j + k), get(sums, s + k)));
    }
  }

  @Override
  public void multiply(ByteBuffer x, int i, ByteBuffer factors, int j, int count) {
    int whole = LANES.loopBound(count);
    for (int k = 0; k < whole; k += WIDTH) {
      store(load(x, i + k).mul(load(factors, j + k)), x, i + k);
    }
    for (int k = whole; k < count; k++) {
      set(x, i + k, get(x, i + k) * get(factors, j + k));
    }
  }

  @Override
  public void scale(ByteBuffer x, int i, int count, double factor) {
    int whole = LANES.loopBound(count);
    for (int k = 0; k < whole; k += WIDTH) {
      store(load(x, i + k).mul((float) factor), x, i + k);
    }
    for (int k = whole; k < count; k++) {
      set(x, i + k, get(x, i + k) * (float) factor);
    }
  }

  @Override
  public double softmax(ByteBuffer logits, int i, ByteBuffer probabilities, int j, int count) {
    float largest = largest(logits, i, count);
    exponentials(logits, i, largest, probabilities, j, count);
    float sum = sum(probabilities, j, count);
    scale(probabilities, j, count, 1f / sum);
    return largest + Math.log(sum);
  }

  /** {@code y = exp(x − shift)}. */
  private static void exponentials(
      ByteBuffer x, int i, float shift, ByteBuffer y, int j, int count) {
    int whole = LANES.loopBound(count);
    FloatVector shifts = constant(shift);
    for (int k = 0; k < whole; k += WIDTH) {
      store(exp(load(x, i + k).sub(shifts)), y, j + k);
    }
    for (int k = whole; k < count; k++) {
      set(y, j + k, exp(get(x, i + k) - shift));
    }
  }

  private static float sum(ByteBuffer x, int i, int count) {
    int whole = LANES.loopBound(count);
    FloatVector sums = FloatVector.zero(LANES);
    for (int k = 0; k < whole; k += WIDTH) {
      sums = sums.add(load(x, i + k));
    }
    float sum = sums.reduceLanes(VectorOperators.ADD);
    for (int k = whole; k < count; k++) {
      sum += get(x, i + k);
    }
    return sum;
  }

  private static float largest(ByteBuffer x, int i, int count) {
    int whole = LANES.loopBound(count);
    FloatVector vector = constant(Float.NEGATIVE_INFINITY);
    for (int k = 0; k < whole; k += WIDTH) {
      vector = vector.max(load(x, i + k));
    }
    float largest = vector.reduceLanes(VectorOperators.MAX);
    for (int k = whole; k < count; k++) {
      largest = Math.max(largest, get(x, i + k));
    }
    return largest;
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
    if (gradProbabilities == null) {
      scaled(p, i, (float) weight, d, k, count);
      return;
    }
    float shift = (float) weight - inner(p, i, gradProbabilities, j, count);
    int whole = LANES.loopBound(count);
    for (int v = 0; v < whole; v += WIDTH) {
      store(load(p, i + v).mul(load(gradProbabilities, j + v).add(shift)), d, k + v);
    }
    for (int v = whole; v < count; v++) {
      set(d, k + v, get(p, i + v) * (get(gradProbabilities, j + v) + shift));
    }
  }

  private static void scaled(ByteBuffer x, int i, float factor, ByteBuffer y, int j, int count) {
    int whole = LANES.loopBound(count);
    for (int k = 0; k < whole; k += WIDTH) {
      store(load(x, i + k).mul(factor), y, j + k);
    }
    for (int k = whole; k < count; k++) {
      set(y, j + k, get(x, i + k) * factor);
    }
  }

  @Override
  public double sumOfSquares(ByteBuffer x, int i, int count) {
    return inner(x, i, x, i, count);
  }

  private static float inner(ByteBuffer x, int i, ByteBuffer y, int j, int count) {
    int whole = LANES.loopBound(count);
    FloatVector sums = FloatVector.zero(LANES);
    for (int k = 0; k < whole; k += WIDTH) {
      sums = load(x, i + k).fma(load(y, j + k), sums);
    }
    float sum = sums.reduceLanes(VectorOperators.ADD);
    for (int k = whole; k < count; k++) {
      sum = Math.fma(get(x, i + k), get(y, j + k), sum);
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
    float beta1 = (float) step.beta1();
    float beta2 = (float) step.beta2();
    float new1 = (float) ((1 - step.beta1()) * step.scale());
    float new2 = (float) ((1 - step.beta2()) * step.scale() * step.scale());
    float rate = (float) step.correctedRate();
    float root = (float) step.rootCorrection();
    float epsilon = (float) step.epsilon();
    int whole = LANES.loopBound(count);
    for (int e = 0; e < whole; e += WIDTH) {
      FloatVector gradient = load(g, j + e);
      FloatVector mean = load(m, k + e).mul(beta1).add(gradient.mul(new1));
      FloatVector variance = load(v, l + e).mul(beta2).add(gradient.mul(gradient).mul(new2));
      store(mean, m, k + e);
      store(variance, v, l + e);
      FloatVector move = mean.mul(rate).div(variance.sqrt().mul(root).add(epsilon));
      store(load(p, i + e).sub(move), p, i + e);
    }
    for (int e = whole; e < count; e++) {
      float gradient = get(g, j + e);
      float mean = get(m, k + e) * beta1 + gradient * new1;
      float variance = get(v, l + e) * beta2 + gradient * gradient * new2;
      set(m, k + e, mean);
      set(v, l + e, variance);
      float move = mean * rate / ((float) Math.sqrt(variance) * root + epsilon);
      set(p, i + e, get(p, i + e) - move);
    }
  }

  private static FloatVector sigmoid(FloatVector x) {
    return tanh(x.mul(HALF)).fma(HALF, HALF);
  }

  private static float sigmoid(float x) {
    return Math.fma(tanh(x * 0.5f), 0.5f, 0.5f);
  }

  private static FloatVector tanh(FloatVector x) {
    FloatVector y = x.max(LOWEST).min(HIGHEST);
    FloatVector s = y.mul(y);
    FloatVector p = s.fma(P0, P1).fma(s, P2).fma(s, P3).fma(s, P4).fma(s, P5).fma(s, P6);
    FloatVector q = s.fma(Q0, Q1).fma(s, Q2).fma(s, Q3);
    return y.mul(p).div(q);
  }

  private static float tanh(float x) {
    float y = Math.min(Math.max(x, -TANH_BOUND), TANH_BOUND);
    float s = y * y;
    return y * polynomial(s, P) / polynomial(s, Q);
  }

  /** By Horner's rule, the coefficient of the highest power first. */
  private static float polynomial(float x, float[] coefficients) {
    float sum = coefficients[0];
    for (int i = 1; i < coefficients.length; i++) {
      sum = Math.fma(sum, x, coefficients[i]);
    }
    return sum;
  }

  /** For arguments of at most 0: no guard against overflow. */
  private static FloatVector exp(FloatVector x) {
    FloatVector y = x.max(EXP_LOWESTS);
    FloatVector rounded = y.fma(LOG2_ES, ROUNDS);
    FloatVector n = rounded.sub(ROUNDS);
    FloatVector r = n.fma(NEGATIVE_LN2_LOW, n.fma(NEGATIVE_LN2_HIGH, y));
    FloatVector p = r.fma(E0, E1).fma(r, E2).fma(r, E3).fma(r, HALF).fma(r, ONE).fma(r, ONE);
    // The low bits of the rounded number are n; moved up, they are 2ⁿ's exponent less its bias.
    IntVector exponent = rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
    return p.reinterpretAsInts().add(exponent).reinterpretAsFloats();
  }

  private static float exp(float x) {
    float y = Math.max(x, EXP_LOWEST);
    float rounded = Math.fma(y, LOG2_E, ROUND);
    float n = rounded - ROUND;
    float p = polynomial(Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, y)), E);
    return Float.intBitsToFloat(
        Float.floatToRawIntBits(p) + (Float.floatToRawIntBits(rounded) << 23));
  }

  private static FloatVector constant(float value) {
    return FloatVector.broadcast(LANES, value);
  }

  private static FloatVector load(ByteBuffer memory, int index) {
    return FloatVector.fromByteBuffer(LANES, memory, index * Float.BYTES, ORDER);
  }

  private static void store(FloatVector x, ByteBuffer memory, int index) {
    x.intoByteBuffer(memory, index * Float.BYTES, ORDER);
  }

  private static float get(ByteBuffer memory, int index) {
    return memory.getFloat(index * Float.BYTES);
  }

  private static void set(ByteBuffer memory, int index, float value) {
    memory.putFloat(index * Float.BYTES, value);
  }
}
