package dev.lockstep.cli;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Tells on standard error how far a long piece of work is, at what rate and for how long still: as
 * a bar that is redrawn on a terminal, as a line every ten seconds otherwise.
 *
 * <pre>{@code
 * try (Progress progress = Progress.start("train", rounds, "rounds")) {
 *   ...
 *   progress.step(1, "nll 1.83  c_d 0.71");
 * }
 * }</pre>
 *
 * <p>One thread calls {@link #step} and {@link #close}.
 */
public abstract class Progress implements AutoCloseable {
  /** A total that is not known beforehand. */
  public static final long UNKNOWN = -1;

  private final Pace pace;
  private final LongSupplier nanoClock;
  private final long startNanos;
  private volatile Position latest;
  private boolean closed;

  /** How much was done, when, and what there was to say. */
  private record Position(long done, long nanos, String status) {}

  Progress(Pace pace, LongSupplier nanoClock) {
    this.pace = pace;
    this.nanoClock = nanoClock;
    startNanos = nanoClock.getAsLong();
    latest = new Position(pace.begun(), startNanos, "");
  }

  /**
   * Starts work of {@code total} units, or {@link #UNKNOWN}.
   *
   * @param name what is being done, one word
   * @param units the plural of what is counted
   */
  public static Progress start(String name, long total, String units) {
    return resume(name, 0, total, units);
  }

  /** Starts work of which {@code done} units were done earlier; rates do not count those. */
  public static Progress resume(String name, long done, long total, String units) {
    Pace pace = new Pace(name, units, done, total);
    return Terminal.isInteractive()
        ? new BarProgress(pace, System::nanoTime, System.err, Terminal.columns())
        : new LineProgress(pace, System::nanoTime, System.err);
  }

  /**
   * Counts {@code units} more as done.
   *
   * @param status what else is worth saying now, such as a loss; may be empty
   */
  public final void step(long units, String status) {
    latest = new Position(latest.done() + units, nanoClock.getAsLong(), status);
    stepped();
  }

  /** Tells how it ended. */
  @Override
  public final void close() {
    if (!closed) {
      closed = true;
      Duration elapsed = Duration.ofNanos(nanoClock.getAsLong() - startNanos);
      ended(pace.ended(latest.done(), elapsed, latest.status()));
    }
  }

  /** Called after each step. */
  abstract void stepped();

  /** Called once, with the last thing to say. */
  abstract void ended(String line);

  final String line() {
    Position p = latest;
    Duration elapsed = Duration.ofNanos(p.nanos() - startNanos);
    Duration sinceStep = Duration.ofNanos(nanoClock.getAsLong() - p.nanos());
    return pace.running(p.done(), elapsed, sinceStep, p.status());
  }

  /** The part of the work that is done, 0 to 1; negative if the total is unknown. */
  final double fraction() {
    return pace.total() > 0 ? Math.min(1, (double) latest.done() / pace.total()) : -1;
  }

  final long now() {
    return nanoClock.getAsLong();
  }
}
