package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.checkpoint.Checkpoint;
import dev.lockstep.checkpoint.RunDirectory;
import dev.lockstep.config.Settings;
import dev.lockstep.training.ReplicaState;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * All that training changed, ready to be compared bit by bit.
 *
 * @param parameters of each network
 * @param updaterStates of each network's Adam
 * @param updates of each network
 */
record Trained(List<float[]> parameters, List<float[]> updaterStates, List<Integer> updates) {

  static Trained of(List<MultiLayerNetwork> networks) {
    ReplicaState state = ReplicaState.of(networks);
    return new Trained(
        IntStream.range(0, networks.size()).mapToObj(state::parameters).toList(),
        IntStream.range(0, networks.size()).mapToObj(state::updaterState).toList(),
        networks.stream().map(MultiLayerNetwork::getIterationCount).toList());
  }

  /** What a run's newest checkpoint holds. */
  static Trained newest(SparkSession spark, Settings settings, int round) {
    RunDirectory run = RunDirectory.open(settings, spark.sparkContext().hadoopConfiguration());
    Checkpoint checkpoint = run.newest();
    assertThat(checkpoint.round()).isEqualTo(round);
    return of(checkpoint.networks());
  }

  void assertSameBits(Trained expected) {
    assertThat(updates).isEqualTo(expected.updates);
    for (int network = 0; network < expected.updates.size(); network++) {
      assertThat(parameters.get(network)).isEqualTo(expected.parameters.get(network));
      assertThat(updaterStates.get(network))
          .hasSize(2 * parameters.get(network).length)
          .isEqualTo(expected.updaterStates.get(network));
    }
  }
}
