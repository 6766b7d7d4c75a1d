package dev.lockstep.corpus.audio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.config.DataSettings;
import dev.lockstep.corpus.Amplitudes;
import dev.lockstep.corpus.Checksum;
import dev.lockstep.corpus.Corpus;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.corpus.Part;
import dev.lockstep.corpus.SparkExtension;
import dev.lockstep.corpus.TestCorpora;
import dev.lockstep.corpus.Vocabulary;
import dev.lockstep.corpus.input.InputFiles;
import dev.lockstep.corpus.input.Inventory;
import dev.lockstep.corpus.input.SourceFile;
import dev.lockstep.model.Sequence;
import dev.lockstep.storage.Location;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AudioCorpusTest {
  @RegisterExtension static final SparkExtension SPARK = new SparkExtension();

  /** 256 uniform bins are the bytes of 8-bit files. */
  private static final String BYTES =
      "data { kind = audio, sequence-length = 4, audio { scale = uniform } }\n";

  private static final String HALVES = "data.split { valid = 0.3, test = 0.3 }\n";

  /** What {@link #recordings} has beside recordings. */
  private static final Map<String, Long> BESIDE =
      Map.of("files of other names", 1L, "hidden files and folders", 2L);

  @TempDir Path folder;

  private TestCorpora corpora;

  @BeforeEach
  void corpora() {
    corpora = new TestCorpora(SPARK.session(), folder);
  }

  @Test
  void recordingsAreCutAndStayInOnePart() throws IOException {
    Path input = recordings(60);
    Corpus corpus = corpora.prepare("corpus", input, BYTES + HALVES);
    assertThat(corpus.descriptor().steps())
        .isEqualTo(new Amplitudes(256, DataSettings.AmplitudeScale.UNIFORM, 8000));
    Set<Integer> seen = new HashSet<>();
    for (Part part : Part.values()) {
      List<Sequence> sequences = TestCorpora.sequences(corpus, part);
      List<Integer> recordings =
          sequences.stream().map(sequence -> sequence.symbols()[0]).distinct().toList();
      List<Sequence> expected = new ArrayList<>();
      recordings.forEach(recording -> expected.addAll(pieces(recording)));
      assertThat(sequences).isEqualTo(expected);
      assertThat(recordings).as("in the order of their names").isSorted();
      assertThat(recordings).hasSizeGreaterThan(5);
      assertThat(seen).doesNotContainAnyElementsOf(recordings);
      seen.addAll(recordings);
    }
    assertThat(seen).hasSize(60);
    assertThat(corpus.descriptor().setAside()).isEqualTo(BESIDE);
  }

  /** Recordings of a number each, 9 to 15 samples, the names in the order of the numbers. */
  private Path recordings(int count) throws IOException {
    Path input = Files.createDirectories(folder.resolve("input/deeper"));
    for (int i = 0; i < count; i++) {
      byte[] samples = new byte[9 + i % 7];
      Arrays.fill(samples, (byte) (100 + i));
      String name = "%d_%03d.wav".formatted(i * 3 / count, i);
      Files.write(input.resolve(name), WavFiles.bytes(samples));
    }
    Files.writeString(input.resolve("notes.txt"), "not a recording");
    Files.writeString(input.resolve(".hidden.wav"), "not a recording");
    Files.writeString(input.resolve("_hidden.wav"), "not a recording");
    return input.getParent();
  }

  private static List<Sequence> pieces(int symbol) {
    int length = 9 + (symbol - 100) % 7;
    List<Sequence> pieces = new ArrayList<>();
    for (int left = length; left >= 2; left -= 4) {
      int[] symbols = new int[Math.min(4, left)];
      Arrays.fill(symbols, symbol);
      pieces.add(Sequence.ofSymbols(symbols));
    }
    return pieces;
  }

  @Test
  void labelsComeFromNamesAndAreSorted() throws IOException {
    Path input = recordings(60);
    String label = "data.audio.label = \"^([^_]+)_\"\n";
    Corpus corpus = corpora.prepare("corpus", input, BYTES + HALVES + label);
    assertThat(corpus.descriptor().condition())
        .contains(Vocabulary.ofLabels(List.of("0", "1", "2")));
    for (Part part : Part.values()) {
      for (Sequence sequence : TestCorpora.sequences(corpus, part)) {
        assertThat(sequence.condition()).containsExactly((sequence.symbols()[0] - 100) / 20);
      }
    }
  }

  @Test
  void theSourceIsTheListOfFilesAndChecksums() throws IOException {
    Path input = recordings(40);
    StringBuilder list = new StringBuilder();
    try (var found = Files.list(input.resolve("deeper"))) {
      for (Path file : found.sorted().toList()) {
        if (file.getFileName().toString().matches("\\d.*")) {
          String sum = Checksum.of(Files.readAllBytes(file));
          list.append(sum).append("  deeper/").append(file.getFileName()).append('\n');
        }
      }
    }
    Corpus corpus = corpora.prepare("corpus", input, BYTES + HALVES);
    assertThat(corpus.descriptor().contents(Part.TEST).source())
        .contains(
            new CorpusDescriptor.Source(
                "input", Checksum.of(list.toString().getBytes(StandardCharsets.UTF_8))));
  }

  @Test
  void aSingleRecordingIsCutIntoPartsInItsOrder() throws IOException {
    byte[] samples = new byte[42];
    for (int t = 0; t < samples.length; t++) {
      samples[t] = (byte) t;
    }
    Path file = Files.write(folder.resolve("one"), WavFiles.bytes(samples));
    Corpus corpus =
        corpora.prepare("corpus", file, BYTES + "data.split { valid = 0.2, test = 0.1 }");
    List<Sequence> all = new ArrayList<>();
    for (Part part : Part.values()) {
      all.addAll(TestCorpora.sequences(corpus, part));
    }
    assertThat(all.stream().flatMapToInt(piece -> Arrays.stream(piece.symbols())))
        .containsExactlyElementsOf(IntStream.range(0, 42).boxed().toList());
    assertThat(TestCorpora.sequences(corpus, Part.VALID)).hasSize(2);
    assertThat(TestCorpora.sequences(corpus, Part.TEST)).hasSize(1);
    assertThat(corpus.descriptor().contents(Part.TRAIN).source())
        .contains(new CorpusDescriptor.Source("one", Checksum.of(Files.readAllBytes(file))));
  }

  @Test
  void recordingsAreResampled() throws IOException {
    byte[] samples = new byte[441];
    Arrays.fill(samples, (byte) 200);
    byte[] file =
        WavFiles.riff(WavFiles.fmt(WavFiles.PCM, 1, 44_100, 8), WavFiles.chunk("data", samples));
    Path input = Files.write(folder.resolve("one.wav"), file);
    Corpus corpus = corpora.prepare("corpus", input, BYTES + HALVES);
    long steps = 0;
    for (Part part : Part.values()) {
      steps += corpus.part(part).steps();
      assertThat(TestCorpora.sequences(corpus, part))
          .containsOnly(Sequence.ofSymbols(200, 200, 200, 200));
    }
    assertThat(steps).isEqualTo(80);
  }

  @Test
  void recordingsThatAreTooShortAreSetAside() throws IOException {
    Path input = recordings(40);
    Files.write(input.resolve("short.wav"), WavFiles.bytes((byte) 1));
    Corpus corpus = corpora.prepare("corpus", input, BYTES + HALVES);
    Map<String, Long> setAside = new HashMap<>(BESIDE);
    setAside.put("shorter than two samples", 1L);
    assertThat(corpus.descriptor().setAside()).isEqualTo(setAside);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a(b | data.audio.label = a(b is no pattern: Unclosed group at its character 4: write a regular expression of Java",
        "ab  | data.audio.label = ab has no group: put the label's part of it in parentheses",
      })
  void aWrongPatternNamesItsKey(String pattern, String message) throws IOException {
    String label = "data.audio.label = \"%s\"\n".formatted(pattern);
    assertThat(corpora.error(recordings(3), BYTES + label)).isEqualTo(message);
  }

  @Test
  void aNameWithoutALabelIsDamage() throws IOException {
    Path input = recordings(40);
    Path file = Files.write(input.resolve("none.wav"), WavFiles.bytes(new byte[9]));
    String label = "data.audio.label = \"^([^_]+)_\"\n";
    String line =
        "%s: data.audio.label = ^([^_]+)_ finds no label in its name: repair, convert or remove it, or set data.damaged = skip"
            .formatted(file);
    assertThat(corpora.error(input, BYTES + HALVES + label)).isEqualTo(line);
    String skip = "data.damaged = skip\n";
    assertThat(corpora.skipped("corpus", input, BYTES + HALVES + label + skip))
        .containsExactly(line);
  }

  @ParameterizedTest
  @CsvSource({"'(yes|no)/', yes", "'^([^/]+)/[^/]+/', words", "'/([^/_]+)_0', anna"})
  void labelsMayBeFolders(String pattern, String label) throws IOException {
    for (String name :
        List.of("words/yes/anna_0.wav", "words/yes/anna_00.wav", "words/yes/b.wav")) {
      Path file = folder.resolve("input").resolve(name);
      Files.createDirectories(file.getParent());
      Files.write(file, WavFiles.bytes((byte) 1, (byte) 2, (byte) 3));
    }
    SourceFile file = Inventory.of(input("input"), true, name -> true).files().get(0);
    assertThat(RecordingReader.label(Pattern.compile(pattern), file)).contains(label);
  }

  private Location input(String name) {
    return InputFiles.input(SPARK.session(), folder.resolve(name).toString(), "recordings");
  }

  @Test
  void whereNoneCanBeUsedAllAreCountedAndOneIsNamed() throws IOException {
    Path input = Files.createDirectory(folder.resolve("input"));
    byte[] muLaw = WavFiles.riff(WavFiles.fmt(7, 1, 8000, 8), WavFiles.chunk("data", new byte[9]));
    for (int i = 0; i < 5; i++) {
      Files.write(input.resolve(i + ".wav"), muLaw);
    }
    Files.write(input.resolve("5.wav"), new byte[3]);
    Files.write(input.resolve("6.wav"), WavFiles.bytes((byte) 1));
    String skip = BYTES + "data.damaged = skip\n";
    String left =
        "left out: 5 its samples are of format 7, not 1 (PCM) or 3 (IEEE float) (0.wav), "
            + "1 does not begin as a RIFF WAVE file (5.wav), 1 shorter than two samples (6.wav)";
    assertThat(corpora.error(input, skip))
        .isEqualTo(
            "data.input %s: none of the 7 items in it can be used; %s: convert them or give others",
            input, left);
    Files.write(input.resolve("7.wav"), WavFiles.bytes(new byte[8]));
    assertThat(corpora.error(input, skip))
        .contains("got none of the 1 usable items (of 8 in all); " + left + ": give more data");
  }

  @Test
  void aDirectoryNeedsRecordings() throws IOException {
    Path input = Files.createDirectory(folder.resolve("input"));
    Files.writeString(input.resolve("notes.txt"), "nothing");
    assertThat(corpora.error(input, BYTES))
        .isEqualTo(
            "data.input %s: has no files whose names end in .wav: name a directory with recordings; left out: 1 files of other names (notes.txt)",
            input);
    assertThat(corpora.error(folder.resolve("none"), BYTES))
        .isEqualTo("data.input %s/none: no such file or directory", folder);
    assertThat(corpora.error(input, BYTES + "data.sequence-length = 1"))
        .isEqualTo("data.sequence-length must be at least 2 for data.kind = audio, not 1");
  }

  @Test
  void spokenDigits() throws IOException {
    Path digits = Path.of("../../shared/data/fsdd");
    Assumptions.assumeTrue(Files.isDirectory(digits), () -> digits + " is not here");
    String hocon =
        "data { kind = audio, sequence-length = 500, audio.label = \"^([^_]+)_\", split { valid = 0.1, test = 0.1 } }";
    Corpus corpus = corpora.prepare("corpus", digits.toRealPath(), hocon);
    assertThat(corpus.descriptor().condition().orElseThrow().texts())
        .containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
    long steps = 0;
    for (Part part : Part.values()) {
      steps += corpus.part(part).steps();
    }
    try (var files = Files.list(digits)) {
      long bytes = files.mapToLong(file -> file.toFile().length() - 44).sum();
      assertThat(steps).isBetween(bytes / 2 - 500, bytes / 2);
    }
  }
}
