package dev.lockstep.nn.kernel;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntConsumer;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Kernels on host memory: native GEMM, row operations in scalar or vector form, and threads that
 * split the batch, not the matrix. Each thread takes its own sequences through all steps with
 * single-thread GEMMs and its own scratch; they meet only between operations.
 *
 * <p>Each element of every result is computed by one thread in a fixed order. Where the threads'
 * shares are large enough for the GEMM to take the same code for them as for the whole, the number
 * of threads changes no bit; a few rows of an odd batch can differ in the last one (seen at 18 rows
 * on 1 and 2 threads), so a run records its number of threads.
 */
final class CpuKernels implements Kernels {
  /** Below this many multiply-adds a second thread costs more than it brings. */
  private static final long WORTH_SPLITTING = 1L << 18;

  private static final int TILE = 16;

  /** Elements of a right factor from which on few rows at a time are slow: it leaves the cache. */
  private static final int WIDE = 1 << 20;

  /** Rows that are few for a wide factor, and rows that are enough. */
  private static final int FEW_ROWS = 32;

  private static final int ENOUGH_ROWS = 128;

  /** Elements of a flat vector that are summed by themselves, whatever the number of threads. */
  private static final int BLOCK = 1 << 12;

  private static final byte[] ZEROS = new byte[1 << 12];

  private final DataType type;
  private final Gemm gemm;
  private final RowOps rowOps;
  private final Workers workers;
  private final ThreadLocal<Map<Integer, Matrix>> scratch = ThreadLocal.withInitial(HashMap::new);

  CpuKernels(DataType type, Gemm gemm, RowOps rowOps, int threads) {
    this.type = type;
    this.gemm = gemm;
    this.rowOps = rowOps;
    this.workers = new Workers(threads);
  }

  @Override
  public String name() {
    return rowOps.name() + "+" + gemm.name();
  }

  @Override
  public void forEachRowRange(int rows, RowRange body) {
    split(rows, 1, Long.MAX_VALUE, body);
  }

  private void split(int size, int grain, long work, RowRange body) {
    boolean whole = work < WORTH_SPLITTING || Workers.inside();
    int parts = whole ? 1 : Math.min(workers.count(), Math.max(1, size / grain));
    if (parts == 1) {
      body.run(0, size);
      return;
    }
    workers.run(
        parts,
        i ->
            body.run(
                Workers.start(size, parts, i, grain), Workers.start(size, parts, i + 1, grain)));
  }

  @Override
  public void multiply(
      Matrix a, boolean transposeA, Matrix b, boolean transposeB, Matrix c, boolean accumulate) {
    int inner = transposeA ? a.rows() : a.columns();
    long work = (long) c.rows() * c.columns() * inner;
    split(
        c.rows(),
        TILE,
        work,
        (from, to) -> {
          Matrix part = transposeA ? a.columns(from, to) : a.rows(from, to);
          gemm.multiply(part, transposeA, b, transposeB, c.rows(from, to), accumulate);
        });
  }

  @Override
  public PackedMatrix pack(Matrix b, boolean transpose) {
    return gemm.pack(b, transpose);
  }

  @Override
  public void multiply(Matrix a, PackedMatrix b, Matrix c, boolean accumulate) {
    split(
        c.rows(),
        TILE,
        (long) c.rows() * c.columns() * a.columns(),
        (from, to) -> gemm.multiply(a.rows(from, to), b, c.rows(from, to), accumulate));
  }

  @Override
  public void multiplyRows(
      Matrix a, Matrix b, Matrix c, boolean accumulate, int period, int offset) {
    if (offset == 0) {
      multiply(a, false, b, false, c, accumulate);
      return;
    }
    int blocks = c.rows() / period;
    int each = period - offset;
    boolean gather = each < FEW_ROWS && b.rows() * b.columns() > WIDE;
    int together = gather ? ENOUGH_ROWS / each : 1;
    int groups = (blocks + together - 1) / together;
    split(
        groups,
        1,
        (long) c.rows() * c.columns() * a.columns(),
        (from, to) -> {
          for (int group = from; group < to; group++) {
            int last = Math.min(blocks, (group + 1) * together);
            multiplyBlocks(a, b, c, accumulate, period, offset, group * together, last);
          }
        });
  }

