package dev.lockstep.spark;

import dev.lockstep.config.Settings;
import dev.lockstep.model.StepShape;
import dev.lockstep.training.ReplicaState;
import dev.lockstep.training.SequenceNetworks;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * Work on trained networks that executors do, as many pieces at a time as the run has workers: each
 * piece then has the threads that a worker had.
 */
final class NetworkTasks {
  private final JavaSparkContext spark;
  private final Settings settings;
  private final StepShape steps;
  private final List<Task<?>> tasks = new ArrayList<>();
  private final List<Object> results = new ArrayList<>();

  /** A piece of work; its result is one that Spark can move. */
  interface Task<T> extends Serializable {
    T on(SequenceNetworks networks);
  }

  NetworkTasks(JavaSparkContext spark, Settings settings, StepShape steps) {
    this.spark = spark;
    this.settings = settings;
    this.steps = steps;
  }

  /**
   * Adds a piece of work.
   *
   * @return its result, after {@link #run}
   */
  @SuppressWarnings("unchecked") // The result at a task's place is that task's.
  <T> Supplier<T> add(Task<T> task) {
    int place = tasks.size();
    tasks.add(task);
    return () -> (T) results.get(place);
  }

  /** Does all of it, by networks of that state. */
  void run(ReplicaState state) {
    Settings own = settings;
    StepShape shape = steps;
    // Broadcast like the state, as tasks hold the sequences that they are about.
    Broadcast<Work> work = spark.broadcast(new Work(List.copyOf(tasks)));
    Broadcast<ReplicaState> broadcast = spark.broadcast(state);
    List<Integer> places = IntStream.range(0, tasks.size()).boxed().toList();
    int atATime = Math.min(places.size(), settings.training().workers());
    try {
      results.addAll(
          spark
              .parallelize(places, atATime)
              .map(
                  place ->
                      Replicas.<SequenceNetworks, Object>with(
                          own, shape, broadcast.value(), work.value().tasks().get(place)::on))
              .collect());
    } finally {
      broadcast.destroy();
      work.destroy();
    }
  }

  private record Work(List<Task<?>> tasks) implements Serializable {}
}
