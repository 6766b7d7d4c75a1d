package dev.lockstep.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.model.StepShape;
import dev.lockstep.testing.TinyNetworks;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicaStateTest {
  @ParameterizedTest
  @ValueSource(strings = {"teacher-forcing", "professor-forcing"})
  void aRestoredReplicaGoesOnAsTheOriginal(String method) {
    SequenceNetworks original = trained(method, 3);
    SequenceNetworks other = trained(method, 1);

    ReplicaState state = state(original);
    restore(state, other);
    int networks = original.algorithm().networks().size();
    assertSameBits(state(other), state, networks);
    assertThat(updates(other)).isEqualTo(updates(original)).containsOnly(3);

    assertThat(TinyNetworks.step(other, 9)).isEqualTo(TinyNetworks.step(original, 9));
    assertSameBits(state(other), state(original), networks);
    assertThat(state(other).parameters(0)).isNotEqualTo(state.parameters(0));
  }

  @Test
  void adamsStateAndCountDecideTheNextStep() {
    SequenceNetworks original = trained("teacher-forcing", 3);
    MultiLayerNetwork network = original.generator().network();
    ReplicaState state = state(original);
    TinyNetworks.step(original, 9);
    float[] expected = state(original).parameters(0);

    restore(state, original);
    network.setIterationCount(0);
    TinyNetworks.step(original, 9);
    assertThat(state(original).parameters(0)).isNotEqualTo(expected);

    restore(state, original);
    network.getUpdater().getStateViewArray().muli(1.01);
    TinyNetworks.step(original, 9);
    assertThat(state(original).parameters(0)).isNotEqualTo(expected);
  }

  @Test
  void aStateIsACopy() {
    SequenceNetworks networks = trained("professor-forcing", 1);
    ReplicaState before = state(networks);
    float[] parameters = before.parameters(1);
    TinyNetworks.step(networks, 2);
    assertThat(before.parameters(1)).isEqualTo(parameters);
    assertThat(state(networks).parameters(1)).isNotEqualTo(parameters);

    before.parameters(0)[0] = 99;
    assertThat(before.parameters(0)[0]).isNotEqualTo(99);
  }

  @Test
  void serialisationKeepsEveryBit() throws Exception {
    SequenceNetworks networks = trained("professor-forcing", 2);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(state(networks));
    }
    SequenceNetworks other = TinyNetworks.create("professor-forcing");
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      restore((ReplicaState) in.readObject(), other);
    }
    assertThat(TinyNetworks.step(other, 9)).isEqualTo(TinyNetworks.step(networks, 9));
    assertSameBits(state(other), state(networks), 2);
  }

  @Test
  void theMeanOfOneIsItselfToTheLastBit() {
    ReplicaState state = state(trained("professor-forcing", 2));
    assertSameBits(ReplicaState.mean(List.of(state), new double[] {3}), state, 2);
  }

  @Test
  void theMeanIsWeightedAndSummedInDoubleInTheOrderGiven() {
    List<ReplicaState> states =
        List.of(
            state(trained("professor-forcing", 1)),
            state(trained("professor-forcing", 2)),
            state(trained("professor-forcing", 4)));
    double[] weights = {5, 1, 2};
    ReplicaState mean = ReplicaState.mean(states, weights);
    for (int network = 0; network < 2; network++) {
      int n = network;
      assertThat(mean.parameters(n))
          .isEqualTo(mean(states.stream().map(s -> s.parameters(n)).toList(), weights))
          .isNotEqualTo(mean(states.stream().map(s -> s.parameters(n)).toList(), 1, 1, 1));
      assertThat(mean.updaterState(n))
          .isEqualTo(mean(states.stream().map(s -> s.updaterState(n)).toList(), weights));
    }
    assertSameBits(ReplicaState.mean(states, weights), mean, 2);
  }

  @Test
  void theMeanCountsAsManyUpdatesAsTheBusiest() {
    ReplicaState mean =
        ReplicaState.mean(
            List.of(state(trained("teacher-forcing", 4)), state(trained("teacher-forcing", 2))),
            new double[] {1, 1});
    SequenceNetworks networks = TinyNetworks.create("teacher-forcing");
    restore(mean, networks);
    assertThat(updates(networks)).containsExactly(4);
  }

  @Test
  void tellsWhetherAllParametersAreFinite() {
    SequenceNetworks networks = TinyNetworks.create("professor-forcing");
    assertThat(state(networks).isFinite()).isTrue();
    for (double broken : new double[] {Double.NaN, Double.NEGATIVE_INFINITY}) {
      MultiLayerNetwork last = networks.discriminator().orElseThrow().network();
      last.params().putScalar(last.params().length() - 1, broken);
      assertThat(state(networks).isFinite()).isFalse();
    }
  }

  @Test
  void theNumberOfNetworksMustFit() {
    ReplicaState two = state(TinyNetworks.create("professor-forcing"));
    SequenceNetworks one = TinyNetworks.create("teacher-forcing");
    assertThatThrownBy(() -> restore(two, one))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a state of 2 networks for 1");
  }

  @Test
  void theSizeOfTheNetworksMustFit() {
    ReplicaState state = state(TinyNetworks.create("teacher-forcing"));
    SequenceNetworks wider =
        SequenceNetworks.create(
            TinyNetworks.settings("teacher-forcing"),
            StepShape.ofSymbols(TinyNetworks.VOCABULARY + 1));
    assertThatThrownBy(() -> restore(state, wider))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("\\d+ numbers for an array of \\d+");
  }

  private static SequenceNetworks trained(String method, int steps) {
    SequenceNetworks networks = TinyNetworks.create(method);
    IntStream.range(0, steps).forEach(step -> TinyNetworks.step(networks, step));
    return networks;
  }

  private static ReplicaState state(SequenceNetworks networks) {
    return ReplicaState.of(networks.algorithm().networks());
  }

  private static void restore(ReplicaState state, SequenceNetworks networks) {
    state.restore(networks.algorithm().networks());
    networks.algorithm().parametersChanged();
  }

  private static List<Integer> updates(SequenceNetworks networks) {
    return networks.algorithm().networks().stream()
        .map(MultiLayerNetwork::getIterationCount)
        .toList();
  }

  private static void assertSameBits(ReplicaState actual, ReplicaState expected, int networks) {
    for (int network = 0; network < networks; network++) {
      assertThat(actual.parameters(network)).isEqualTo(expected.parameters(network));
      assertThat(actual.updaterState(network))
          .hasSize(2 * expected.parameters(network).length)
          .isEqualTo(expected.updaterState(network));
    }
  }

  private static float[] mean(List<float[]> vectors, double... weights) {
    float[] mean = new float[vectors.get(0).length];
    double total = Arrays.stream(weights).sum();
    for (int i = 0; i < mean.length; i++) {
      double sum = 0;
      for (int k = 0; k < weights.length; k++) {
        sum += weights[k] * vectors.get(k)[i];
      }
      mean[i] = (float) (sum / total);
    }
    return mean;
  }
}