  /** Rows of some blocks, side by side for one product: few rows by themselves would be slow. */
  private void multiplyBlocks(
      Matrix a,
      Matrix b,
      Matrix c,
      boolean accumulate,
      int period,
      int offset,
      int first,
      int last) {
    int each = period - offset;
    if (last - first == 1) {
      int row = first * period + offset;
      Matrix rows = c.rows(row, row + each);
      gemm.multiply(a.rows(row, row + each), false, b, false, rows, accumulate);
      return;
    }
    Matrix left = scratch(0, (last - first) * each, a.columns());
    Matrix result = scratch(1, (last - first) * each, c.columns());
    for (int i = 0; i < left.rows(); i++) {
      int row = (first + i / each) * period + offset + i % each;
      copyRow(a, row, left, i);
      if (accumulate) {
        copyRow(c, row, result, i);
      }
    }
    gemm.multiply(left, false, b, false, result, accumulate);
    for (int i = 0; i < result.rows(); i++) {
      copyRow(result, i, c, (first + i / each) * period + offset + i % each);
    }
  }

  @Override
  public void copy(Matrix from, Matrix to) {
    forEachRow(to, i -> copyRow(from, i, to, i));
  }

  private void copyRow(Matrix from, int i, Matrix to, int j) {
    int width = type.width();
    to.bytes().put(to.index(j) * width, from.bytes(), from.index(i) * width, to.columns() * width);
  }

  @Override
  public void clear(Matrix x) {
    forEachRow(x, i -> clearRow(x, i));
  }

  private void clearRow(Matrix x, int i) {
    int from = x.index(i) * type.width();
    int count = x.columns() * type.width();
    for (int done = 0; done < count; done += ZEROS.length) {
      x.bytes().put(from + done, ZEROS, 0, Math.min(ZEROS.length, count - done));
    }
  }

  @Override
  public void transpose(Matrix from, Matrix to) {
    split(to.rows(), TILE, (long) to.rows() * to.columns(), (a, b) -> transpose(from, to, a, b));
  }

  /** In tiles: a whole column of a wide matrix would miss the cache at every element. */
  private void transpose(Matrix from, Matrix to, int first, int last) {
    int width = type.width();
    ByteBuffer source = from.bytes();
    ByteBuffer target = to.bytes();
    for (int i0 = first; i0 < last; i0 += TILE) {
      for (int j0 = 0; j0 < to.columns(); j0 += TILE) {
        for (int i = i0; i < Math.min(i0 + TILE, last); i++) {
          for (int j = j0; j < Math.min(j0 + TILE, to.columns()); j++) {
            copy(source, (from.index(j) + i) * width, target, (to.index(i) + j) * width, width);
          }
        }
      }
    }
  }

  private static void copy(ByteBuffer source, int from, ByteBuffer target, int to, int width) {
    if (width == Float.BYTES) {
      target.putInt(to, source.getInt(from));
    } else {
      target.putLong(to, source.getLong(from));
    }
  }

  @Override
  public void gather(Matrix table, int[] symbols, int first, Matrix to) {
    for (int i = 0; i < to.rows(); i++) {
      copyRow(table, symbols[first + i], to, i);
    }
  }

  @Override
  public void scatterAdd(Matrix rows, int[] symbols, int first, Matrix table) {
    long work = (long) rows.rows() * rows.columns();
    // By columns: two threads never add to the same element, and each adds in row order.
    split(
        table.columns(),
        TILE,
        work,
        (from, to) -> {
          for (int i = 0; i < rows.rows(); i++) {
            rowOps.add(
                rows.bytes(),
                rows.index(i) + from,
                table.bytes(),
                table.index(symbols[first + i]) + from,
                to - from);
          }
        });
  }

  @Override
  public void add(Matrix from, Matrix to) {
    forEachRow(
        to, i -> rowOps.add(from.bytes(), from.index(i), to.bytes(), to.index(i), to.columns()));
  }

  @Override
  public void addBias(Matrix x, Matrix bias, double leak) {
    forEachRow(
        x,
        i -> rowOps.addBias(x.bytes(), x.index(i), bias.bytes(), bias.index(0), x.columns(), leak));
  }

  @Override
  public void reluBackward(Matrix y, Matrix dy, double leak) {
    forEachRow(
        dy,
        i ->
            rowOps.reluBackward(
                y.bytes(), y.index(i), dy.bytes(), dy.index(i), dy.columns(), leak));
  }

