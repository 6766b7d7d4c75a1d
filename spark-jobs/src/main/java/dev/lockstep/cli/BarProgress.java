package dev.lockstep.cli;

import java.io.PrintStream;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/**
 * Progress for a terminal: one line, redrawn twice a second, with a bar where there is room. The
 * library redraws; the text is the same as everywhere, because the library's own rates are of whole
 * seconds and count slow work as none.
 */
final class BarProgress extends Progress {
  private static final int REDRAW_MILLIS = 500;
  private static final int BAR_MIN = 8;
  private static final int BAR_MAX = 30;

  private final ProgressBar bar;
  private volatile String lastLine;

  /**
   * @param columns the terminal's width, or 0 to ask the terminal
   */
  BarProgress(Pace pace, LongSupplier nanoClock, PrintStream out, int columns) {
    super(pace, nanoClock);
    bar =
        new ProgressBarBuilder()
            .setInitialMax(pace.total())
            .startsFrom(pace.begun(), java.time.Duration.ZERO)
            .setUpdateIntervalMillis(REDRAW_MILLIS)
            .continuousUpdate()
            .setRenderer((state, width) -> render(width))
            .setConsumer(new ConsoleProgressBarConsumer(out, columns - 1))
            .build();
  }

  @Override
  void stepped() {
    // The renderer reads the position itself.
  }

  @Override
  void ended(String line) {
    lastLine = line;
    bar.close();
  }

  /** Exactly {@code width} columns, so that nothing of a longer line before it stays. */
  private String render(int width) {
    String text = lastLine == null ? line() : lastLine;
    int room = Math.min(BAR_MAX, width - text.length() - 3);
    if (lastLine == null && fraction() >= 0 && room >= BAR_MIN) {
      text = bar(room) + " " + text;
    }
    return text.length() > width
        ? text.substring(0, width)
        : text + " ".repeat(width - text.length());
  }

  private String bar(int room) {
    int full = (int) (fraction() * room);
    return "[" + "#".repeat(full) + ".".repeat(room - full) + "]";
  }
}
