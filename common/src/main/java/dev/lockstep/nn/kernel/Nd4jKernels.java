package dev.lockstep.nn.kernel;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Kernels in plain ND4J operations: what any backend can run, a GPU's among them. Ten operations a
 * step, each 10 to 35 µs to dispatch on a CPU, is what the fused kernels exist to avoid.
 */
final class Nd4jKernels implements Kernels {
  @Override
  public String name() {
    return "nd4j";
  }

  @Override
  public void forEachRowRange(int rows, RowRange body) {
    body.run(0, rows);
  }

  @Override
  public void multiply(
      Matrix a, boolean transposeA, Matrix b, boolean transposeB, Matrix c, boolean accumulate) {
    INDArray left = transposeA ? a.array().transpose() : a.array();
    INDArray right = transposeB ? b.array().transpose() : b.array();
    INDArray product = left.mmul(right);
    if (accumulate) {
      c.array().addi(product);
    } else {
      c.array().assign(product);
    }
  }

  @Override
  public void multiplyRows(
      Matrix a, Matrix b, Matrix c, boolean accumulate, int period, int offset) {
    for (int row = offset; row < c.rows(); row += period) {
      int end = row + period - offset;
      multiply(a.rows(row, end), false, b, false, c.rows(row, end), accumulate);
    }
  }

  @Override
  public void copy(Matrix from, Matrix to) {
    to.array().assign(from.array());
  }

  @Override
  public void clear(Matrix x) {
    x.array().assign(0);
  }

  @Override
  public void transpose(Matrix from, Matrix to) {
    to.array().assign(from.array().transpose());
  }

  @Override
  public void gather(Matrix table, int[] symbols, int first, Matrix to) {
    int[] picked = Arrays.copyOfRange(symbols, first, first + to.rows());
    to.array().assign(Nd4j.pullRows(table.array(), 1, picked));
  }

  @Override
  public void scatterAdd(Matrix rows, int[] symbols, int first, Matrix table) {
    INDArray chosen = Nd4j.zeros(rows.type(), rows.rows(), table.rows());
    for (int i = 0; i < rows.rows(); i++) {
      chosen.putScalar(i, symbols[first + i], 1);
    }
    table.array().addi(chosen.transpose().mmul(rows.array()));
  }

  @Override
  public void add(Matrix from, Matrix to) {
    to.array().addi(from.array());
  }

  @Override
  public void addBias(Matrix x, Matrix bias, double leak) {
    INDArray values = x.array();
    values.addiRowVector(bias.array());
    if (leak != 1) {
      values.muli(leaks(values.lt(0), leak, x.type()));
    }
  }

  @Override
  public void reluBackward(Matrix y, Matrix dy, double leak) {
    dy.array().muli(leaks(y.array().lte(0), leak, y.type()));
  }

  /** The leak where asked, 1 elsewhere. */
  private static INDArray leaks(INDArray where, double leak, DataType type) {
    return where.castTo(type).muli(leak - 1).addi(1);
  }

  @Override
  public void columnSums(Matrix x, Matrix sums, boolean accumulate) {
    INDArray sum = x.array().sum(true, 0);
    if (accumulate) {
      sums.array().addi(sum);
    } else {
      sums.array().assign(sum);
    }
  }

  @Override
  public void tanh(Matrix x) {
    x.array().assign(Transforms.tanh(x.array(), true));
  }

  @Override
  public void tanhBackward(Matrix y, Matrix dy) {
    dy.array().muli(y.array().mul(y.array()).rsubi(1));
  }

  @Override
  public void artanh(Matrix x, Matrix y) {
    y.array().assign(Transforms.atanh(cutOff(x), false));
  }

  @Override
  public void artanhBackward(Matrix x, Matrix dy) {
    INDArray inside = Transforms.abs(x.array(), true).lt(ARTANH_BOUND).castTo(x.type());
    INDArray value = cutOff(x);
    dy.array().divi(value.muli(value).rsubi(1)).muli(inside);
  }

