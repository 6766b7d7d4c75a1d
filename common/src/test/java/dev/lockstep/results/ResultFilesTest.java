package dev.lockstep.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ResultFilesTest {
  private static final SequenceReport REPORT =
      new SequenceReport(
          3,
          "test",
          new LikelihoodReport(
              90, 1.5, List.of(1.25, 1.75), null, null, null, null, null, 4.5, List.of(4.0, 5.0)),
          new DriftReport(
              8,
              2,
              0.5,
              0.25,
              3,
              2.5,
              -0.125,
              null,
              0.75,
              List.of(0.25, 0.75),
              List.of(2.0, 4.0),
              List.of(-0.25, 0.0),
              List.of(new DriftReport.AtLength(1, 2, 8, 0.5, 0.25, 3, 2.5, -0.125, null))),
          new TsneReport(2, 16, 1, 0.5, 2, 0.25),
          null,
          List.of(new FreeRunningStatistic("mean", null, new TreeMap<>())),
          List.of(
              new RepeatReport(
                  1, 2, Arrays.asList(0.5, null), null, List.of(0.0), null, 1, null, 2, null)));

  @Test
  void aReportReadsBackFromTheOneObjectThatItsPartsAreWrittenInto() throws Exception {
    String json = new String(ResultFiles.pretty(REPORT), StandardCharsets.UTF_8);
    assertThat(json)
        .contains("\"nll_interval\"", "\"mmd_by_step\"")
        .doesNotContain("likelihood", "\"drift\"", "probe");
    assertThat(ResultFiles.read(json, SequenceReport.class)).isEqualTo(REPORT);
  }

  @Test
  void aKeyThatNobodyWritesIsRefused() {
    String json = ResultFiles.line(REPORT);
    for (String key : List.of("nll", "mmd", "nll_interval", "repeats", "pair_by_step")) {
      String renamed = json.replaceFirst("\"" + key + "\"", "\"" + key + "_\"");
      assertThat(renamed).isNotEqualTo(json);
      assertThatThrownBy(() -> ResultFiles.read(renamed, SequenceReport.class))
          .isInstanceOf(JsonMappingException.class)
          .hasMessageContaining(key);
    }
    assertThatThrownBy(
            () -> ResultFiles.read(json.replace("}]}", "}],\"x\":1}"), SequenceReport.class))
        .isInstanceOf(UnrecognizedPropertyException.class)
        .hasMessageContaining("\"x\"");
  }

  @Test
  void aRoundNeedsEveryNumberThatIsAlwaysThere() throws JsonProcessingException {
    RoundMetrics round =
        new RoundMetrics(
            3, 1.5, null, 1.25, 0.5, 0.75, 0.5, 1.0, 0.0, null, null, null, 1, null, null, 90, 45,
            0.5, 2, 0.25, 6);
    String json = ResultFiles.line(round);
    assertThat(ResultFiles.read(json, RoundMetrics.class)).isEqualTo(round);
    for (String key : List.of("round", "nll", "left_out", "steps", "seconds")) {
      String without = json.replaceFirst("\"" + key + "\":[0-9.]+,?", "").replace(",}", "}");
      assertThatThrownBy(() -> ResultFiles.read(without, RoundMetrics.class))
          .isInstanceOf(JsonMappingException.class)
          .hasMessageContaining("\"" + key + "\"");
    }
  }
}
