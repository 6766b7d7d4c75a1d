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

  /** Replicas of the same kind can stand in for each other: an array belongs to its device. */
  private record Kind(Settings settings, int vocabulary, int device) {
    boolean isOfRun(Kind other) {
      return settings.equals(other.settings) && vocabulary == other.vocabulary;
    }
  }

  private Replicas() {}

  /**
   * One that nobody else uses, on the calling thread's device; its state is whatever its last user
   * left.
   */
  static Networks borrow(Settings settings, int vocabulary) {
    return borrow(settings, vocabulary, TaskDevice.bind());
  }

  static Networks borrow(Settings settings, int vocabulary, int device) {
    synchronized (IDLE) {
      Queue<Networks> idle = IDLE.get(new Kind(settings, vocabulary, device));
      if (idle != null && !idle.isEmpty()) {
        return idle.remove();
      }
    }
    return Networks.create(settings, vocabulary);
  }

  /** Gives one back, on the thread that borrowed it. Replicas of runs that are over are let go. */
  static void giveBack(Settings settings, int vocabulary, Networks networks) {
    giveBack(settings, vocabulary, TaskDevice.current(), networks);
  }

  static void giveBack(Settings settings, int vocabulary, int device, Networks networks) {
    Kind kind = new Kind(settings, vocabulary, device);
    synchronized (IDLE) {
      IDLE.keySet().removeIf(other -> !other.isOfRun(kind));
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