  private static INDArray cutOff(Matrix x) {
    INDArray low = Transforms.max(x.array(), -ARTANH_BOUND, true);
    return Transforms.min(low, ARTANH_BOUND, false);
  }

  @Override
  public void columnProducts(Matrix x, Matrix y, Matrix sums) {
    sums.array().assign(x.array().mul(y.array()).sum(true, 0));
  }

  @Override
  public void scaleElements(Matrix x, Matrix factors) {
    x.array().muli(factors.array());
  }

  @Override
  public void scaleColumns(Matrix x, Matrix factors) {
    x.array().muliRowVector(factors.array());
  }

  @Override
  public double sumOfSquares(Matrix x) {
    double norm = x.array().norm2Number().doubleValue();
    return norm * norm;
  }

  @Override
  public void adam(
      Matrix parameters, Matrix gradient, Matrix mean, Matrix variance, AdamStep step) {
    INDArray g = gradient.array().mul(step.scale());
    INDArray m = mean.array().muli(step.beta1()).addi(g.mul(1 - step.beta1()));
    INDArray v = variance.array().muli(step.beta2()).addi(g.muli(g).muli(1 - step.beta2()));
    INDArray root = Transforms.sqrt(v, true).muli(step.rootCorrection()).addi(step.epsilon());
    parameters.array().subi(m.div(root).muli(step.correctedRate()));
  }

  @Override
  public void scaleRows(Matrix x, double[] factors) {
    INDArray column = Nd4j.createFromArray(factors).castTo(x.type()).reshape(1, factors.length);
    INDArray repeated = Nd4j.tile(column, 1, x.rows() / factors.length);
    x.array().muliColumnVector(repeated.reshape(x.rows(), 1));
  }

  @Override
  public void softmax(Matrix logits, Matrix probabilities, Matrix logNormalisers) {
    INDArray x = logits.array();
    INDArray largest = x.max(true, 1);
    INDArray e = Transforms.exp(x.subColumnVector(largest), false);
    INDArray sum = e.sum(true, 1);
    probabilities.array().assign(e.diviColumnVector(sum));
    logNormalisers.array().assign(Transforms.log(sum, false).addi(largest));
  }

  @Override
  public void softmaxBackward(
      Matrix probabilities,
      Matrix gradProbabilities,
      int[] targets,
      double[] weights,
      Matrix logits) {
    INDArray p = probabilities.array();
    DataType type = probabilities.type();
    INDArray w = Nd4j.createFromArray(weights).castTo(type).reshape(weights.length, 1);
    INDArray d = p.mulColumnVector(w);
    INDArray chosen = Nd4j.zeros(type, p.shape());
    for (int i = 0; i < targets.length; i++) {
      chosen.putScalar(i, targets[i], weights[i]);
    }
    d.subi(chosen);
    if (gradProbabilities != null) {
      INDArray dp = gradProbabilities.array();
      INDArray inner = dp.mul(p).sum(true, 1);
      d.addi(dp.subColumnVector(inner).muli(p));
    }
    logits.array().assign(d);
  }

