package dev.lockstep.nn.kernel.vector;

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
    for (int j = 0; j < hidden; j += WIDTH) {
      VectorMask<Float> lanes = LANES.indexInRange(j, hidden);
      int z0 = hidden + j;
      int n0 = 2 * hidden + j;
      boolean whole = j + WIDTH <= hidden;
      FloatVector r =
          sigmoid(
              get(gates, g + j, whole, lanes)
                  .add(get(recurrent, u + j, whole, lanes))
                  .add(get(bias, b + j, whole, lanes)));
      FloatVector z =
          sigmoid(
              get(gates, g + z0, whole, lanes)
                  .add(get(recurrent, u + z0, whole, lanes))
                  .add(get(bias, b + z0, whole, lanes)));
      FloatVector candidate =
          get(recurrent, u + n0, whole, lanes).add(get(bias, b + n0, whole, lanes));
      FloatVector n = tanh(r.fma(candidate, get(gates, g + n0, whole, lanes)));
      FloatVector h = get(states, previous + j, whole, lanes);
      set(r, gates, g + j, whole, lanes);
      set(z, gates, g + z0, whole, lanes);
      set(n, gates, g + n0, whole, lanes);
      set(candidate, candidates, c + j, whole, lanes);
      set(z.fma(h.sub(n), n), states, next + j, whole, lanes);
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
      VectorMask<Float> lanes = LANES.indexInRange(j, hidden);
      boolean whole = j + WIDTH <= hidden;
      int z0 = hidden + j;
      int n0 = 2 * hidden + j;
      FloatVector r = get(gates, g + j, whole, lanes);
      FloatVector z = get(gates, g + z0, whole, lanes);
      FloatVector n = get(gates, g + n0, whole, lanes);
      FloatVector h = get(states, previous + j, whole, lanes);
      FloatVector dh = get(carry, k + j, whole, lanes);
      if (slopes != null) {
        dh = dh.add(get(slopes, s + j, whole, lanes));
      }
      FloatVector dn = dh.mul(one.sub(z)).mul(one.sub(n.mul(n)));
      FloatVector dz = dh.mul(h.sub(n)).mul(z).mul(one.sub(z));
      FloatVector dr = dn.mul(get(candidates, c + j, whole, lanes)).mul(r).mul(one.sub(r));
      set(dr, gates, g + j, whole, lanes);
      set(dz, gates, g + z0, whole, lanes);
      set(dn, gates, g + n0, whole, lanes);
      set(dn.mul(r), candidates, c + j, whole, lanes);
      set(dh.mul(z), carry, k + j, whole, lanes);
    }
  }

  @Override
  public void add(ByteBuffer x, int i, ByteBuffer y, int j, int count) {
    for (int k = 0; k < count; k += WIDTH) {
      VectorMask<Float> lanes = LANES.indexInRange(k, count);
      boolean whole = k + WIDTH <= count;
      set(get(y, j + k, whole, lanes).add(get(x, i + k, whole, lanes)), y, j + k, whole, lanes);
    }
  }

  @Override
  public void addBias(ByteBuffer x, int i, ByteBuffer bias, int b, int count, boolean relu) {
    for (int k = 0; k < count; k += WIDTH) {
      VectorMask<Float> lanes = LANES.indexInRange(k, count);
      boolean whole = k + WIDTH <= count;
      FloatVector sum = get(x, i + k, whole, lanes).add(get(bias, b + k, whole, lanes));
      // A NaN compares false and is kept, as in the scalar form.
      set(relu ? sum.blend(0, sum.lt(0)) : sum, x, i + k, whole, lanes);
    }
  }

  @Override
  public void reluBackward(ByteBuffer y, int i, ByteBuffer dy, int j, int count) {
    for (int k = 0; k < count; k += WIDTH) {
      VectorMask<Float> lanes = LANES.indexInRange(k, count);
      boolean whole = k + WIDTH <= count;
      VectorMask<Float> off = get(y, i + k, whole, lanes).eq(0);
      set(get(dy, j + k, whole, lanes).blend(0, off), dy, j + k, whole, lanes);
    }
  }

  @Override
  public void scale(ByteBuffer x, int i, int count, double factor) {
    for (int k = 0; k < count; k += WIDTH) {
      VectorMask<Float> lanes = LANES.indexInRange(k, count);
      boolean whole = k + WIDTH <= count;
      set(get(x, i + k, whole, lanes).mul((float) factor), x, i + k, whole, lanes);
    }
  }

  @Override
  public double softmax(ByteBuffer logits, int i, ByteBuffer probabilities, int j, int count) {
    float largest = Float.NEGATIVE_INFINITY;
    for (int k = 0; k < count; k++) {
      largest = Math.max(largest, logits.getFloat((i + k) * Float.BYTES));
    }
    FloatVector sums = FloatVector.zero(LANES);
    for (int k = 0; k < count; k += WIDTH) {
      VectorMask<Float> lanes = LANES.indexInRange(k, count);
      boolean whole = k + WIDTH <= count;
      FloatVector e = exp(get(logits, i + k, whole, lanes).sub(largest));
      set(e, probabilities, j + k, whole, lanes);
      sums = whole ? sums.add(e) : sums.add(e, lanes);
    }
    float sum = sums.reduceLanes(VectorOperators.ADD);
    scale(probabilities, j, count, 1f / sum);
    return largest + Math.log(sum);
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
      VectorMask<Float> lanes = LANES.indexInRange(v, count);
      boolean whole = v + WIDTH <= count;
      FloatVector slope =
          slopes == null
              ? FloatVector.broadcast(LANES, shift)
              : get(slopes, j + v, whole, lanes).add(shift);
      set(get(p, i + v, whole, lanes).mul(slope), d, k + v, whole, lanes);
    }
  }

  private static float inner(ByteBuffer x, int i, ByteBuffer y, int j, int count) {
    FloatVector sums = FloatVector.zero(LANES);
    for (int k = 0; k < count; k += WIDTH) {
      VectorMask<Float> lanes = LANES.indexInRange(k, count);
      boolean whole = k + WIDTH <= count;
      sums = get(x, i + k, whole, lanes).fma(get(y, j + k, whole, lanes), sums);
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

  private static FloatVector get(
      ByteBuffer memory, int index, boolean whole, VectorMask<Float> lanes) {
    return whole
        ? FloatVector.fromByteBuffer(LANES, memory, index * Float.BYTES, ORDER)
        : FloatVector.fromByteBuffer(LANES, memory, index * Float.BYTES, ORDER, lanes);
  }

  private static void set(
      FloatVector x, ByteBuffer memory, int index, boolean whole, VectorMask<Float> lanes) {
    if (whole) {
      x.intoByteBuffer(memory, index * Float.BYTES, ORDER);
    } else {
      x.intoByteBuffer(memory, index * Float.BYTES, ORDER, lanes);
    }
  }
}
