package dev.lockstep.cli;

import java.time.Duration;
import java.util.Locale;

/**
 * How far a long piece of work is, as text. Rates count only what was done since {@code begun},
 * which a resumed run does not begin at zero.
 *
 * @param total units in all; negative if unknown
 */
record Pace(String name, String units, long begun, long total) {

  /** {@code train: 40/200 rounds (20%), 3.2 rounds/s, 50 s left, nll 1.83}. */
  String running(long done, Duration elapsed, Duration sinceStep, String status) {
    StringBuilder text = new StringBuilder(name).append(": ").append(count(done));
    if (total > 0) {
      text.append(" (").append(100 * done / total).append("%)");
    }
    if (done > begun) {
      text.append(", ").append(rate(done, elapsed));
      text.append(timeLeft(done, elapsed, sinceStep));
    }
    return withStatus(text, status);
  }

  /** {@code train: 200/200 rounds in 1 min 3 s, 3.2 rounds/s, nll 1.51}. */
  String ended(long done, Duration elapsed, String status) {
    boolean early = total >= 0 && done < total;
    StringBuilder text = new StringBuilder(name).append(": ").append(early ? "stopped at " : "");
    text.append(count(done)).append(early ? " after " : " in ").append(span(elapsed));
    if (done > begun) {
      text.append(", ").append(rate(done, elapsed));
    }
    return withStatus(text, status);
  }

  private String count(long done) {
    String all = total < 0 ? "" : String.format(Locale.ROOT, "/%,d", total);
    return String.format(Locale.ROOT, "%,d%s %s", done, all, units);
  }

  /** Per second, minute or hour, whichever first makes it at least one. */
  private String rate(long done, Duration elapsed) {
    double perSecond = (done - begun) / seconds(elapsed);
    if (perSecond >= 1) {
      return number(perSecond) + " " + units + "/s";
    }
    return 60 * perSecond >= 1
        ? number(60 * perSecond) + " " + units + "/min"
        : number(3600 * perSecond) + " " + units + "/h";
  }

  private String timeLeft(long done, Duration elapsed, Duration sinceStep) {
    if (total < 0) {
      return "";
    }
    double left = (total - done) * seconds(elapsed) / (done - begun) - sinceStep.toMillis() / 1e3;
    return ", " + span(Duration.ofSeconds(Math.round(Math.max(0, left)))) + " left";
  }

  private static double seconds(Duration elapsed) {
    return Math.max(1e-3, elapsed.toNanos() / 1e9);
  }

  private static String number(double x) {
    return String.format(Locale.ROOT, x < 100 ? "%.1f" : "%,.0f", x);
  }

  /** The two largest units: {@code 45 s}, {@code 2 min 5 s}, {@code 3 h 20 min}. */
  private static String span(Duration d) {
    if (d.toHours() > 0) {
      return d.toHours() + " h " + d.toMinutesPart() + " min";
    }
    return (d.toMinutes() > 0 ? d.toMinutes() + " min " : "") + d.toSecondsPart() + " s";
  }

  private static String withStatus(StringBuilder text, String status) {
    return (status.isEmpty() ? text : text.append(", ").append(status)).toString();
  }
}
