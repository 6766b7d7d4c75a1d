package dev.lockstep.testing;

import dev.lockstep.model.Generator;
import dev.lockstep.nn.kernel.Matrix;
import java.util.List;
import java.util.Random;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Between Lockstep's time-major rows, of which t·N + n is sequence n at step t, and DL4J's arrays.
 */
public final class Layouts {
  private Layouts() {}

  /** Symbols below {@code vocabulary}, [T·N]. */
  public static int[] randomSymbols(long seed, int count, int vocabulary) {
    return new Random(seed).ints(count, 0, vocabulary).toArray();
  }

  /** What a teacher-forced generator reads: the start symbol, then every symbol but the last. */
  public static int[] shifted(int[] symbols, int sequences, int start) {
    int[] read = new int[symbols.length];
    for (int i = 0; i < read.length; i++) {
      read[i] = i < sequences ? start : symbols[i - sequences];
    }
    return read;
  }

  /** The DL4J input of a generator for the symbols read: [N, V+1, T] one-hot, or [N, T]. */
  public static INDArray input(Generator.Shape shape, int[] read, int sequences) {
    int steps = read.length / sequences;
    INDArray input =
        shape.embedding() > 0
            ? Nd4j.zeros(DataType.DOUBLE, sequences, steps)
            : Nd4j.zeros(DataType.DOUBLE, sequences, shape.vocabulary() + 1L, steps);
    for (int i = 0; i < read.length; i++) {
      int t = i / sequences;
      int n = i % sequences;
      if (shape.embedding() > 0) {
        input.putScalar(n, t, read[i]);
      } else {
        input.putScalar(n, read[i], t, 1);
      }
    }
    return input;
  }

  /** Parts that stand side by side, [T·N, ·] each, as DL4J's [N, C, T]. */
  public static INDArray sequenceMajor(List<Matrix> parts, int sequences) {
    int steps = parts.get(0).rows() / sequences;
    int columns = parts.stream().mapToInt(Matrix::columns).sum();
    INDArray cube = Nd4j.zeros(DataType.DOUBLE, sequences, columns, steps);
    int first = 0;
    for (Matrix part : parts) {
      double[] values = part.toArray();
      for (int i = 0; i < values.length; i++) {
        int row = i / part.columns();
        int column = first + i % part.columns();
        cube.putScalar(row % sequences, column, row / sequences, values[i]);
      }
      first += part.columns();
    }
    return cube;
  }

  /** DL4J's [N, C, T] as [T·N, C]. */
  public static double[] timeMajor(INDArray cube) {
    return cube.permute(2, 0, 1).dup('c').data().asDouble();
  }

  /** A mask [T·N] as DL4J's [N, T]. */
  public static INDArray mask(float[] mask, int sequences) {
    int steps = mask.length / sequences;
    return Nd4j.createFromArray(mask)
        .castTo(DataType.DOUBLE)
        .reshape('c', steps, sequences)
        .transpose()
        .dup('c');
  }

  /** A mask [T·N] of sequences of these lengths, in T steps. */
  public static float[] mask(int steps, int... lengths) {
    float[] mask = new float[steps * lengths.length];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = i / lengths.length < lengths[i % lengths.length] ? 1 : 0;
    }
    return mask;
  }
}
