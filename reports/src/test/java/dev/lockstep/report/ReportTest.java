package dev.lockstep.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.checkpoint.RunDirectory;
import dev.lockstep.config.UserError;
import dev.lockstep.results.RoundMetrics;
import dev.lockstep.results.SequenceReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportTest {
  /** A line's keys that are always there. */
  private static final String ROUND =
      """
      "round":1,"nll":1,"left_out":0,"steps":1,"steps_per_second":1,"seconds":1,\
      "broadcast_seconds":0,"compute_seconds":1,"combine_seconds":0\
      """;

  @TempDir Path folder;

  @Test
  void holdsWhatTheFilesOfARunSay() {
    ShownRun run = shown(begin("run", "professor-forcing").complete());

    assertThat(run.name()).isEqualTo("run");
    assertThat(run.method()).isEqualTo("professor-forcing");
    assertThat(run.rounds()).hasSize(40);
    RoundMetrics fifth = run.rounds().get(4);
    assertThat(fifth.round()).isEqualTo(5);
    assertThat(fifth.cD()).isEqualTo(1.39 - 0.01 * 5);
    assertThat(fifth.validNll()).isEqualTo(fifth.nll() + 0.1);
    assertThat(run.rounds().get(3).validNll()).isNull();
    SequenceReport report = (SequenceReport) run.evaluation();
    assertThat(report.likelihood().nllInterval()).containsExactly(1.0301, 1.0533);
    assertThat(report.drift().driftByLength().get(1).centroidDistance()).isEqualTo(0.94 + 0.05);
    assertThat(report.repeats().get(2).multiple()).isEqualTo(20);
    assertThat(report.lengthGeneralisation().get(0).values()).containsEntry(5, 0.2857);
    assertThat(run.tsne().points()).hasSize(200);
    assertThat(run.missing()).isEmpty();
    assertThat(run.config()).contains("method = professor-forcing");
  }

  private TestRun begin(String name, String method, String... settings) {
    return TestRun.begin(folder.resolve(name), method, settings);
  }

  private static ShownRun shown(TestRun run) {
    return Report.of(List.of(run.directory())).runs().get(0);
  }

  @Test
  void theSamplesOfTheLastRoundComeFirstAndNoPictureTwice() {
    TestRun run =
        begin("run", "teacher-forcing")
            .pictures()
            .sound()
            .write("samples/round-9-seed-1.txt", "nine")
            .write("samples/round-40-seed-10.txt", "ten")
            .write("samples/round-100-seed-1.txt", "a hundred");
    run.write("samples/round-40-seed-1.png", "the same as the SVG");
    run.write("samples/round-40-seed-1-2.svg", "the second of those on the SVG");

    assertThat(shown(run).samples())
        .extracting(Sample::name)
        .containsExactly(
            "round-100-seed-1.txt",
            "round-40-seed-1-1.wav",
            "round-40-seed-1.svg",
            "round-40-seed-2.png",
            "round-40-seed-10.txt",
            "round-9-seed-1.txt");
    assertThat(shown(run).samples())
        .extracting(Sample::kind)
        .startsWith(Sample.Kind.TEXT, Sample.Kind.SOUND, Sample.Kind.PICTURE, Sample.Kind.PICTURE);
    assertThat(shown(run).samples().get(1).data()).startsWith("data:audio/wav;base64,UklGR");
  }

  @Test
  void saysWhatDidNotGoIntoThePage() {
    String large = "x".repeat((int) SampleReader.MOST_BYTES - 10);
    TestRun run =
        begin("run", "teacher-forcing")
            .write("samples/round-3-seed-1.txt", "elevenchars")
            .write("samples/round-2-seed-1.txt", large)
            .write("samples/round-1-seed-1.txt", "small")
            .write("samples/round-1-seed-1.bin", "what");

    assertThat(shown(run).samples())
        .extracting(Sample::text)
        .containsExactly("elevenchars", "small");
    assertThat(shown(run).leftOut())
        .containsExactly(
            "round-2-seed-1.txt (8.0 MiB) is not in the page, which takes 8 MiB of a run's samples",
            "round-1-seed-1.bin is no text, picture or sound that a page can show");
  }

  @Test
  void saysWhatBringsTheRest() {
    TestRun run = begin("my run", "teacher-forcing");
    String place = folder.resolve("my run").toString();

    assertThat(shown(run).missing())
        .extracting(ShownRun.Missing::command)
        .containsExactly(
            "bin/lockstep train --resume --config '%1$s/config.conf' --set 'training.output=%1$s'"
                .formatted(place),
            "bin/lockstep evaluate --config '%1$s/config.conf' --set 'training.output=%1$s'"
                .formatted(place),
            "bin/lockstep generate --config '%1$s/config.conf' --set 'training.output=%1$s'"
                .formatted(place));
    assertThat(shown(run.rounds(1).evaluation().text("a")).missing())
        .extracting(ShownRun.Missing::what)
        .containsExactly(
            "There are no t-SNE maps of the hidden states (evaluation.tsne.runs must be above 0)");
  }

  @Test
  void comparesSettings() {
    RunDirectory a = begin("a", "teacher-forcing", "training.seed=1").directory();
    RunDirectory b = begin("b", "teacher-forcing", "training.seed=2").directory();
    RunDirectory c = begin("c", "teacher-forcing", "training.seed=2").directory();

    assertThat(Report.of(List.of(b, c)).differences())
        .extracting(Report.Difference::key)
        .containsExactly("training.output");
    assertThat(Report.of(List.of(a, b, c)).differences())
        .contains(new Report.Difference("training.seed", List.of("1", "2", "2")))
        .hasSize(2);
  }

  @Test
  void runsOfTheSameNameAreCalledByTheirDirectories() {
    RunDirectory a = begin("x/run", "teacher-forcing").directory();
    RunDirectory b = begin("y/run", "teacher-forcing").directory();

    assertThat(Report.of(List.of(a, b)).runs())
        .extracting(ShownRun::name)
        .containsExactly(folder + "/x/run", folder + "/y/run");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          metrics.jsonl           | {ROUND}\\n{"round":2    | line 2: is not JSON: mend the file or remove it
          metrics.jsonl           | {ROUND}\\n7             | line 2: is not the object that belongs there: mend the file or remove it
          metrics.jsonl           | {"nll":1}               | line 1: round is missing or no such value: mend the file or remove it
          metrics.jsonl           | {"round":1,"c_d":"low"} | line 1: c_d is missing or no such value: mend the file or remove it
          metrics.jsonl           | {ROUND,"c_x":1}         | line 1: c_x is no key of this version: mend the file or remove it
          evaluation/metrics.json | null                    | line 1: is null, not an object: run evaluate again
          evaluation/metrics.json | {"round":1,\\n"nll":       | line 2: is not JSON: run evaluate again
          evaluation/metrics.json | {"round":1,"steps":9,"nll":[1]} | /metrics.json: nll is missing or no such value: run evaluate again
          evaluation/metrics.json | {"steps":9,\\n"nll":1,"x":2} | /metrics.json: round is missing or no such value: run evaluate again
          evaluation/tsne.json    | {"seeds":1,"perplexity":5,"points":[{"x":1}]} | line 1: points.[0].y is missing or no such value: run evaluate again
          samples/a.png           | GIF89a                   | : is no image/png: remove it or run generate again
          samples/a.svg           | <html>                   | : is no SVG: remove it or run generate again
          samples/a.wav           | RIF                      | : is no audio/wav: remove it or run generate again
          """)
  void namesADamagedFile(String file, String text, String message) {
    TestRun run =
        begin("run", "teacher-forcing")
            .write(file, text.replace("\\n", "\n").replace("ROUND", ROUND));

    assertThatThrownBy(() -> shown(run))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(folder.resolve("run/" + file).toString())
        .hasMessageEndingWith(message)
        .message()
        .hasLineCount(1);
  }

  @Test
  void namesASampleThatIsNotText() throws IOException {
    TestRun run = begin("run", "teacher-forcing");
    Path samples = Files.createDirectory(folder.resolve("run/samples"));
    Files.write(samples.resolve("a.txt"), new byte[] {(byte) 0xC0, 'x'});

    assertThatThrownBy(() -> shown(run))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("a.txt: is not UTF-8");
  }

  @Test
  void thePageHoldsItsDataAsOneElementAndTheLicence() throws IOException {
    String hostile = "</script><!--<script>{{style}}";
    TestRun run = begin("run", "teacher-forcing").rounds(2).text(hostile);

    String html = Report.of(List.of(run.directory())).html();

    String data =
        html.substring(html.indexOf("id=\"report\">") + "id=\"report\">".length())
            .split("</script>", 2)[0];
    assertThat(data).doesNotContain("<");
    JsonNode read = new ObjectMapper().readTree(data);
    assertThat(read.at("/runs/0/samples/0/text").asText()).isEqualTo(hostile);
    assertThat(read.at("/runs/0/rounds/1/valid_nll").isDouble()).isTrue();
    assertThat(html)
        .contains("Copyright 2010-2023 Mike Bostock\n\nPermission to use, copy, modify")
        .doesNotContain("{{charts}}");
  }

  @Test
  void thePageAsksForNothingFromElsewhere() {
    String html =
        Report.of(
                Arrays.asList(
                    begin("a", "professor-forcing").complete().directory(),
                    begin("b", "teacher-forcing").directory()))
            .html();

    assertThat(html).contains("default-src 'none'");
    assertThat(html).doesNotContainPattern("(?:src|href)=\"?https?:");
  }
}
