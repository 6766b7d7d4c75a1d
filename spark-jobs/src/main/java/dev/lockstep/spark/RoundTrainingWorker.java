package dev.lockstep.spark;

import dev.lockstep.algorithm.TrainingMetrics;
import dev.lockstep.config.Settings;
import dev.lockstep.config.TrainingSettings;
import dev.lockstep.random.RandomStreams;
import dev.lockstep.random.RandomStreams.Purpose;
import dev.lockstep.training.Networks;
import dev.lockstep.training.ReplicaState;
import dev.lockstep.training.RoundTotals;
import dev.lockstep.training.WorkerHealth;
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
 * is the objective's first; the objective knows the others.
 */
public final class RoundTrainingWorker implements TrainingWorker<RoundResult> {
  private static final long serialVersionUID = 1L;

  private final Broadcast<RoundStart> start;
  private transient int worker;
  private transient long update;
  private transient Networks networks;
  private transient RoundTotals totals;
  private transient WorkerHealth health;
  private transient SplittableRandom random;
  private transient double fetchSeconds;
  private transient double stepSeconds;

  RoundTrainingWorker(Broadcast<RoundStart> start) {
    this.start = start;
  }

  /** Says which worker this is, before anything else is asked of it. */
  void begin(int index) {
    TaskDevice.bind();
    worker = index;
    totals = new RoundTotals();
    stepSeconds = 0;
    long began = System.nanoTime();
    Settings settings = start.value().settings();
    fetchSeconds = seconds(began);
    update = (long) start.value().round() * settings.training().averagingFrequency();
    health =
        new WorkerHealth(
            settings.training().health().explodeFactor(),
            settings.objective().method().hasDiscriminator(),
            Math.max(1, start.value().steps().channels()));
    random =
        RandomStreams.stream(
            settings.training().seed(), Purpose.FREE_RUNNING, start.value().round(), index);
  }

  /** The generator, in the state that the round starts from. */
  @Override
  public MultiLayerNetwork getInitialModel() {
    RoundStart from = start.value();
    networks = Replicas.borrow(from.settings(), from.steps());
    from.state().restore(networks.algorithm().networks());
    networks.algorithm().parametersChanged();
    return networks.algorithm().networks().get(0);
  }

  @Override
  public RoundResult processMinibatch(DataSet data, MultiLayerNetwork network, boolean isLast) {
    long began = System.nanoTime();
    RoundStart from = start.value();
    networks.setProgress(from.settings().training(), (double) update / from.batches());
    if (from.beginsStreams(update)) {
      networks.algorithm().parametersChanged();
    }
    TrainingMetrics metrics =
        networks
            .algorithm()
            .step(Minibatches.toBatch((org.nd4j.linalg.dataset.DataSet) data), update++, random);
    stepSeconds += seconds(began);
    totals.add(metrics);
    health.observe(metrics);
    return isLast ? getFinalResult(network) : null;
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  @Override
  public RoundResult getFinalResult(MultiLayerNetwork network) {
    ReplicaState from = start.value().state();
    ReplicaState state = ReplicaState.of(networks.algorithm().networks());
    health.compare(from, state);
    // A round that starts without updater states has no use for those that it ends with.
    return new RoundResult(
        report(state.updates()), from.hasUpdaterStates() ? state : state.parametersOnly());
  }

  @Override
  public RoundResult getFinalResultNoData() {
    return new RoundResult(report(start.value().state().updates()), start.value().state());
  }

  private WorkerReport report(int[] updates) {
    return new WorkerReport(
        worker, totals, updates, health.trouble().orElse(null), fetchSeconds, stepSeconds);
  }

  /** Lets the next round have the replica. */
  void end() {
    if (networks != null) {
      Replicas.giveBack(start.value().settings(), start.value().steps(), networks);
      networks = null;
    }
  }

  @Override
  public long getInstanceId() {
    return worker;
  }

  @Override
  public WorkerConfiguration getDataConfiguration() {
    TrainingSettings training = start.value().settings().training();
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
