package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.algorithm.TrainingMetrics;
import dev.lockstep.config.Settings;
import dev.lockstep.model.StepShape;
import dev.lockstep.testing.LocalSpark;
import dev.lockstep.training.Networks;
import dev.lockstep.training.ReplicaState;
import dev.lockstep.training.RoundTotals;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SliceCombineTest {
  @RegisterExtension static final LocalSpark SPARK = new LocalSpark();

  private static final int WORKERS = 5;

  /** Large enough for three pieces. */
  private static final ReplicaState LIKE =
      ReplicaState.of(
          Networks.create(
                  Settings.parse(
                      "objective.method = teacher-forcing, generator.hidden = 500", "test"),
                  StepShape.ofSymbols(20))
              .algorithm()
              .networks());

  /** The first and the last nearly cancel: what is left shows the order in which all are summed. */
  private static ReplicaState state(int worker) {
    SplittableRandom random = new SplittableRandom(worker % (WORKERS - 1));
    double scale = worker == 0 ? 1e14 : worker == WORKERS - 1 ? -1e14 : 1;
    float[] values = new float[LIKE.values().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (scale * random.nextDouble(-1, 1));
    }
    return LIKE.with(values, new int[] {worker});
  }

  private static WorkerReport report(int worker, long symbols, String trouble) {
    RoundTotals totals = new RoundTotals();
    if (symbols > 0) {
      totals.add(TrainingMetrics.likelihoodOnly(symbols, 1));
    }
    return new WorkerReport(worker, totals, new int[] {worker}, trouble, 0, 0);
  }

  /** Each worker in a partition of its own, in the order given; made on the executor. */
  private static SliceCombine.Combined combine(List<WorkerReport> reports, int reducers) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(SPARK.session().sparkContext());
    JavaRDD<RoundResult> results =
        context
            .parallelize(reports, reports.size())
            .map(report -> new RoundResult(report, state(report.worker())));
    return SliceCombine.run(results, LIKE.values().length, reducers);
  }

  private static float[] mean(List<WorkerReport> reports) {
    return ReplicaState.mean(
            reports.stream().map(report -> state(report.worker())).toList(),
            reports.stream().mapToDouble(report -> report.totals().symbols()).toArray())
        .values();
  }

  private static List<WorkerReport> reports() {
    List<WorkerReport> reports = new ArrayList<>();
    for (int worker = 0; worker < WORKERS; worker++) {
      reports.add(report(worker, 3 + worker * (WORKERS - 1 - worker), null));
    }
    return reports;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void isTheMeanInTheOrderOfTheWorkersWhateverTheOrderOfArrival(int reducers) {
    assertThat(LIKE.values().length).isGreaterThan(2 << 20);
    List<WorkerReport> reports = reports();
    float[] expected = mean(reports);
    List<WorkerReport> backwards = new ArrayList<>(reports);
    Collections.reverse(backwards);
    assertThat(mean(backwards)).as("another order rounds otherwise").isNotEqualTo(expected);
    for (List<WorkerReport> order : List.of(reports, backwards)) {
      SliceCombine.Combined combined = combine(order, reducers);
      assertThat(combined.mean()).isEqualTo(expected);
      assertThat(combined.reports())
          .extracting(WorkerReport::worker)
          .containsExactly(0, 1, 2, 3, 4);
    }
  }

  @Test
  void leavesOutTroubleAndThoseWithoutData() {
    List<WorkerReport> all = reports();
    List<WorkerReport> some = new ArrayList<>(all);
    some.set(1, report(1, 4, "no good"));
    some.set(3, report(3, 0, null));
    SliceCombine.Combined combined = combine(some, 2);
    assertThat(combined.mean()).isEqualTo(mean(List.of(all.get(0), all.get(2), all.get(4))));
    assertThat(combined.reports()).hasSize(WORKERS);
    assertThat(combined.reports().get(1).trouble()).isEqualTo("no good");
  }

  @Test
  void hasNoMeanOfNone() {
    assertThat(combine(List.of(report(0, 0, null), report(1, 4, "no good")), 2).mean()).isNull();
  }

  @Test
  void oneWorkersStateIsTheMeanToTheLastBit() {
    assertThat(combine(List.of(report(4, 3, null)), 1).mean()).isEqualTo(state(4).values());
  }
}
