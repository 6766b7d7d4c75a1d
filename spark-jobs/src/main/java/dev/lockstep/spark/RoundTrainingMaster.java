package dev.lockstep.spark;

import static dev.lockstep.spark.RoundTrainingWorker.unsupported;

import dev.lockstep.config.Settings;
import dev.lockstep.training.ReplicaState;
import dev.lockstep.training.RoundTotals;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.core.loader.DataSetLoader;
import org.deeplearning4j.core.loader.MultiDataSetLoader;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.spark.api.TrainingHook;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.deeplearning4j.spark.api.stats.SparkTrainingStats;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Rounds of parameter averaging behind dl4j-spark's interface; one {@code fit} is one round.
 *
 * <ol>
 *   <li>The state of all networks and of their updaters is broadcast.
 *   <li>Each partition of the data is a worker: it starts a replica from that state and trains it
 *       on the partition's minibatches.
 *   <li>The resulting states are averaged in the order of the workers, weighted by the symbols they
 *       saw, and become the networks' state.
 * </ol>
 *
 * <p>dl4j-spark hands around one network, the generator; the others of the objective are this
 * master's.
 */
public final class RoundTrainingMaster implements TrainingMaster<RoundResult, RoundTrainingWorker> {
  private final JavaSparkContext spark;
  private final Settings settings;
  private final int vocabulary;
  private final List<MultiLayerNetwork> networks;
  private Broadcast<RoundStart> start;
  private int round;
  private RoundTotals totals;

  /**
   * A master that has done no round.
   *
   * @param networks all that the objective trains, generator first; each round overwrites their
   *     state
   */
  public RoundTrainingMaster(
      JavaSparkContext spark, Settings settings, int vocabulary, List<MultiLayerNetwork> networks) {
    this.spark = spark;
    this.settings = settings;
    this.vocabulary = vocabulary;
    this.networks = List.copyOf(networks);
  }

  /** Rounds done. */
  public int rounds() {
    return round;
  }

  /** What the workers saw in the last round. */
  public RoundTotals totals() {
    return totals;
  }

  @Override
  public void executeTraining(SparkDl4jMultiLayer network, JavaRDD<DataSet> minibatches) {
    ReplicaState state = ReplicaState.of(networks);
    start = spark.broadcast(new RoundStart(settings, vocabulary, round, state));
    try {
      RoundTrainingWorker worker = getWorkerInstance(network);
      List<RoundResult> results =
          minibatches
              .mapPartitionsWithIndex((index, data) -> work(worker, index, data), true)
              .collect();
      combine(results);
      round++;
    } finally {
      start.destroy();
    }
  }

  private static Iterator<RoundResult> work(
      RoundTrainingWorker worker, int index, Iterator<DataSet> data) {
    worker.begin(index);
    try {
      MultiLayerNetwork network = worker.getInitialModel();
      RoundResult result = worker.getFinalResultNoData();
      while (data.hasNext()) {
        result = worker.processMinibatch(data.next(), network, !data.hasNext());
      }
      return List.of(result).iterator();
    } finally {
      worker.end();
    }
  }

  private void combine(List<RoundResult> results) {
    List<RoundResult> inOrder =
        results.stream()
            .filter(result -> result.totals().steps() > 0)
            .sorted(Comparator.comparingInt(RoundResult::worker))
            .toList();
    totals = new RoundTotals();
    inOrder.forEach(result -> totals.add(result.totals()));
    if (!inOrder.isEmpty()) {
      double[] weights = inOrder.stream().mapToDouble(r -> r.totals().symbols()).toArray();
      ReplicaState.mean(inOrder.stream().map(RoundResult::state).toList(), weights)
          .restore(networks);
    }
  }

  @Override
  public RoundTrainingWorker getWorkerInstance(SparkDl4jMultiLayer network) {
    return new RoundTrainingWorker(start);
  }

  @Override
  public RoundTrainingWorker getWorkerInstance(SparkComputationGraph graph) {
    throw unsupported("computation graphs");
  }

  @Override
  public void executeTraining(SparkComputationGraph graph, JavaRDD<DataSet> data) {
    throw unsupported("computation graphs");
  }

  @Override
  public void executeTrainingMDS(SparkComputationGraph graph, JavaRDD<MultiDataSet> data) {
    throw unsupported("computation graphs");
  }

  @Override
  public void executeTrainingPaths(
      SparkDl4jMultiLayer network,
      SparkComputationGraph graph,
      JavaRDD<String> paths,
      DataSetLoader loader,
      MultiDataSetLoader multiLoader) {
    throw unsupported("saved minibatches");
  }

  @Override
  public void addHook(TrainingHook hook) {
    throw unsupported("training hooks");
  }

  @Override
  public void removeHook(TrainingHook hook) {
    throw unsupported("training hooks");
  }

  @Override
  public String toJson() {
    throw unsupported("a master as JSON: its settings are HOCON");
  }

  @Override
  public String toYaml() {
    throw unsupported("a master as YAML: its settings are HOCON");
  }

  @Override
  public void setCollectTrainingStats(boolean collect) {
    if (collect) {
      throw unsupported("dl4j-spark's statistics");
    }
  }

  @Override
  public boolean getIsCollectTrainingStats() {
    return false;
  }

  @Override
  public SparkTrainingStats getTrainingStats() {
    return null;
  }

  @Override
  public void setListeners(Collection<TrainingListener> listeners) {
    throw unsupported("training listeners");
  }

  @Override
  public void setListeners(StatsStorageRouter router, Collection<TrainingListener> listeners) {
    throw unsupported("training listeners");
  }

  @Override
  public boolean deleteTempFiles(JavaSparkContext context) {
    return true;
  }

  @Override
  public boolean deleteTempFiles(SparkContext context) {
    return true;
  }
}