  @Override
  public void gruForward(
      GruWeights weights,
      GruActivations activations,
      int firstStep,
      int lastStep,
      int firstRow,
      int lastRow) {
    int h = weights.hidden();
    INDArray recurrent = weights.recurrent().array().transpose();
    Matrix bias = weights.gateBias();
    for (int k = firstStep; k < lastStep; k++) {
      int t = activations.time(k);
      int row = t * activations.sequences() + firstRow;
      int gateRow = activations.gateRow(t) + firstRow;
      int gateEnd = gateRow + lastRow - firstRow;
      Matrix rows = activations.gates().rows(gateRow, gateEnd);
      INDArray previous = activations.previous(t).rows(firstRow, lastRow).array();
      INDArray u = previous.mmul(recurrent);
      INDArray outer = rows.columns(0, 2 * h).array();
      outer.addi(columns(u, 0, 2 * h)).addiRowVector(bias.columns(0, 2 * h).array());
      outer.assign(Transforms.sigmoid(outer, true));
      INDArray r = rows.columns(0, h).array();
      INDArray z = rows.columns(h, 2 * h).array();
      INDArray n = rows.columns(2 * h, 3 * h).array();
      INDArray candidate =
          columns(u, 2 * h, 3 * h).addRowVector(bias.columns(3 * h, 4 * h).array());
      n.addiRowVector(bias.columns(2 * h, 3 * h).array());
      n.assign(Transforms.tanh(n.add(r.mul(candidate)), false));
      activations.candidates().rows(gateRow, gateEnd).array().assign(candidate);
      INDArray next = previous.sub(n).muli(z).addi(n);
      keepMasked(activations, row, previous, next);
      activations.output(t).rows(firstRow, lastRow).array().assign(next);
    }
  }

  private static void keepMasked(
      GruActivations activations, int row, INDArray previous, INDArray next) {
    if (activations.mask() != null) {
      INDArray real = real(activations, row, (int) next.size(0), next.dataType());
      next.subi(previous).muliColumnVector(real).addi(previous);
    }
  }

  private static INDArray real(GruActivations activations, int row, int count, DataType type) {
    float[] mask = Arrays.copyOfRange(activations.mask(), row, row + count);
    return Nd4j.createFromArray(mask).castTo(type).reshape(count, 1);
  }

  @Override
  public void gruBackward(
      GruWeights weights,
      GruActivations activations,
      int firstStep,
      int lastStep,
      int firstRow,
      int lastRow,
      Matrix gradOutput) {
    int h = weights.hidden();
    INDArray weight = weights.recurrent().array();
    INDArray carry = activations.gradInitialState().rows(firstRow, lastRow).array();
    for (int k = lastStep - 1; k >= firstStep; k--) {
      int t = activations.time(k);
      int row = activations.gateRow(t);
      Matrix rows = activations.gates(t).rows(firstRow, lastRow);
      INDArray candidate = activations.candidates(t).rows(firstRow, lastRow).array();
      if (gradOutput != null) {
        carry.addi(gradOutput.rows(row + firstRow, row + lastRow).array());
      }
      INDArray kept = null;
      INDArray dh = carry.dup();
      if (activations.mask() != null) {
        int first = t * activations.sequences() + firstRow;
        INDArray real = real(activations, first, lastRow - firstRow, dh.dataType());
        dh.muliColumnVector(real);
        kept = carry.sub(dh);
      }
      INDArray previous = activations.previous(t).rows(firstRow, lastRow).array();
      backwardStep(rows, candidate, previous, dh, h);
      carry.assign(dh);
      carry.addi(rows.array().mmul(weight));
      if (kept != null) {
        carry.addi(kept);
      }
    }
  }

  /**
   * Overwrites the activations by gradients, and dh by its part that passes through the update
   * gate.
   */
  private static void backwardStep(
      Matrix rows, INDArray candidate, INDArray previous, INDArray dh, int h) {
    INDArray r = rows.columns(0, h).array();
    INDArray z = rows.columns(h, 2 * h).array();
    INDArray n = rows.columns(2 * h, 3 * h).array();
    INDArray dn = dh.mul(z.rsub(1)).muli(n.mul(n).rsubi(1));
    INDArray dz = previous.sub(n).muli(dh).muli(z).muli(z.rsub(1));
    INDArray dr = dn.mul(candidate).muli(r).muli(r.rsub(1));
    dh.muli(z);
    candidate.assign(dn);
    n.assign(dn.muli(r));
    r.assign(dr);
    z.assign(dz);
  }

  private static INDArray columns(INDArray x, int from, int to) {
    return x.get(NDArrayIndex.all(), NDArrayIndex.interval(from, to));
  }
}