  @Override
  public void tanh(Matrix x) {
    forEachRow(x, i -> rowOps.tanh(x.bytes(), x.index(i), x.columns()));
  }

  @Override
  public void tanhBackward(Matrix y, Matrix dy) {
    forEachRow(
        dy, i -> rowOps.tanhBackward(y.bytes(), y.index(i), dy.bytes(), dy.index(i), dy.columns()));
  }

  @Override
  public void artanh(Matrix x, Matrix y) {
    forEachRow(x, i -> rowOps.artanh(x.bytes(), x.index(i), y.bytes(), y.index(i), x.columns()));
  }

  @Override
  public void artanhBackward(Matrix x, Matrix dy) {
    forEachRow(
        dy,
        i -> rowOps.artanhBackward(x.bytes(), x.index(i), dy.bytes(), dy.index(i), dy.columns()));
  }

  @Override
  public void columnSums(Matrix x, Matrix sums, boolean accumulate) {
    if (!accumulate) {
      clearRow(sums, 0);
    }
    split(
        x.columns(),
        TILE,
        (long) x.rows() * x.columns(),
        (from, to) ->
            rowOps.addRows(
                x.bytes(),
                x.index(0) + from,
                x.stride(),
                x.rows(),
                sums.bytes(),
                sums.index(0) + from,
                to - from));
  }

  @Override
  public void columnProducts(Matrix x, Matrix y, Matrix sums) {
    clearRow(sums, 0);
    split(
        x.columns(),
        TILE,
        (long) x.rows() * x.columns(),
        (from, to) -> {
          for (int i = 0; i < x.rows(); i++) {
            rowOps.addProducts(
                x.bytes(),
                x.index(i) + from,
                y.bytes(),
                y.index(i) + from,
                sums.bytes(),
                sums.index(0) + from,
                to - from);
          }
        });
  }

  @Override
  public void scaleElements(Matrix x, Matrix factors) {
    forEachRow(
        x,
        i ->
            rowOps.multiply(x.bytes(), x.index(i), factors.bytes(), factors.index(i), x.columns()));
  }

  @Override
  public void scaleColumns(Matrix x, Matrix factors) {
    forEachRow(
        x,
        i ->
            rowOps.multiply(x.bytes(), x.index(i), factors.bytes(), factors.index(0), x.columns()));
  }

  @Override
  public void scaleRows(Matrix x, double[] factors) {
    forEachRow(
        x, i -> rowOps.scale(x.bytes(), x.index(i), x.columns(), factors[i % factors.length]));
  }

  @Override
  public void softmax(Matrix logits, Matrix probabilities, Matrix logNormalisers) {
    ByteBuffer normalisers = logNormalisers.bytes();
    forEachRow(
        logits,
        i ->
            put(
                normalisers,
                logNormalisers.index(i),
                rowOps.softmax(
                    logits.bytes(),
                    logits.index(i),
                    probabilities.bytes(),
                    probabilities.index(i),
                    logits.columns())));
  }

  @Override
  public void softmaxBackward(
      Matrix probabilities,
      Matrix gradProbabilities,
      int[] targets,
      double[] weights,
      Matrix logits) {
    forEachRow(
        logits,
        i -> {
          rowOps.softmaxBackward(
              probabilities.bytes(),
              probabilities.index(i),
              gradProbabilities == null ? null : gradProbabilities.bytes(),
              gradProbabilities == null ? 0 : gradProbabilities.index(i),
              weights[i],
              logits.bytes(),
              logits.index(i),
              logits.columns());
          int target = logits.index(i) + targets[i];
          put(logits.bytes(), target, get(logits.bytes(), target) - weights[i]);
        });
  }

  @Override
  public double sumOfSquares(Matrix x) {
    double[] sums = new double[(x.columns() + BLOCK - 1) / BLOCK];
    split(
        sums.length,
        1,
        x.columns(),
        (first, last) -> {
          for (int i = first; i < last; i++) {
            int from = i * BLOCK;
            int count = Math.min(BLOCK, x.columns() - from);
            sums[i] = rowOps.sumOfSquares(x.bytes(), x.index(0) + from, count);
          }
        });
    return Arrays.stream(sums).sum();
  }

