package dev.lockstep.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Progress for logs and files: a line at the start, at most one every ten seconds, one at the end.
 */
final class LineProgress extends Progress {
  private static final long INTERVAL_NANOS = Duration.ofSeconds(10).toNanos();

  private final PrintStream out;
  private long printedNanos;

  LineProgress(Pace pace, LongSupplier nanoClock, PrintStream out) {
    super(pace, nanoClock);
    this.out = out;
    print();
  }

  @Override
  void stepped() {
    if (now() - printedNanos >= INTERVAL_NANOS) {
      print();
    }
  }

  @Override
  void ended(String line) {
    out.println(line);
  }

  private void print() {
    printedNanos = now();
    out.println(line());
  }
}
