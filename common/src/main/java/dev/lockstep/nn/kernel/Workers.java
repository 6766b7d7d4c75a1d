package dev.lockstep.nn.kernel;

import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * The threads of one worker's kernels: the caller's own and a few helpers that stay between calls.
 *
 * <p>A training step is some hundred parallel sections of milliseconds or less with moments between
 * them. Threads that sleep in those moments cost more than the time to wake them: the scheduler
 * likes to wake a thread on its waker's core, and both then share it for a whole section (seen:
 * half the rate of a matrix product). So a thread that waits spins for a while, on its own core,
 * before it sleeps.
 */
final class Workers {
  /** Longer than the moments between sections, shorter than anybody would notice a busy core. */
  private static final long SPIN_NANOS = 200_000;

  private static final ConcurrentLinkedDeque<Helper> IDLE = new ConcurrentLinkedDeque<>();

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
    Helper[] helpers = new Helper[parts - 1];
    for (int i = 0; i < helpers.length; i++) {
      // Last in, first out: the one that is still spinning.
      Helper idle = IDLE.pollFirst();
      helpers[i] = idle == null ? new Helper() : idle;
      helpers[i].give(part, i + 1);
    }
    Throwable failure = null;
    try {
      runInside(part, 0);
    } finally {
      // Also after a failure: nobody may still write to memory that the caller is about to reuse.
      for (Helper helper : helpers) {
        Throwable thrown = helper.await();
        failure = thrown == null ? failure : thrown;
        IDLE.addFirst(helper);
      }
    }
    if (failure != null) {
      throw new IllegalStateException("a kernel thread failed", failure);
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

  /** A thread that does one part at a time for whoever took it from the idle ones. */
  private static final class Helper implements Runnable {
    private final Thread thread;
    private int index;
    private Thread caller;
    private Throwable failure;
    // Written last by whoever hands over, read first by who takes over.
    private volatile IntConsumer part;
    private volatile boolean done;

    Helper() {
      thread = new Thread(this, "lockstep-kernel");
      thread.setDaemon(true);
      thread.start();
    }

    void give(IntConsumer part, int index) {
      this.index = index;
      this.caller = Thread.currentThread();
      this.done = false;
      this.part = part;
      LockSupport.unpark(thread);
    }

    /** Waits until the part is done; what it threw, or null. */
    Throwable await() {
      boolean interrupted = false;
      long deadline = System.nanoTime() + SPIN_NANOS;
      while (!done) {
        if (System.nanoTime() < deadline) {
          Thread.onSpinWait();
        } else {
          LockSupport.park(this);
          interrupted |= Thread.interrupted();
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      return failure;
    }

    @Override
    public void run() {
      while (true) {
        long deadline = System.nanoTime() + SPIN_NANOS;
        while (part == null) {
          if (System.nanoTime() < deadline) {
            Thread.onSpinWait();
          } else {
            LockSupport.park(this);
          }
        }
        IntConsumer given = part;
        part = null;
        failure = null;
        try {
          runInside(given, index);
        } catch (Throwable e) {
          failure = e;
        }
        Thread waiting = caller;
        done = true;
        LockSupport.unpark(waiting);
      }
    }
  }
}
