package dev.lockstep.training;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * All that training changes, as plain numbers: for each network its parameters, its updater's state
 * and its count of updates. Moves between machines and back without losing a bit.
 */
public final class ReplicaState implements Serializable {
  private static final long serialVersionUID = 1L;

  private final List<float[]> parameters;
  private final List<float[]> updaterStates;
  private final int[] updates;

  private ReplicaState(List<float[]> parameters, List<float[]> updaterStates, int[] updates) {
    this.parameters = parameters;
    this.updaterStates = updaterStates;
    this.updates = updates;
  }

  /** A copy of the networks' state. */
  public static ReplicaState of(List<MultiLayerNetwork> networks) {
    List<float[]> parameters = new ArrayList<>();
    List<float[]> updaterStates = new ArrayList<>();
    int[] updates = new int[networks.size()];
    for (int i = 0; i < networks.size(); i++) {
      MultiLayerNetwork network = networks.get(i);
      parameters.add(network.params().dup().data().asFloat());
      updaterStates.add(updaterState(network).dup().data().asFloat());
      updates[i] = network.getIterationCount();
    }
    return new ReplicaState(parameters, updaterStates, updates);
  }

  /** Makes the networks' state this one. */
  public void restore(List<MultiLayerNetwork> networks) {
    if (networks.size() != updates.length) {
      throw new IllegalArgumentException(
          "a state of " + updates.length + " networks for " + networks.size());
    }
    for (int i = 0; i < updates.length; i++) {
      MultiLayerNetwork network = networks.get(i);
      assign(network.params(), parameters.get(i));
      assign(updaterState(network), updaterStates.get(i));
      network.setIterationCount(updates[i]);
    }
  }

  private static INDArray updaterState(MultiLayerNetwork network) {
    INDArray state = network.getUpdater().getStateViewArray();
    return state == null ? Nd4j.empty(network.params().dataType()) : state;
  }

  private static void assign(INDArray target, float[] values) {
    if (target.length() != values.length) {
      throw new IllegalArgumentException(
          values.length + " numbers for an array of " + target.length());
    }
    if (values.length > 0) {
      target.assign(Nd4j.createFromArray(values).reshape(target.shape()));
    }
  }

  /**
   * The mean of states, weighted: summed in the order given, in double, so the same states give the
   * same bytes. One state is its own mean, to the last bit.
   *
   * @param states of the same networks, at least one
   * @param weights positive, one a state
   */
  public static ReplicaState mean(List<ReplicaState> states, double[] weights) {
    ReplicaState first = states.get(0);
    if (states.size() == 1) {
      return first;
    }
    List<float[]> parameters = new ArrayList<>();
    List<float[]> updaterStates = new ArrayList<>();
    for (int i = 0; i < first.updates.length; i++) {
      int index = i;
      parameters.add(
          meanVector(states.stream().map(s -> s.parameters.get(index)).toList(), weights));
      updaterStates.add(
          meanVector(states.stream().map(s -> s.updaterStates.get(index)).toList(), weights));
    }
    return new ReplicaState(parameters, updaterStates, mostUpdates(states));
  }

  private static float[] meanVector(List<float[]> vectors, double[] weights) {
    double total = 0;
    for (double weight : weights) {
      total += weight;
    }
    float[] mean = new float[vectors.get(0).length];
    for (int i = 0; i < mean.length; i++) {
      double sum = 0;
      for (int k = 0; k < weights.length; k++) {
        sum += weights[k] * vectors.get(k)[i];
      }
      mean[i] = (float) (sum / total);
    }
    return mean;
  }

  /**
   * A worker whose gate was closed, or whose data ended, made fewer updates; Adam's bias correction
   * goes by the most.
   */
  private static int[] mostUpdates(List<ReplicaState> states) {
    int[] most = states.get(0).updates.clone();
    for (ReplicaState state : states) {
      for (int i = 0; i < most.length; i++) {
        most[i] = Math.max(most[i], state.updates[i]);
      }
    }
    return most;
  }

  /** Whether every parameter is a finite number. */
  public boolean isFinite() {
    for (float[] vector : parameters) {
      for (float x : vector) {
        if (!Float.isFinite(x)) {
          return false;
        }
      }
    }
    return true;
  }

  /** The parameters of a network, as its flat vector. */
  public float[] parameters(int network) {
    return parameters.get(network).clone();
  }

  /** The updater state of a network, as its flat vector. */
  public float[] updaterState(int network) {
    return updaterStates.get(network).clone();
  }
}
