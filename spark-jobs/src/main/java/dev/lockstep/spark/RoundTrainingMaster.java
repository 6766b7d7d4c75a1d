package dev.lockstep.spark;

import static dev.lockstep.spark.RoundTrainingWorker.unsupported;

import dev.lockstep.config.Settings;
import dev.lockstep.model.StepShape;
import dev.lockstep.results.RoundMetrics;
import dev.lockstep.training.Networks;
import dev.lockstep.training.OuterOptimizer;
import dev.lockstep.training.ReplicaState;
import dev.lockstep.training.RoundTotals;
import java.util.Collection;
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
 *       saw; a worker whose loss or parameters are no good is left out.
 *   <li>The outer optimiser makes the networks' next state of that mean.
 * </ol>
 *
 * <p>dl4j-spark hands around one network, the generator; the others of the objective are this
 * master's.
 */
public final class RoundTrainingMaster implements TrainingMaster<RoundResult, RoundTrainingWorker> {
  private final JavaSparkContext spark;
  private final Settings settings;
  private final StepShape steps;
  private final long batches;
  private final List<MultiLayerNetwork> networks;
  private final OuterOptimizer outer;
  private Broadcast<RoundStart> start;
  private int rounds;
  private Round last;

  /**
   * What the last round was.
   *
   * @param totals of the workers that counted
   * @param leftOut those that did not, though they had data
   * @param time where it went
   */
  public record Round(RoundTotals totals, List<WorkerReport> leftOut, Time time) {
    /**
     * The round's results.
     *
     * @param round rounds done
     * @param networks that were trained
     * @param validNll of the validation part, or null in a round that does not validate
     * @param seconds of training since the run began
     */
    RoundMetrics metrics(int round, Networks networks, Double validNll, double seconds) {
      boolean adversarial = networks.hasDiscriminator();
      boolean symbolic = networks.symbolic();
      return new RoundMetrics(
          round,
          totals.nll(),
          symbolic ? Bits.of(totals.nll()) : null,
          adversarial ? totals.discriminatorLoss() : null,
          adversarial ? totals.freeRunningLoss() : null,
          adversarial ? totals.teacherForcedLoss() : null,
          adversarial ? totals.accuracy() : null,
          adversarial ? totals.generatorGate() : null,
          adversarial ? totals.discriminatorGate() : null,
          number(totals.gradientNorms().nll()),
          number(totals.gradientNorms().adversarial()),
          number(totals.dataProbability()),
          leftOut.size(),
          validNll,
          symbolic && validNll != null ? Bits.of(validNll) : null,
          totals.symbols(),
          totals.symbols() / time.total(),
          time.broadcast(),
          time.compute(),
          time.combine(),
          seconds);
    }

    private static Double number(double value) {
      return Double.isNaN(value) ? null : value;
    }
  }

  /**
   * Where a round's time went, seconds.
   *
   * @param broadcast until the last worker had the state that the round starts from
   * @param compute the slowest worker's steps
   * @param combine the rest: waiting for a place, the mean, the outer optimiser
   */
  public record Time(double broadcast, double compute, double combine) {
    /** All of it. */
    public double total() {
      return broadcast + compute + combine;
    }
  }

  /**
   * A master.
   *
   * @param batches minibatches of the whole training, of one worker
   * @param networks all that the objective trains, generator first; each round overwrites their
   *     state
   * @param rounds done before
   * @param outer as it was after them
   */
  public RoundTrainingMaster(
      JavaSparkContext spark,
      Settings settings,
      StepShape steps,
      long batches,
      List<MultiLayerNetwork> networks,
      int rounds,
      OuterOptimizer outer) {
    this.spark = spark;
    this.settings = settings;
    this.steps = steps;
    this.batches = batches;
    this.networks = List.copyOf(networks);
    this.rounds = rounds;
    this.outer = outer;
  }

  /** Rounds done. */
  public int rounds() {
    return rounds;
  }

  /** The last round. */
  public Round last() {
    return last;
  }

  @Override
  public void executeTraining(SparkDl4jMultiLayer network, JavaRDD<DataSet> minibatches) {
    long began = System.nanoTime();
    ReplicaState whole = ReplicaState.of(networks);
    ReplicaState state =
        switch (settings.training().outer().updaterState()) {
          case AVERAGE -> whole;
          case RESTART -> whole.parametersOnly();
        };
    start = spark.broadcast(new RoundStart(settings, steps, batches, rounds, state));
    double sent = seconds(began);
    try {
      RoundTrainingWorker worker = getWorkerInstance(network);
      SliceCombine.Combined combined =
          SliceCombine.run(
              minibatches.mapPartitionsWithIndex((index, data) -> work(worker, index, data), true),
              state.values().length,
              settings.training().workers());
      finish(state, combined);
      rounds++;
      last = round(combined.reports(), sent, seconds(began));
    } finally {
      start.destroy();
    }
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
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

  private void finish(ReplicaState from, SliceCombine.Combined combined) {
    if (combined.mean() != null) {
      int[] updates =
          ReplicaState.mostUpdates(
              combined.reports().stream()
                  .filter(WorkerReport::contributes)
                  .map(WorkerReport::updates)
                  .toList());
      outer.next(from, from.with(combined.mean(), updates)).restore(networks);
    }
  }

  private static Round round(List<WorkerReport> reports, double sent, double total) {
    RoundTotals totals = new RoundTotals();
    reports.stream()
        .filter(WorkerReport::contributes)
        .forEach(report -> totals.add(report.totals()));
    double fetch = reports.stream().mapToDouble(WorkerReport::fetchSeconds).max().orElse(0);
    double compute = reports.stream().mapToDouble(WorkerReport::stepSeconds).max().orElse(0);
    double broadcast = sent + fetch;
    return new Round(
        totals,
        reports.stream().filter(report -> report.trouble() != null).toList(),
        new Time(broadcast, compute, Math.max(0, total - broadcast - compute)));
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
