package dev.lockstep.benchmarks.versus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.benchmarks.versus.WalkServer.Walked;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Both contenders do the same work, or the comparison of their times says nothing. */
class WalkContendersTest {
  private static WalkWorkload workload(boolean normalised, boolean online) {
    return new WalkWorkload(7, 24, 40, 3, normalised, online, 2);
  }

  @ParameterizedTest
  @CsvSource({"false, true", "false, false", "true, true"})
  void learnTheSameWalkAfterWalk(boolean normalised, boolean online) {
    WalkWorkload workload = workload(normalised, online);
    WalkContender lockstep = new LockstepWalks(workload);
    WalkContender dl4j = new Dl4jWalks(workload);
    double[] losses = new double[20];
    for (int walk = 0; walk < losses.length; walk++) {
      double[] points = workload.points(walk);
      losses[walk] = lockstep.walk(points, walk, true);
      assertThat(dl4j.walk(points, walk, true))
          .isCloseTo(losses[walk], within(1e-3 * Math.abs(losses[walk])));
    }
    assertThat(lockstep.walk(workload.points(0), 0, true)).isLessThan(losses[0]);
  }

  @Test
  void refusesAFitThatWouldNormaliseAllStepsTogether() {
    assertThatThrownBy(() -> new Dl4jWalks(workload(true, false)))
        .hasMessageContaining("one fit cannot normalise each step by itself");
  }

  @Test
  void aServerAnswersWithLossesOfWalkAfterWalk() {
    WalkWorkload workload = workload(false, true);
    WalkServer server =
        new WalkServer(workload, (points, walk, alike) -> points.length + walk + (alike ? 0.5 : 0));
    assertThat(Walked.parse(server.to(List.of("check"))).loss()).isEqualTo(280.5);
    Walked second = Walked.parse(server.to(List.of("walk")));
    assertThat(second.loss()).isEqualTo(281);
    assertThat(second.seconds()).isPositive();
    assertThatThrownBy(() -> server.to(List.of("stop"))).hasMessageContaining("stop");
  }

  @Test
  void workloadComesBackFromItsArguments() {
    WalkWorkload workload = new WalkWorkload(3, 5, 7, 2, true, false, 4);
    assertThat(WalkWorkload.parse(workload.arguments())).isEqualTo(workload);
  }
}
