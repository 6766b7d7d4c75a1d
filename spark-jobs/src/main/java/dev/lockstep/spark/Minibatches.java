package dev.lockstep.spark;

import dev.lockstep.model.Sequence;
import dev.lockstep.model.SequenceBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Minibatches in dl4j-spark's currency, {@code DataSet}: features are the symbols [N, T], or the
 * vectors [N, T, W]; labels the symbols that the sequences depend on [N, U], absent if they depend
 * on nothing; masks [N, T] and [N, U] are 1 where there is something, absent if everywhere.
 */
final class Minibatches {
  private Minibatches() {}

  static DataSet toDataSet(SequenceBatch batch) {
    int rows = batch.sequences();
    int channels = batch.sequence(0).channels();
    INDArray features =
        channels == 0
            ? padded(symbols(batch), batch.steps())
            : Nd4j.createFromArray(vectors(batch, channels)).reshape(rows, batch.steps(), channels);
    int[][] conditions = batch.conditions();
    int longest = Arrays.stream(conditions).mapToInt(c -> c.length).max().orElse(0);
    int[] lengths = new int[rows];
    Arrays.setAll(lengths, batch::length);
    return new DataSet(
        features,
        longest == 0 ? null : padded(conditions, longest),
        mask(lengths, batch.steps()),
        longest == 0 ? null : mask(lengths(conditions), longest));
  }

  private static int[][] symbols(SequenceBatch batch) {
    int[][] symbols = new int[batch.sequences()][];
    Arrays.setAll(symbols, n -> batch.sequence(n).symbols());
    return symbols;
  }

  private static float[] vectors(SequenceBatch batch, int channels) {
    float[] all = new float[batch.sequences() * batch.steps() * channels];
    for (int n = 0; n < batch.sequences(); n++) {
      float[] values = batch.sequence(n).values();
      System.arraycopy(values, 0, all, n * batch.steps() * channels, values.length);
    }
    return all;
  }

  private static INDArray padded(int[][] rows, int columns) {
    int[] all = new int[rows.length * columns];
    for (int n = 0; n < rows.length; n++) {
      System.arraycopy(rows[n], 0, all, n * columns, rows[n].length);
    }
    return Nd4j.createFromArray(all).reshape(rows.length, columns);
  }

  private static int[] lengths(int[][] rows) {
    return Arrays.stream(rows).mapToInt(row -> row.length).toArray();
  }

  /** [N, columns] of 0 and 1, or null if all are 1. */
  private static INDArray mask(int[] lengths, int columns) {
    if (Arrays.stream(lengths).allMatch(length -> length == columns)) {
      return null;
    }
    float[] mask = new float[lengths.length * columns];
    for (int n = 0; n < lengths.length; n++) {
      Arrays.fill(mask, n * columns, n * columns + lengths[n], 1);
    }
    return Nd4j.createFromArray(mask).reshape(lengths.length, columns);
  }

  static SequenceBatch toBatch(DataSet data) {
    INDArray features = data.getFeatures();
    INDArray conditions = data.getLabels();
    List<Sequence> sequences = new ArrayList<>();
    for (int n = 0; n < features.size(0); n++) {
      int steps = length(data.getFeaturesMaskArray(), n, features.size(1));
      Sequence sequence =
          features.rank() == 2
              ? Sequence.ofSymbols(ints(features, n, steps))
              : vectors(features, n, steps);
      sequences.add(
          conditions == null
              ? sequence
              : sequence.given(
                  ints(conditions, n, length(data.getLabelsMaskArray(), n, conditions.size(1)))));
    }
    return SequenceBatch.of(sequences);
  }

  private static int length(INDArray mask, int n, long columns) {
    return mask == null ? (int) columns : mask.getRow(n).sumNumber().intValue();
  }

  private static int[] ints(INDArray rows, int n, int count) {
    return Arrays.copyOf(rows.getRow(n).castTo(DataType.INT32).toIntVector(), count);
  }

  private static Sequence vectors(INDArray features, int n, int steps) {
    int channels = (int) features.size(2);
    float[] all = features.slice(n).dup('c').data().asFloat();
    return Sequence.ofVectors(channels, Arrays.copyOf(all, steps * channels));
  }
}
