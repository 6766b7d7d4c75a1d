package dev.lockstep.benchmarks.versus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContenderServerTest {
  /** Answers with what it was asked. */
  private static final class Echo implements Contender {
    @Override
    public Measured step(int number) {
      return new Measured(number, 1, 2, 3, 4, 0.5);
    }

    @Override
    public double generate(int sequences, int steps) {
      return 1000.0 * sequences + steps;
    }

    @Override
    public double sgemm() {
      return 0.25;
    }
  }

  @Test
  void answersEachLineWithOneAndEndsWithItsInput() throws IOException {
    List<String> answers = serve("step\nstep\ngenerate 2 5\nsgemm\n");
    assertThat(answers)
        .containsExactly(
            "ready", "0.0 1.0 2.0 3.0 4.0 0.5", "1.0 1.0 2.0 3.0 4.0 0.5", "2005.0", "0.25");
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    assertThatThrownBy(() -> serve("stop\n")).hasMessageContaining("stop");
  }

  @Test
  void workloadComesBackFromItsArguments() {
    Workload workload = new Workload(3, 5, 7, 2, 4, 1e-3, 1e-4, 6);
    assertThat(Workload.parse(workload.arguments())).isEqualTo(workload);
  }

  private static List<String> serve(String requests) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    LineServer.serve(
        new BufferedReader(new StringReader(requests)),
        new PrintStream(bytes, true, StandardCharsets.UTF_8),
        new ContenderServer(new Echo()));
    return bytes.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