  @Override
  public void adam(
      Matrix parameters, Matrix gradient, Matrix mean, Matrix variance, AdamStep step) {
    split(
        parameters.columns(),
        TILE,
        parameters.columns(),
        (from, to) ->
            rowOps.adam(
                parameters.bytes(),
                parameters.index(0) + from,
                gradient.bytes(),
                gradient.index(0) + from,
                mean.bytes(),
                mean.index(0) + from,
                variance.bytes(),
                variance.index(0) + from,
                to - from,
                step));
  }

  private void forEachRow(Matrix x, IntConsumer row) {
    split(
        x.rows(),
        1,
        (long) x.rows() * x.columns(),
        (from, to) -> {
          for (int i = from; i < to; i++) {
            row.accept(i);
          }
        });
  }

  private double get(ByteBuffer memory, int index) {
    return type == DataType.DOUBLE ? memory.getDouble(index * 8) : memory.getFloat(index * 4);
  }

  private void put(ByteBuffer memory, int index, double value) {
    if (type == DataType.DOUBLE) {
      memory.putDouble(index * 8, value);
    } else {
      memory.putFloat(index * 4, (float) value);
    }
  }

  @Override
  public void gruForward(
      GruWeights weights,
      GruActivations activations,
      int firstStep,
      int lastStep,
      int firstRow,
      int lastRow) {
    int hidden = weights.hidden();
    int rows = lastRow - firstRow;
    Matrix recurrent = scratch(0, rows, 3 * hidden);
    for (int k = firstStep; k < lastStep; k++) {
      int t = activations.time(k);
      Matrix previous = activations.previous(t).rows(firstRow, lastRow);
      gemm.multiply(previous, weights.recurrentForward(), recurrent, false);
      int gates = activations.gateRow(t) + firstRow;
      Matrix next = activations.output(t).rows(firstRow, lastRow);
      for (int i = 0; i < rows; i++) {
        if (activations.masked(t, firstRow + i)) {
          copyRow(previous, i, next, i);
        } else {
          rowOps.gruForward(
              activations.gates().bytes(),
              activations.gates().index(gates + i),
              recurrent.bytes(),
              recurrent.index(i),
              weights.gateBias().bytes(),
              weights.gateBias().index(0),
              activations.candidates().bytes(),
              activations.candidates().index(gates + i),
              next.bytes(),
              previous.index(i),
              next.index(i),
              hidden);
        }
      }
    }
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
    Matrix carry = activations.gradInitialState().rows(firstRow, lastRow);
    for (int k = lastStep - 1; k >= firstStep; k--) {
      int t = activations.time(k);
      int gates = activations.gateRow(t);
      Matrix previous = activations.previous(t);
      for (int i = firstRow; i < lastRow; i++) {
        backwardRow(
            activations,
            activations.masked(t, i),
            gradOutput,
            gates + i,
            previous.bytes(),
            previous.index(i),
            carry.bytes(),
            carry.index(i - firstRow));
      }
      gemm.multiply(
          activations.gates().rows(gates + firstRow, gates + lastRow),
          weights.recurrentBackward(),
          carry,
          true);
    }
  }

  /**
   * One row of one step.
   *
   * @param gradOutput of the segment, or null
   * @param row of the gates, and of the gradients
   * @param previous where the state is that the step read
   * @param carry the gradient at the step's state, a row of its own
   */
  private void backwardRow(
      GruActivations activations,
      boolean masked,
      Matrix gradOutput,
      int row,
      ByteBuffer states,
      int previous,
      ByteBuffer carries,
      int carry) {
    int hidden = activations.hidden();
    ByteBuffer outside = gradOutput == null ? null : gradOutput.bytes();
    int s = gradOutput == null ? 0 : gradOutput.index(row);
    if (masked) {
      clearRow(activations.gates(), row);
      clearRow(activations.candidates(), row);
      if (outside != null) {
        rowOps.add(outside, s, carries, carry, hidden);
      }
      return;
    }
    rowOps.gruBackward(
        activations.gates().bytes(),
        activations.gates().index(row),
        activations.candidates().bytes(),
        activations.candidates().index(row),
        states,
        previous,
        carries,
        carry,
        outside,
        s,
        hidden);
  }

  /** This thread's own [rows, columns], two (0 and 1) a width, kept while it is large enough. */
  private Matrix scratch(int which, int rows, int columns) {
    Matrix kept =
        scratch
            .get()
            .compute(
                2 * columns + which,
                (key, old) ->
                    old != null && old.rows() >= rows ? old : Matrix.zeros(type, rows, columns));
    return kept.rows(0, rows);
  }
}
