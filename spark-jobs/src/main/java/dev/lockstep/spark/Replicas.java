package dev.lockstep.spark;

import dev.lockstep.config.Settings;
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

  /** Replicas of the same kind can stand in for each other. */
  private record Kind(Settings settings, int vocabulary) {}

  private Replicas() {}

  /** One that nobody else uses; its state is whatever its last user left. */
  static Networks borrow(Settings settings, int vocabulary) {
    synchronized (IDLE) {
      Queue<Networks> idle = IDLE.get(new Kind(settings, vocabulary));
      if (idle != null && !idle.isEmpty()) {
        return idle.remove();
      }
    }
    return Networks.create(settings, vocabulary);
  }

  /** Gives one back. Replicas of other kinds belong to runs that are over, and are let go. */
  static void giveBack(Settings settings, int vocabulary, Networks networks) {
    Kind kind = new Kind(settings, vocabulary);
    synchronized (IDLE) {
      IDLE.keySet().removeIf(other -> !other.equals(kind));
      IDLE.computeIfAbsent(kind, k -> new ArrayDeque<>()).add(networks);
    }
  }

  /** Uses one that has the given state. */
  static <T> T with(
      Settings settings, int vocabulary, ReplicaState state, Function<Networks, T> use) {
    Networks networks = borrow(settings, vocabulary);
    try {
      state.restore(networks.objective().networks());
      networks.objective().refresh();
      return use.apply(networks);
    } finally {
      giveBack(settings, vocabulary, networks);
    }
  }

  /** Lets all idle ones go. */
  static void clear() {
    synchronized (IDLE) {
      IDLE.clear();
    }
  }
}
