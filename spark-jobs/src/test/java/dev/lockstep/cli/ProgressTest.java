package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private long nanos = 12345;

  @Test
  void printsFirstLastAndAtMostOneLineEachTenSeconds() {
    try (Progress p = progress(0, 200)) {
      for (int i = 0; i < 200; i++) {
        pass(Duration.ofMillis(250));
        p.step(1, "nll " + i);
      }
    }

    assertThat(lines())
        .containsExactly(
            "train: 0/200 rounds (0%)",
            "train: 40/200 rounds (20%), 4.0 rounds/s, 40 s left, nll 39",
            "train: 80/200 rounds (40%), 4.0 rounds/s, 30 s left, nll 79",
            "train: 120/200 rounds (60%), 4.0 rounds/s, 20 s left, nll 119",
            "train: 160/200 rounds (80%), 4.0 rounds/s, 10 s left, nll 159",
            "train: 200/200 rounds (100%), 4.0 rounds/s, 0 s left, nll 199",
            "train: 200/200 rounds in 50 s, 4.0 rounds/s, nll 199");
  }

  @Test
  void slowWorkIsCountedPerMinuteOrHour() {
    try (Progress p = progress(0, 10)) {
      pass(Duration.ofSeconds(30));
      p.step(1, "");
      pass(Duration.ofMinutes(60).minusSeconds(30));
      p.step(1, "");
    }

    assertThat(lines())
        .contains(
            "train: 1/10 rounds (10%), 2.0 rounds/min, 4 min 30 s left",
            "train: 2/10 rounds (20%), 2.0 rounds/h, 4 h 0 min left");
  }

  @Test
  void workThatEndsEarlySaysSo() {
    try (Progress p = progress(0, 10)) {
      pass(Duration.ofSeconds(63));
      p.step(3, "");
    }

    assertThat(lines())
        .last()
        .isEqualTo("train: stopped at 3/10 rounds after 1 min 3 s, 2.9 rounds/min");
  }

  @Test
  void anUnknownTotalHasARateButNoEnd() {
    try (Progress p = progress(0, Progress.UNKNOWN)) {
      pass(Duration.ofSeconds(10));
      p.step(1_250_000, "");
    }

    assertThat(lines())
        .containsExactly(
            "train: 0 rounds",
            "train: 1,250,000 rounds, 125,000 rounds/s",
            "train: 1,250,000 rounds in 10 s, 125,000 rounds/s");
  }

  @Test
  void resumedWorkCountsOnlyItsOwnInTheRate() {
    try (Progress p = progress(100, 200)) {
      pass(Duration.ofSeconds(10));
      p.step(50, "");
    }

    assertThat(lines())
        .contains("train: 100/200 rounds (50%)")
        .contains("train: 150/200 rounds (75%), 5.0 rounds/s, 10 s left");
  }

  @Test
  void nothingToDoIsNoDivisionByZero() {
    progress(0, 0).close();

    assertThat(lines()).containsExactly("train: 0/0 rounds", "train: 0/0 rounds in 0 s");
  }

  @Test
  void closingTwiceTellsTheEndOnce() {
    Progress p = progress(0, 1);
    p.close();
    p.close();

    assertThat(lines()).hasSize(2);
  }

  @Test
  void aBarFillsItsLineAndEndsWithTheSummary() {
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    try (Progress p = new BarProgress(new Pace("train", "rounds", 0, 4), () -> nanos, out, 60)) {
      pass(Duration.ofSeconds(8));
      p.step(4, "nll 1.2");
    }

    String last = bytes.toString(StandardCharsets.UTF_8).replaceFirst("(?s).*\\r", "");
    assertThat(last.stripTrailing())
        .isEqualTo("train: 4/4 rounds in 8 s, 30.0 rounds/min, nll 1.2");
    assertThat(last.replaceFirst("\\R$", "")).hasSize(59);
  }

  private Progress progress(long done, long total) {
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    return new LineProgress(new Pace("train", "rounds", done, total), () -> nanos, out);
  }

  private void pass(Duration time) {
    nanos += time.toNanos();
  }

  private List<String> lines() {
    return bytes.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
