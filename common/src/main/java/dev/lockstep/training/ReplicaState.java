package dev.lockstep.training;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.concurrency.AffinityManager;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * All that training changes, as plain numbers: for each network its parameters, its updater's state
 * and its count of updates. Moves between machines and back without losing a bit.
 *
 * <p>The numbers are one flat vector, so that workers' states can be combined slice by slice: the
 * parameters of all networks, then the updater states of all. A state may lack the latter; networks
 * that are restored from it start their updaters afresh.
 */
public final class ReplicaState implements Serializable {
  private static final long serialVersionUID = 2L;

  private final int[] parameterCounts;
  private final int[] updaterCounts;
  private final int[] updates;
  private final float[] values;

  private ReplicaState(int[] parameterCounts, int[] updaterCounts, int[] updates, float[] values) {
    this.parameterCounts = parameterCounts;
    this.updaterCounts = updaterCounts;
    this.updates = updates;
    this.values = values;
  }

  /** A copy of the networks' state. */
  public static ReplicaState of(List<MultiLayerNetwork> networks) {
    int[] parameterCounts = new int[networks.size()];
    int[] updaterCounts = new int[networks.size()];
    int[] updates = new int[networks.size()];
    int size = 0;
    for (int i = 0; i < networks.size(); i++) {
      MultiLayerNetwork network = networks.get(i);
      parameterCounts[i] = Math.toIntExact(network.params().length());
      updaterCounts[i] = Math.toIntExact(updaterState(network).length());
      updates[i] = network.getIterationCount();
      size = Math.addExact(size, parameterCounts[i] + updaterCounts[i]);
    }
    ReplicaState state = new ReplicaState(parameterCounts, updaterCounts, updates, new float[size]);
    for (int i = 0; i < networks.size(); i++) {
      state.read(networks.get(i).params(), state.parameterStart(i), parameterCounts[i]);
      state.read(updaterState(networks.get(i)), state.updaterStart(i), updaterCounts[i]);
    }
    return state;
  }

  /** In bulk: DL4J's buffers convert number by number, seconds for ten million parameters. */
  private void read(INDArray source, int at, int count) {
    if (count > 0) {
      source.dup().data().asNioFloat().get(values, at, count);
    }
  }

  /**
   * This state without the updaters' states: they begin afresh, and so does the count of updates.
   */
  public ReplicaState parametersOnly() {
    return new ReplicaState(
        parameterCounts,
        new int[updaterCounts.length],
        new int[updates.length],
        Arrays.copyOf(values, parameterCount()));
  }

  /** Other numbers, and counts of updates, for the same networks. */
  public ReplicaState with(float[] otherValues, int[] otherUpdates) {
    if (otherValues.length != values.length || otherUpdates.length != updates.length) {
      throw new IllegalArgumentException(
          "%d numbers of %d networks for %d of %d"
              .formatted(otherValues.length, otherUpdates.length, values.length, updates.length));
    }
    return new ReplicaState(parameterCounts, updaterCounts, otherUpdates, otherValues);
  }

  /** Makes the networks' state this one. */
  public void restore(List<MultiLayerNetwork> networks) {
    if (networks.size() != updates.length) {
      throw new IllegalArgumentException(
          "a state of " + updates.length + " networks for " + networks.size());
    }
    for (int i = 0; i < updates.length; i++) {
      MultiLayerNetwork network = networks.get(i);
      assign(network.params(), parameterStart(i), parameterCounts[i]);
      if (updaterCounts[i] == 0) {
        updaterState(network).assign(0);
      } else {
        assign(updaterState(network), updaterStart(i), updaterCounts[i]);
      }
      network.setIterationCount(updates[i]);
    }
  }

  private static INDArray updaterState(MultiLayerNetwork network) {
    INDArray state = network.getUpdater().getStateViewArray();
    return state == null ? Nd4j.empty(network.params().dataType()) : state;
  }

  private void assign(INDArray target, int from, int count) {
    if (target.length() != count) {
      throw new IllegalArgumentException(count + " numbers for an array of " + target.length());
    }
    INDArray copy = Nd4j.createUninitialized(DataType.FLOAT, target.shape());
    copy.data().asNioFloat().put(values, from, count);
    // A GPU's copy is what was there before.
    Nd4j.getAffinityManager().tagLocation(copy, AffinityManager.Location.HOST);
    target.assign(copy);
  }

  private int parameterStart(int network) {
    return Arrays.stream(parameterCounts, 0, network).sum();
  }

  private int updaterStart(int network) {
    return parameterCount() + Arrays.stream(updaterCounts, 0, network).sum();
  }

  /** Parameters of all networks: the first so many of the {@link #values}. */
  public int parameterCount() {
    return Arrays.stream(parameterCounts).sum();
  }

  /** Whether updaters' states are part of it. */
  public boolean hasUpdaterStates() {
    return values.length > parameterCount();
  }

  /** Networks. */
  public int networks() {
    return updates.length;
  }

  /** All numbers; not a copy. */
  public float[] values() {
    return values;
  }

  /** Updates that each network has seen. */
  public int[] updates() {
    return updates.clone();
  }

  /**
   * The mean of states, weighted: {@link WeightedMean} of their numbers, {@link #mostUpdates} of
   * their counts. One state is its own mean, to the last bit.
   *
   * @param states of the same networks, at least one
   * @param weights positive, one a state
   */
  public static ReplicaState mean(List<ReplicaState> states, double[] weights) {
    float[] mean = WeightedMean.of(states.stream().map(s -> s.values).toList(), weights);
    return states.get(0).with(mean, mostUpdates(states.stream().map(s -> s.updates).toList()));
  }

  /**
   * A worker whose gate was closed, or whose data ended, made fewer updates; Adam's bias correction
   * goes by the most.
   */
  public static int[] mostUpdates(List<int[]> counts) {
    int[] most = counts.get(0).clone();
    for (int[] count : counts) {
      Arrays.setAll(most, i -> Math.max(most[i], count[i]));
    }
    return most;
  }

  /** Whether every parameter is a finite number. */
  public boolean isFinite() {
    for (int i = 0; i < parameterCount(); i++) {
      if (!Float.isFinite(values[i])) {
        return false;
      }
    }
    return true;
  }

  /** The L2 norm of a network's parameters. */
  public double norm(int network) {
    double sum = 0;
    int from = parameterStart(network);
    for (int i = from; i < from + parameterCounts[network]; i++) {
      sum += (double) values[i] * values[i];
    }
    return Math.sqrt(sum);
  }

  /** The parameters of a network, as its flat vector. */
  public float[] parameters(int network) {
    int from = parameterStart(network);
    return Arrays.copyOfRange(values, from, from + parameterCounts[network]);
  }

  /** The updater state of a network, as its flat vector. */
  public float[] updaterState(int network) {
    int from = updaterStart(network);
    return Arrays.copyOfRange(values, from, from + updaterCounts[network]);
  }
}
