package dev.lockstep.cluster;

import dev.lockstep.model.Generator;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.api.Repartition;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/**
 * Rounds of dl4j-spark's own parameter averaging over the generator's DL4J network and minibatches
 * of the same shape; prints the seconds of each. Arguments: V H T N minibatches rounds.
 */
public final class Dl4jRounds {
  private static final int WORKERS = 2;

  private Dl4jRounds() {}

  /** Runs it. */
  public static void main(String[] args) {
    int[] sizes = IntStream.range(0, args.length).map(i -> Integer.parseInt(args[i])).toArray();
    int vocabulary = sizes[0];
    int steps = sizes[2];
    int sequences = sizes[3];
    int minibatches = sizes[4];
    try (JavaSparkContext spark = new JavaSparkContext(new SparkConf().setAppName("dl4j"))) {
      ParameterAveragingTrainingMaster master =
          new ParameterAveragingTrainingMaster.Builder(WORKERS, sequences)
              .batchSizePerWorker(sequences)
              .averagingFrequency(minibatches)
              .workerPrefetchNumBatches(0)
              .rddTrainingApproach(RDDTrainingApproach.Direct)
              .repartionData(Repartition.Never)
              // They are cached below.
              .storageLevel(null)
              .build();
      MultiLayerConfiguration network =
          Generator.configuration(
              new Generator.Shape(vocabulary, 0, sizes[1], 1), DataType.FLOAT, new Adam(1e-3), 1);
      SparkDl4jMultiLayer trainer = new SparkDl4jMultiLayer(spark, network, master);
      List<Integer> numbers = new ArrayList<>();
      IntStream.range(0, WORKERS * minibatches).forEach(numbers::add);
      JavaRDD<DataSet> data =
          spark
              .parallelize(numbers, WORKERS)
              .map(number -> minibatch(vocabulary, steps, sequences, number))
              .cache();
      data.count();
      for (int round = 0; round < sizes[5]; round++) {
        long began = System.nanoTime();
        trainer.fit(data);
        System.out.printf("round %.2f s%n", (System.nanoTime() - began) / 1e9);
      }
    }
  }

  /** One-hot symbols [N, V + 1, T] and the symbols after them [N, V, T]. */
  private static DataSet minibatch(int vocabulary, int steps, int sequences, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    INDArray features = Nd4j.zeros(DataType.FLOAT, sequences, vocabulary + 1L, steps);
    INDArray labels = Nd4j.zeros(DataType.FLOAT, sequences, vocabulary, steps);
    for (int n = 0; n < sequences; n++) {
      int symbol = vocabulary;
      for (int t = 0; t < steps; t++) {
        features.putScalar(new int[] {n, symbol, t}, 1);
        symbol = random.nextInt(vocabulary);
        labels.putScalar(new int[] {n, symbol, t}, 1);
      }
    }
    return new DataSet(features, labels);
  }
}
