package dev.lockstep.spark;

import dev.lockstep.config.Settings;
import dev.lockstep.random.RandomStreams;
import dev.lockstep.random.RandomStreams.Purpose;
import dev.lockstep.training.Networks;
import dev.lockstep.training.ReplicaState;
import dev.lockstep.training.RoundTotals;
import java.util.SplittableRandom;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.api.TrainingHook;
import org.deeplearning4j.spark.api.TrainingWorker;
import org.deeplearning4j.spark.api.WorkerConfiguration;
import org.deeplearning4j.spark.api.stats.SparkTrainingStats;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * One worker's part of a round, on an executor: takes the broadcast state into a replica, steps its
 * objective over the minibatches, and returns the state. The network that dl4j-spark hands around
 * is the generator; the objective knows the others.
 */
public final class RoundTrainingWorker implements TrainingWorker<RoundResult> {
  private static final long serialVersionUID = 1L;

  private final Broadcast<RoundStart> start;
  private transient int worker;
  private transient Networks networks;
  private transient RoundTotals totals;
  private transient SplittableRandom random;

  RoundTrainingWorker(Broadcast<RoundStart> start) {
    this.start = start;
  }

  /** Says which worker this is, before anything else is asked of it. */
  void begin(int index) {
    TaskDevice.bind();
    worker = index;
    totals = new RoundTotals();
    Settings settings = start.value().settings();
    random =
        RandomStreams.stream(
            settings.training().seed(), Purpose.FREE_RUNNING, start.value().round(), index);
  }

  /** The generator, in the state that the round starts from. */
  @Override
  public MultiLayerNetwork getInitialModel() {
    RoundStart from = start.value();
    networks = Replicas.borrow(from.settings(), from.vocabulary());
    from.state().restore(networks.objective().networks());
    networks.objective().refresh();
    return networks.generator().network();
  }

  @Override
  public RoundResult processMinibatch(DataSet data, MultiLayerNetwork network, boolean isLast) {
    totals.add(
        networks
            .objective()
            .step(Minibatches.toBatch((org.nd4j.linalg.dataset.DataSet) data), random));
    return isLast ? getFinalResult(network) : null;
  }

  @Override
  public RoundResult getFinalResult(MultiLayerNetwork network) {
    return new RoundResult(worker, ReplicaState.of(networks.objective().networks()), totals);
  }

  @Override
  public RoundResult getFinalResultNoData() {
    return new RoundResult(worker, start.value().state(), totals);
  }

  /** Lets the next round have the replica. */
  void end() {
    if (networks != null) {
      Replicas.giveBack(start.value().settings(), start.value().vocabulary(), networks);
      networks = null;
    }
  }

  @Override
  public long getInstanceId() {
    return worker;
  }

  @Override
  public WorkerConfiguration getDataConfiguration() {
    Settings.Training training = start.value().settings().training();
    return new WorkerConfiguration(
        false, training.batch(), training.batch(), training.averagingFrequency(), 0, false);
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
  public ComputationGraph getInitialModelGraph() {
    throw unsupported("computation graphs");
  }

  @Override
  public RoundResult processMinibatch(DataSet data, ComputationGraph graph, boolean isLast) {
    throw unsupported("computation graphs");
  }

  @Override
  public RoundResult processMinibatch(MultiDataSet data, ComputationGraph graph, boolean isLast) {
    throw unsupported("computation graphs");
  }

  @Override
  public RoundResult getFinalResult(ComputationGraph graph) {
    throw unsupported("computation graphs");
  }

  @Override
  public Pair<RoundResult, SparkTrainingStats> processMinibatchWithStats(
      DataSet data, MultiLayerNetwork network, boolean isLast) {
    throw unsupported("dl4j-spark's statistics");
  }

  @Override
  public Pair<RoundResult, SparkTrainingStats> processMinibatchWithStats(
      DataSet data, ComputationGraph graph, boolean isLast) {
    throw unsupported("computation graphs");
  }

  @Override
  public Pair<RoundResult, SparkTrainingStats> processMinibatchWithStats(
      MultiDataSet data, ComputationGraph graph, boolean isLast) {
    throw unsupported("computation graphs");
  }

  @Override
  public Pair<RoundResult, SparkTrainingStats> getFinalResultNoDataWithStats() {
    throw unsupported("dl4j-spark's statistics");
  }

  @Override
  public Pair<RoundResult, SparkTrainingStats> getFinalResultWithStats(MultiLayerNetwork network) {
    throw unsupported("dl4j-spark's statistics");
  }

  @Override
  public Pair<RoundResult, SparkTrainingStats> getFinalResultWithStats(ComputationGraph graph) {
    throw unsupported("computation graphs");
  }

  static UnsupportedOperationException unsupported(String what) {
    return new UnsupportedOperationException("Lockstep's rounds have no use for " + what);
  }
}
