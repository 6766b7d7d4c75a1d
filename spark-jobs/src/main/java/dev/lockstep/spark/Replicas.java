package dev.lockstep.spark;

import dev.lockstep.config.Settings;
import dev.lockstep.model.StepShape;
import dev.lockstep.training.Networks;
import dev.lockstep.training.ReplicaState;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.function.Function;

/**
 * Networks that a process keeps between rounds: building them and their memory costs a good part of
 * a second, and a round overwrites all of their state anyway.
 */
final class Replicas {
  private static final Map<Kind, Queue<Networks>> IDLE = new HashMap<>();

  /** Replicas of the same kind can stand in for each other: an array belongs to its device. */
  private record Kind(Settings settings, StepShape steps, int device) {
    boolean isOfRun(Kind other) {
      return settings.equals(other.settings) && steps.equals(other.steps);
    }
  }

  private Replicas() {}

  /**
   * One that nobody else uses, on the calling thread's device; its state is whatever its last user
   * left.
   */
  static Networks borrow(Settings settings, StepShape steps) {
    return borrow(settings, steps, TaskDevice.bind());
  }

  static Networks borrow(Settings settings, StepShape steps, int device) {
    synchronized (IDLE) {
      Queue<Networks> idle = IDLE.get(new Kind(settings, steps, device));
      if (idle != null && !idle.isEmpty()) {
        return idle.remove();
      }
    }
    return Networks.create(settings, steps);
  }

  /** Gives one back, on the thread that borrowed it. Replicas of runs that are over are let go. */
  static void giveBack(Settings settings, StepShape steps, Networks networks) {
    giveBack(settings, steps, TaskDevice.current(), networks);
  }

  static void giveBack(Settings settings, StepShape steps, int device, Networks networks) {
    Kind kind = new Kind(settings, steps, device);
    synchronized (IDLE) {
      IDLE.keySet().removeIf(other -> !other.isOfRun(kind));
      IDLE.computeIfAbsent(kind, k -> new ArrayDeque<>()).add(networks);
    }
  }

  /**
   * Uses one that has the given state.
   *
   * @param <N> the kind that the settings describe
   */
  @SuppressWarnings("unchecked") // What the settings describe is what is there.
  static <N extends Networks, T> T with(
      Settings settings, StepShape steps, ReplicaState state, Function<N, T> use) {
    Networks networks = borrow(settings, steps);
    try {
      state.restore(networks.algorithm().networks());
      networks.algorithm().parametersChanged();
      return use.apply((N) networks);
    } finally {
      giveBack(settings, steps, networks);
    }
  }

  /** Lets all idle ones go. */
  static void clear() {
    synchronized (IDLE) {
      IDLE.clear();
    }
  }
}
