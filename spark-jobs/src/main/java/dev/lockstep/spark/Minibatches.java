package dev.lockstep.spark;

import dev.lockstep.model.SequenceBatch;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Minibatches of symbols in dl4j-spark's currency: a {@code DataSet} whose features are [N, T]
 * symbol numbers and whose features mask [N, T] is 1 where a sequence has a symbol, absent if all
 * do.
 */
final class Minibatches {
  private Minibatches() {}

  static DataSet toDataSet(SequenceBatch batch) {
    int[] tokens = new int[batch.sequences() * batch.steps()];
    float[] mask = new float[tokens.length];
    for (int n = 0; n < batch.sequences(); n++) {
      for (int t = 0; t < batch.length(n); t++) {
        tokens[n * batch.steps() + t] = batch.token(t, n);
        mask[n * batch.steps() + t] = 1;
      }
    }
    INDArray features = Nd4j.createFromArray(tokens).reshape(batch.sequences(), batch.steps());
    boolean padded = batch.symbols() < tokens.length;
    INDArray real =
        padded ? Nd4j.createFromArray(mask).reshape(batch.sequences(), batch.steps()) : null;
    return new DataSet(features, null, real, null);
  }

  static SequenceBatch toBatch(DataSet data) {
    INDArray features = data.getFeatures().castTo(DataType.INT32);
    INDArray mask = data.getFeaturesMaskArray();
    int[][] sequences = new int[(int) features.size(0)][];
    for (int n = 0; n < sequences.length; n++) {
      int length = mask == null ? (int) features.size(1) : mask.getRow(n).sumNumber().intValue();
      sequences[n] = Arrays.copyOf(features.getRow(n).toIntVector(), length);
    }
    return SequenceBatch.of(sequences);
  }
}
