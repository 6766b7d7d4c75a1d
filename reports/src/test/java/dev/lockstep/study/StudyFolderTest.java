package dev.lockstep.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.config.UserError;
import dev.lockstep.storage.Location;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class StudyFolderTest {
  private static final String HOSTILE =
      "a</script><script>alert(1)</script><!-- \"'`&amp;& \\u0041 \\ {{data}} 😀 \u202e \u0007 \u0000 \u2028 \r\nz";

  @TempDir Path folder;
  private RunFolders runs;

  @BeforeEach
  void runsAreInTheFolder() {
    runs = new RunFolders(folder);
  }

  private StudyFolder.Created create(String output, Design design, long seed, Location... of) {
    return StudyFolder.create(List.of(of), runs.location(output), RunFolders.request(design, seed));
  }

  private StudyKey key(String output) {
    return StudyFolder.key(runs.location(output));
  }

  private String page(String output) throws IOException {
    return Files.readString(folder.resolve(output).resolve("page/study.html"));
  }

  /** What the page holds, read as a browser would: up to the first end of the script. */
  private JsonNode data(String output) throws IOException {
    String page = page(output);
    String mark = "<script id=\"study\" type=\"application/json\">";
    int start = page.indexOf(mark) + mark.length();
    return new ObjectMapper().readTree(page.substring(start, page.indexOf("</script", start)));
  }

  private List<String> samples(String output) throws IOException {
    List<String> samples = new ArrayList<>();
    data(output).path("samples").forEach(sample -> samples.add(sample.asText()));
    return samples;
  }

  @ParameterizedTest
  @EnumSource(Design.class)
  void thePageHoldsEachSampleOnceAndNothingOfItsRun(Design design) throws IOException {
    create(
        "out",
        design,
        71_993,
        runs.numbered("teacher", 'x', 6),
        runs.numbered("professor", 'y', 6));

    assertThat(samples("out"))
        .containsExactlyInAnyOrder(
            "x000", "x001", "x002", "x003", "x004", "x005", "y000", "y001", "y002", "y003", "y004",
            "y005");
    assertThat(page("out"))
        .doesNotContainIgnoringCase(
            "teacher", "professor", "round-", "seed-1", "71993", folder.toString(), "key.json");
    assertThat(data("out").fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder(
            "title", "instructions", "question", "choices", "medium", "trials", "samples", "study");
    try (var files = Files.walk(folder.resolve("out/page"))) {
      assertThat(files.filter(Files::isRegularFile).map(p -> p.getFileName().toString()))
          .containsExactly("study.html");
    }
  }

  @Test
  void theKeySaysWhichItemIsFromWhichRun() throws IOException {
    create("out", Design.RATING_3, 1, runs.numbered("a", 'x', 5), runs.numbered("b", 'y', 5));

    List<String> samples = samples("out");
    StudyKey key = key("out");
    assertThat(key.runs()).extracting(StudyKey.Run::name).containsExactly("a", "b");
    assertThat(key.items()).hasSameSizeAs(samples);
    for (int i = 0; i < samples.size(); i++) {
      StudyKey.Item item = key.items().get(i);
      assertThat(samples.get(i))
          .isEqualTo("%c%03d".formatted("xy".charAt(item.run()), item.sample() - 1));
      assertThat(item.file()).isEqualTo("round-10-seed-1.txt");
    }
  }

  /** Over many studies a place, a side and a trial's place tell as little as a coin. */
  @Test
  void placesSayNothingOfRuns() {
    List<RunSamples> of =
        List.of(
            RunSamples.of(runs.numbered("a", 'x', 8)), RunSamples.of(runs.numbered("b", 'y', 8)));
    int studies = 4000;
    double[] atPlace = new double[16];
    double[] firstOfTrial = new double[8];
    double[] sampleAtPlace = new double[16];
    for (int seed = 0; seed < studies; seed++) {
      Study study = Study.draw(Design.PAIRED, of, 8, seed);
      for (int i = 0; i < 16; i++) {
        atPlace[i] += study.items().get(i).run() / (double) studies;
        sampleAtPlace[i] += study.items().get(i).sample().number() / (double) studies;
      }
      for (int t = 0; t < 8; t++) {
        firstOfTrial[t] += study.items().get(study.trials().get(t).get(0)).run() / (double) studies;
      }
    }
    // Five standard errors.
    assertThat(Arrays.stream(atPlace)).allSatisfy(share -> assertThat(share).isBetween(0.46, 0.54));
    assertThat(Arrays.stream(firstOfTrial))
        .allSatisfy(share -> assertThat(share).isBetween(0.46, 0.54));
    assertThat(Arrays.stream(sampleAtPlace))
        .allSatisfy(mean -> assertThat(mean).isBetween(4.3, 4.7));
  }

  @Test
  void theSameSeedMakesTheSameStudyAndAnotherAnother() throws IOException {
    Location a = runs.numbered("a", 'x', 5);
    Location b = runs.numbered("b", 'y', 5);
    String first = create("one", Design.PAIRED, 7, a, b).study();
    String second = create("two", Design.PAIRED, 7, a, b).study();
    String third = create("three", Design.PAIRED, 8, a, b).study();

    assertThat(page("one")).isEqualTo(page("two"));
    assertThat(folder.resolve("one/key.json"))
        .hasSameBinaryContentAs(folder.resolve("two/key.json"));
    assertThat(first).isEqualTo(second).isNotEqualTo(third);
    assertThat(samples("three")).isNotEqualTo(samples("one"));
  }

  /** With samples of the same number in a pair, and sides as even as they can be. */
  @ParameterizedTest
  @ValueSource(ints = {2, 7, 10})
  void eachTwoRunsMeetAsOftenAndOnEachSideAsOftenForEveryParticipant(int count) {
    create(
        "out",
        Design.PAIRED,
        3,
        runs.numbered("a", 'x', count),
        runs.numbered("b", 'y', count),
        runs.numbered("c", 'z', count));
    StudyKey key = key("out");

    for (int person = 0; person < 50; person++) {
      ParticipantOrder order = new ParticipantOrder(key.study(), "p" + person, key.trials().size());
      Map<String, Integer> sides = new TreeMap<>();
      for (int place = 0; place < key.trials().size(); place++) {
        List<StudyKey.Item> shown =
            order.shown(key.trials().get(order.trial(place))).stream()
                .map(key.items()::get)
                .toList();
        assertThat(shown.get(0).sample()).isEqualTo(shown.get(1).sample());
        sides.merge(shown.get(0).run() + "," + shown.get(1).run(), 1, Integer::sum);
      }
      for (int[] pair : RunPairs.of(3)) {
        int one = sides.get(pair[0] + "," + pair[1]);
        int other = sides.get(pair[1] + "," + pair[0]);
        assertThat(one + other).isEqualTo(count);
        assertThat(Math.abs(one - other)).isEqualTo(count % 2);
      }
    }
  }

  @Test
  void participantsDifferInOrderAndSide() {
    long mirrored =
        IntStream.range(0, 1000)
            .filter(p -> new ParticipantOrder("study", "p" + p, 9).shown(List.of(0, 1)).get(0) == 1)
            .count();
    assertThat(mirrored).isBetween(420L, 580L);
    double[] mean = new double[9];
    for (int p = 0; p < 1000; p++) {
      ParticipantOrder order = new ParticipantOrder("study", "p" + p, 9);
      for (int place = 0; place < 9; place++) {
        mean[place] += order.trial(place) / 1000d;
      }
    }
    // Five standard errors of 0 to 8.
    assertThat(Arrays.stream(mean)).allSatisfy(m -> assertThat(m).isBetween(3.6, 4.4));
  }

  @Test
  void hostileTextsAndNamesStayText() throws IOException {
    Location a = runs.texts("<img src=x onerror=alert(1)>", HOSTILE, "--- 2 ---", "--- 3 ---\n\nb");
    Location b = runs.texts("<script> \"b\" 😀", "", "\n\n", "</SCRIPT >");
    StudyFolder.create(
        List.of(a, b),
        runs.location("out"),
        new StudyFolder.Request(
            Design.PAIRED,
            0,
            5,
            "<b>T</b></script>",
            Optional.of("</script>?"),
            Optional.of("</script>{{order}}")));

    assertThat(samples("out"))
        .containsExactlyInAnyOrder(
            HOSTILE, "--- 2 ---", "--- 3 ---\n\nb", "", "\n\n", "</SCRIPT >");
    assertThat(data("out").path("title").asText()).isEqualTo("<b>T</b></script>");
    assertThat(data("out").path("instructions").asText()).isEqualTo("</script>{{order}}");
    // Those of the page itself.
    assertThat(page("out").split("(?i)</script", -1)).hasSize(4);
    assertThat(page("out")).doesNotContain("onerror");
    assertThat(key("out").runs())
        .extracting(StudyKey.Run::name)
        .containsExactly("<img src=x onerror=alert(1)>", "<script> \"b\" 😀");
  }

  @Test
  void theNewestRoundsSamplesOfAllSeedsAreTaken() throws IOException {
    runs.sample("a", "round-9-seed-1.txt", "--- 1 ---\nold\n\n");
    runs.sample("a", "round-10-seed-10.txt", "--- 1 ---\nthree\n\n");
    runs.sample("a", "round-10-seed-2.txt", "--- 1 ---\none\n\n--- 2 ---\ntwo\n\n");
    runs.sample("a", "notes.txt", "none");

    assertThat(RunSamples.of(runs.location("a")).samples())
        .extracting(RunSample::content)
        .containsExactly("one", "two", "three");
  }

  @Test
  void soundsAreTakenWithoutTheirPictures() {
    for (int i = 1; i <= 10; i++) {
      runs.sample("a", "round-1-seed-1-%d.wav".formatted(i), "RIFF" + i);
      runs.sample("a", "round-1-seed-1-%d.png".formatted(i), "PNG");
    }
    RunSamples samples = RunSamples.of(runs.location("a"));

    assertThat(samples.medium()).isEqualTo(Medium.SOUND);
    assertThat(samples.samples())
        .extracting(RunSample::number)
        .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    assertThat(samples.samples().get(1).content()).isEqualTo("data:audio/wav;base64,UklGRjI=");
  }

  @Test
  void drawingsAndSingleSamplesArePreferredToPixelsAndSheets() {
    runs.sample("a", "round-1-seed-1.png", "PNG");
    assertThat(RunSamples.of(runs.location("a")).samples())
        .containsExactly(new RunSample("round-1-seed-1.png", 1, "data:image/png;base64,UE5H"));
    runs.sample("a", "round-1-seed-1.svg", "<svg/>");
    assertThat(RunSamples.of(runs.location("a")).samples())
        .extracting(RunSample::file)
        .containsExactly("round-1-seed-1.svg");
    runs.sample("a", "round-1-seed-1-2.svg", "<svg/>");
    runs.sample("a", "round-1-seed-1-1.svg", "<svg/>");
    runs.sample("a", "round-1-seed-1-attention-1.svg", "<svg/>");
    RunSamples samples = RunSamples.of(runs.location("a"));
    assertThat(samples.medium()).isEqualTo(Medium.PICTURE);
    assertThat(samples.samples())
        .extracting(RunSample::file)
        .containsExactly("round-1-seed-1-1.svg", "round-1-seed-1-2.svg");
  }

  @Test
  void runsOfOneNameAreToldApartByTheirPaths() {
    create("out", Design.PAIRED, 1, runs.numbered("x/run", 'x', 2), runs.numbered("y/run", 'y', 2));
    assertThat(key("out").runs())
        .extracting(StudyKey.Run::name)
        .containsExactly(folder.resolve("x/run").toString(), folder.resolve("y/run").toString());
  }

  @Test
  void whatDoesNotGoTogetherIsRefused() throws IOException {
    Location a = runs.numbered("a", 'x', 3);
    Location sound = runs.sample("sound", "round-1-seed-1-1.wav", "RIFF");
    Location other = runs.sample("other", "round-1-seed-1.txt", "no head");
    Location latin = runs.sample("latin", "round-1-seed-1.txt", new byte[] {'-', (byte) 0xE9});
    Location none = runs.sample("none", "x.txt", "");
    Files.createDirectories(folder.resolve("taken/x"));

    refused("--output", () -> create("taken", Design.RATING_3, 1, a));
    refused("two", () -> create("out", Design.PAIRED, 1, a));
    refused("named twice", () -> create("out", Design.PAIRED, 1, a, runs.location("b/../a")));
    refused("sound", () -> create("out", Design.PAIRED, 1, a, sound));
    refused("has no samples/", () -> create("out", Design.RATING_3, 1, runs.location("nobody")));
    refused("holds no file like", () -> create("out", Design.RATING_3, 1, none));
    refused("not as generate writes it", () -> create("out", Design.RATING_3, 1, other));
    refused("not UTF-8", () -> create("out", Design.RATING_3, 1, latin));
    refused(
        "--items 4: %s has 3".formatted(a),
        () ->
            StudyFolder.create(
                List.of(a),
                runs.location("out"),
                new StudyFolder.Request(
                    Design.RATING_3, 4, 1, "", Optional.empty(), Optional.empty())));
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void aPageTooLargeForBrowsersIsRefused() throws IOException {
    Location a = runs.sample("a", "round-1-seed-1-1.wav", "");
    try (RandomAccessFile file =
        new RandomAccessFile(folder.resolve("a/samples/round-1-seed-1-1.wav").toFile(), "rw")) {
      file.setLength(49L << 20);
    }
    refused("65 MiB, and 64 is the limit", () -> create("out", Design.RATING_3, 1, a));
  }

  @Test
  void withoutANumberTwentySamplesAreTheMost() {
    StudyFolder.Created created = create("out", Design.RATING_5, 1, runs.numbered("a", 'x', 30));
    assertThat(created.items()).isEqualTo(20);
    assertThat(created.trials()).isEqualTo(20);
  }

  private static void refused(String why, ThrowingCallable does) {
    assertThatThrownBy(does).isInstanceOf(UserError.class).hasMessageContaining(why);
  }
}
