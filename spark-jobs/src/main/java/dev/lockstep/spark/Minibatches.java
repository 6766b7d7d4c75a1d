package dev.lockstep.spark;

import dev.lockstep.model.Sequence;
import dev.lockstep.model.SequenceBatch;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
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

  /**
   * Reads each array at once: an operation of ND4J's for every row takes longer than the update.
   */
  static SequenceBatch toBatch(DataSet data) {
    INDArray features = data.getFeatures();
    int rows = (int) features.size(0);
    int columns = (int) features.size(1);
    int[] lengths = lengths(data.getFeaturesMaskArray(), rows, columns);
    List<Sequence> sequences =
        features.rank() == 2
            ? symbols(features, lengths)
            : vectors(features, columns, (int) features.size(2), lengths);
    INDArray labels = data.getLabels();
    if (labels == null) {
      return SequenceBatch.of(sequences);
    }
    int longest = (int) labels.size(1);
    int[][] conditions = rows(labels, lengths(data.getLabelsMaskArray(), rows, longest));
    return SequenceBatch.of(
        IntStream.range(0, rows).mapToObj(n -> sequences.get(n).given(conditions[n])).toList());
  }

  /** Of each row: all columns, or as many as its mask has ones. */
  private static int[] lengths(INDArray mask, int rows, int columns) {
    if (mask == null) {
      int[] lengths = new int[rows];
      Arrays.fill(lengths, columns);
      return lengths;
    }
    return mask.sum(1).castTo(DataType.INT32).toIntVector();
  }

  private static List<Sequence> symbols(INDArray features, int[] lengths) {
    return Arrays.stream(rows(features, lengths)).map(Sequence::ofSymbols).toList();
  }

  /** The beginnings of rows of whole numbers. */
  private static int[][] rows(INDArray array, int[] lengths) {
    int columns = (int) array.size(1);
    int[] all = new int[lengths.length * columns];
    array.castTo(DataType.INT32).dup('c').data().asNioInt().get(all);
    int[][] rows = new int[lengths.length][];
    Arrays.setAll(rows, n -> Arrays.copyOfRange(all, n * columns, n * columns + lengths[n]));
    return rows;
  }

  private static List<Sequence> vectors(INDArray features, int steps, int channels, int[] lengths) {
    int width = steps * channels;
    float[] all = new float[lengths.length * width];
    features.castTo(DataType.FLOAT).dup('c').data().asNioFloat().get(all);
    return IntStream.range(0, lengths.length)
        .mapToObj(
            n ->
                Sequence.ofVectors(
                    channels,
                    Arrays.copyOfRange(all, n * width, n * width + lengths[n] * channels)))
        .toList();
  }
}
