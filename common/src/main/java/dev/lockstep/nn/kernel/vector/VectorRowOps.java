package dev.lockstep.nn.kernel.vector;

import dev.lockstep.nn.kernel.AdamStep;
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
 * hold, the rest of a row under a mask, so every element sees the same arithmetic whatever its
 * place.
 *
 * <p>tanh is a rational function with the coefficients of Eigen's {@code ptanh_float} (degree 13
 * over degree 6 on [−7.9, 7.9], error about 1e-7), {@code σ(x) = (1 + tanh(x/2)) / 2}, and exp is
 * reduced to [−ln 2 / 2, ln 2 / 2] and expanded to degree 6.
 */
@SuppressWarnings("FloatingPointLiteralPrecision") // The coefficients are as published.
public final class VectorRowOps implements RowOps {
  private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> INT_LANES = IntVector.SPECIES_PREFERRED;
  private static final int WIDTH = LANES.length();

  /** Rows whose sum stays in a register: as many streams as the processor fetches ahead. */
  private static final int ROWS_AT_ONCE = 8;

  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private static final float TANH_BOUND = 7.90531110763549805f;
  private static final float LN2_HIGH = 0.693359375f;
  private static final float LN2_LOW = -2.12194440e-4f;
  private static final float LOG2_E = 1.44269504f;
  private static final float EXP_LOWEST = -87f;

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
    newStates(gates, g, recurrent, u, bias, b, candidates, c, states, previous, next, hidden);
  }

  /**
   * {@code a = σ(a + u + b)}: r and z stand side by side. A loop of its own because C2 gives up
   * inlining, and allocates a vector at every operation, in a loop that holds three of these
   * functions (the gates then took three times as long).
   */
  private static void openGates(
      ByteBuffer gates, int g, ByteBuffer recurrent, int u, ByteBuffer bias, int b, int count) {
    for (int j = 0; j < count; j += WIDTH) {
      VectorMask<Float> lanes = lanes(j, count);
      FloatVector sum = get(gates, g + j, lanes).add(get(recurrent, u + j, lanes));
      set(sigmoid(sum.add(get(bias, b + j, lanes))), gates, g + j, lanes);
    }
  }

  /** n and h', from r and z. */
  private static void newStates(
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
    for (int j = 0; j < hidden; j += WIDTH) {
      VectorMask<Float> lanes = lanes(j, hidden);
      int n0 = 2 * hidden + j;
      FloatVector r = get(gates, g + j, lanes);
      FloatVector z = get(gates, g + hidden + j, lanes);
      FloatVector candidate = get(recurrent, u + n0, lanes).add(get(bias, b + n0, lanes));
      FloatVector n = tanh(r.fma(candidate, get(gates, g + n0, lanes)));
      FloatVector h = get(states, previous + j, lanes);
      set(n, gates, g + n0, lanes);
      set(candidate, candidates, c + j, lanes);
      set(z.fma(h.sub(n), n), states, next + j, lanes);
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
      ByteBuffer slopes,
      int s,
      int hidden) {
    FloatVector one = FloatVector.broadcast(LANES, 1);
    for (int j = 0; j < hidden; j += WIDTH) {
      VectorMask<Float> lanes = lanes(j, hidden);
      int z0 = hidden + j;
      int n0 = 2 * hidden + j;
      FloatVector r = get(gates, g + j, lanes);
      FloatVector z = get(gates, g + z0, lanes);
      FloatVector n = get(gates, g + n0, lanes);
      FloatVector h = get(states, previous + j, lanes);
      FloatVector dh = get(carry, k + j, lanes);
      if (slopes != null) {
        dh = dh.add(get(slopes, s + j, lanes));
      }
      FloatVector dn = dh.mul(one.sub(z)).mul(one.sub(n.mul(n)));
      FloatVector dz = dh.mul(h.sub(n)).mul(z).mul(one.sub(z));
      FloatVector dr = dn.mul(get(candidates, c + j, lanes)).mul(r).mul(one.sub(r));
      set(dr, gates, g + j, lanes);
      set(dz, gates, g + z0, lanes);
      set(dn.mul(r), gates, g + n0, lanes);
      set(dn, candidates, c + j, lanes);
      set(dh.mul(z), carry, k + j, lanes);
    }
  }

  @Override
  public void add(ByteBuffer x, int i, ByteBuffer y, int j, int count) {
    for (int k = 0; k < count; k += WIDTH) {
      VectorMask<Float> lanes = lanes(k, count);
      set(get(y, j + k, lanes).add(get(x, i + k, lanes)), y, j + k, lanes);
    }
  }

  @Override
  public void addRows(ByteBuffer x, int i, int stride, int rows, ByteBuffer y, int j, int count) {
    for (int first = 0; first < rows; first += ROWS_AT_ONCE) {
      int last = Math.min(first + ROWS_AT_ONCE, rows);
      for (int k = 0; k < count; k += WIDTH) {
        VectorMask<Float> lanes = lanes(k, count);
        FloatVector sum = get(y, j + k, lanes);
        for (int row = first; row < last; row++) {
          sum = sum.add(get(x, i + row * stride + k, lanes));
        }
        set(sum, y, j + k, lanes);
      }
    }
  }

  @Override
  public void addBias(ByteBuffer x, int i, ByteBuffer bias, int b, int count, boolean relu) {
    for (int k = 0; k < count; k += WIDTH) {
      VectorMask<Float> lanes = lanes(k, count);
      FloatVector sum = get(x, i + k, lanes).add(get(bias, b + k, lanes));
      // A NaN compares false and is kept, as in the scalar form.
      set(relu ? sum.blend(0, sum.lt(0)) : sum, x, i + k, lanes);
    }
  }

  @Override
  public void reluBackward(ByteBuffer y, int i, ByteBuffer dy, int j, int count) {
    for (int k = 0; k < count; k += WIDTH) {
      VectorMask<Float> lanes = lanes(k, count);
      VectorMask<Float> off = get(y, i + k, lanes).eq(0);
      set(get(dy, j + k, lanes).blend(0, off), dy, j + k, lanes);
    }
  }

  @Override
  public void scale(ByteBuffer x, int i, int count, double factor) {
    for (int k = 0; k < count; k += WIDTH) {
      VectorMask<Float> lanes = lanes(k, count);
      set(get(x, i + k, lanes).mul((float) factor), x, i + k, lanes);
    }
  }

  @Override
  public double softmax(ByteBuffer logits, int i, ByteBuffer probabilities, int j, int count) {
    float largest = largest(logits, i, count);
    FloatVector sums = FloatVector.zero(LANES);
    for (int k = 0; k < count; k += WIDTH) {
      VectorMask<Float> lanes = lanes(k, count);
      FloatVector e = exp(get(logits, i + k, lanes).sub(largest));
      set(e, probabilities, j + k, lanes);
      sums = lanes == null ? sums.add(e) : sums.add(e, lanes);
    }
    float sum = sums.reduceLanes(VectorOperators.ADD);
    scale(probabilities, j, count, 1f / sum);
    return largest + Math.log(sum);
  }

  private static float largest(ByteBuffer x, int i, int count) {
    FloatVector largest = constant(Float.NEGATIVE_INFINITY);
    for (int k = 0; k < count; k += WIDTH) {
      VectorMask<Float> lanes = lanes(k, count);
      FloatVector next = get(x, i + k, lanes);
      largest = lanes == null ? largest.max(next) : largest.blend(largest.max(next), lanes);
    }
    return largest.reduceLanes(VectorOperators.MAX);
  }

  @Override
  public void softmaxBackward(
      ByteBuffer p,
      int i,
      ByteBuffer slopes,
      int j,
      double weight,
      ByteBuffer d,
      int k,
      int count) {
    float shift = (float) weight - (slopes == null ? 0 : inner(p, i, slopes, j, count));
    for (int v = 0; v < count; v += WIDTH) {
      VectorMask<Float> lanes = lanes(v, count);
      FloatVector slope =
          slopes == null
              ? FloatVector.broadcast(LANES, shift)
              : get(slopes, j + v, lanes).add(shift);
      set(get(p, i + v, lanes).mul(slope), d, k + v, lanes);
    }
  }

  @Override
  public double sumOfSquares(ByteBuffer x, int i, int count) {
    return inner(x, i, x, i, count);
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
    FloatVector beta1 = constant((float) step.beta1());
    FloatVector beta2 = constant((float) step.beta2());
    FloatVector new1 = constant((float) ((1 - step.beta1()) * step.scale()));
    FloatVector new2 = constant((float) ((1 - step.beta2()) * step.scale() * step.scale()));
    FloatVector rate = constant((float) step.correctedRate());
    FloatVector root = constant((float) step.rootCorrection());
    FloatVector epsilon = constant((float) step.epsilon());
    for (int e = 0; e < count; e += WIDTH) {
      VectorMask<Float> lanes = lanes(e, count);
      FloatVector slope = get(g, j + e, lanes);
      FloatVector mean = get(m, k + e, lanes).mul(beta1).add(slope.mul(new1));
      FloatVector variance = get(v, l + e, lanes).mul(beta2).add(slope.mul(slope).mul(new2));
      set(mean, m, k + e, lanes);
      set(variance, v, l + e, lanes);
      FloatVector move = mean.mul(rate).div(variance.sqrt().fma(root, epsilon));
      set(get(p, i + e, lanes).sub(move), p, i + e, lanes);
    }
  }

  private static float inner(ByteBuffer x, int i, ByteBuffer y, int j, int count) {
    FloatVector sums = FloatVector.zero(LANES);
    for (int k = 0; k < count; k += WIDTH) {
      VectorMask<Float> lanes = lanes(k, count);
      sums = get(x, i + k, lanes).fma(get(y, j + k, lanes), sums);
    }
    return sums.reduceLanes(VectorOperators.ADD);
  }

  private static FloatVector sigmoid(FloatVector x) {
    return tanh(x.mul(0.5f)).mul(0.5f).add(0.5f);
  }

  private static FloatVector tanh(FloatVector x) {
    FloatVector y = x.max(-TANH_BOUND).min(TANH_BOUND);
    FloatVector s = y.mul(y);
    FloatVector p = s.mul(-2.76076847742355e-16f).add(2.00018790482477e-13f);
    p = p.fma(s, constant(-8.60467152213735e-11f));
    p = p.fma(s, constant(5.12229709037114e-08f));
    p = p.fma(s, constant(1.48572235717979e-05f));
    p = p.fma(s, constant(6.37261928875436e-04f));
    p = p.fma(s, constant(4.89352455891786e-03f));
    FloatVector q = s.mul(1.19825839466702e-06f).add(1.18534705686654e-04f);
    q = q.fma(s, constant(2.26843463243900e-03f));
    q = q.fma(s, constant(4.89352518554385e-03f));
    return y.mul(p).div(q);
  }

  /** For arguments of at most 0: no guard against overflow. */
  private static FloatVector exp(FloatVector x) {
    FloatVector y = x.max(EXP_LOWEST);
    // Rounding by adding and taking away 1.5·2²³, which leaves the nearest integer in the low bits.
    FloatVector n = y.mul(LOG2_E).add(12582912f).sub(12582912f);
    FloatVector r = n.fma(constant(-LN2_HIGH), y);
    r = n.fma(constant(-LN2_LOW), r);
    FloatVector p = r.mul(1f / 720).add(1f / 120);
    p = p.fma(r, constant(1f / 24));
    p = p.fma(r, constant(1f / 6));
    p = p.fma(r, constant(0.5f));
    p = p.fma(r, constant(1f));
    p = p.fma(r, constant(1f));
    IntVector exponent = (IntVector) n.convertShape(VectorOperators.F2I, INT_LANES, 0);
    return p.mul(exponent.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
  }

  private static FloatVector constant(float value) {
    return FloatVector.broadcast(LANES, value);
  }

  /** Which lanes from element j on are within a row of {@code count}; null for all. */
  private static VectorMask<Float> lanes(int j, int count) {
    return j + WIDTH <= count ? null : LANES.indexInRange(j, count);
  }

  private static FloatVector get(ByteBuffer memory, int index, VectorMask<Float> lanes) {
    return lanes == null
        ? FloatVector.fromByteBuffer(LANES, memory, index * Float.BYTES, ORDER)
        : FloatVector.fromByteBuffer(LANES, memory, index * Float.BYTES, ORDER, lanes);
  }

  private static void set(FloatVector x, ByteBuffer memory, int index, VectorMask<Float> lanes) {
    if (lanes == null) {
      x.intoByteBuffer(memory, index * Float.BYTES, ORDER);
    } else {
      x.intoByteBuffer(memory, index * Float.BYTES, ORDER, lanes);
    }
  }
}
