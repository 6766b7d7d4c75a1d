package dev.lockstep.nn.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;

/**
 * The threads of one worker's kernels: the caller's own and a few helpers that stay between calls.
 */
final class Workers {
  private static final ExecutorService HELPERS =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "lockstep-kernel");
            thread.setDaemon(true);
            return thread;
          });

  private static final ThreadLocal<Boolean> INSIDE = ThreadLocal.withInitial(() -> false);

  private final int count;

  Workers(int count) {
    this.count = count;
  }

  int count() {
    return count;
  }

  /** Whether the calling thread already is one of several that share some work. */
  static boolean inside() {
    return INSIDE.get();
  }

  private static void runInside(IntConsumer part, int index) {
    INSIDE.set(true);
    try {
      part.accept(index);
    } finally {
      INSIDE.set(false);
    }
  }

  /** Runs {@code part.accept(0 … parts−1)} side by side and returns when all are done. */
  void run(int parts, IntConsumer part) {
    List<Future<?>> helpers = new ArrayList<>(parts);
    for (int i = 1; i < parts; i++) {
      int index = i;
      helpers.add(HELPERS.submit(() -> runInside(part, index)));
    }
    try {
      runInside(part, 0);
    } finally {
      // Also after a failure: nobody may still write to memory that the caller is about to reuse.
      helpers.forEach(Workers::join);
    }
  }

  private static void join(Future<?> helper) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          helper.get();
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw new IllegalStateException("a kernel thread failed", e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Where part i of {@code size} items begins, in multiples of {@code grain} but for the end. */
  static int start(int size, int parts, int i, int grain) {
    if (i == parts) {
      return size;
    }
    long exact = (long) size * i / parts;
    return (int) Math.min(size, (exact + grain - 1) / grain * grain);
  }
}
