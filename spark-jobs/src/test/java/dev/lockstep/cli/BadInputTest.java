package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.config.DataSettings;
import dev.lockstep.testing.LocalSpark;
import dev.lockstep.testing.TinyText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Mistakes that people make, through the real commands: each is status 2 and one line that says
 * what, where and what to do, and leaves every directory as it was.
 */
class BadInputTest {
  @RegisterExtension static final LocalSpark SPARK = new LocalSpark();

  @TempDir static Path folder;
  private static Path config;

  /** A corpus and a run that are in order. */
  @BeforeAll
  static void prepareAndTrain() throws IOException {
    Path text = TinyText.write(folder.resolve("text"));
    config = folder.resolve("tiny.conf");
    Files.writeString(
        config, TinyText.settings(text, folder.resolve("corpus"), folder.resolve("run")));
    assertThat(CommandRun.lockstep("prepare", "--config", config.toString()).status()).isZero();
    CommandRun train =
        CommandRun.lockstep(
            "train", "--config", config.toString(), "--set", "training.max-rounds=1");
    assertThat(train.err()).isEmpty();
  }

  @Test
  void theInputIsNotThere() {
    refuses(
        "data.input %s/none: no such file or directory".formatted(folder),
        "prepare",
        "data.input=" + folder.resolve("none"),
        "data.corpus=" + folder.resolve("new"));
  }

  @ParameterizedTest
  @EnumSource(
      value = DataSettings.Kind.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"SAWTOOTH", "TOY"})
  void theInputIsAnAddressOfTheWeb(DataSettings.Kind kind) {
    refuses(
        "data.input https://127.0.0.1:1/a.csv: nothing is read from or written to https: addresses: copy it to a disk and name the copy",
        "prepare",
        "data.kind=" + kind.key(),
        "data.sequence-length=" + (kind == DataSettings.Kind.IMAGES ? 1 : 11),
        "data.input=https://127.0.0.1:1/a.csv",
        "data.corpus=" + folder.resolve("new"));
  }

  @Test
  void theInputIsEmpty() throws IOException {
    Path file = Files.writeString(folder.resolve("empty"), "");
    refuses(
        file + ": is empty: give a file with text",
        "prepare",
        "data.input=" + file,
        "data.corpus=" + folder.resolve("new"));
  }

  @Test
  void theInputIsNotUtf8() throws IOException {
    Path file = Files.write(folder.resolve("latin"), new byte[] {'a', '\n', (byte) 0xE4, 'b'});
    refuses(
        file + ": the byte at offset 2, in line 2, is not UTF-8: convert the file to UTF-8",
        "prepare",
        "data.input=" + file,
        "data.corpus=" + folder.resolve("new"));
  }

  @Test
  void sequencesAreLongerThanTheCorpus() {
    refuses(
        ("%s/text: the training part has 545 characters, fewer than data.sequence-length = 546:"
                + " give more text or shorter sequences")
            .formatted(folder),
        "prepare",
        "data.sequence-length=546",
        "data.corpus=" + folder.resolve("new"));
  }

  @Test
  void theCorpusIsTaken() {
    refuses(
        "data.corpus %s/corpus: is there already and not empty: remove it or name another directory"
            .formatted(folder),
        "prepare");
  }

  @Test
  void aKeyIsMisspelt() throws IOException {
    refuses(
        "--set: unknown key training.learning-rat; did you mean training.learning-rate?",
        "train",
        "training.learning-rat=1");

    Path misspelt = folder.resolve("misspelt.conf");
    Files.writeString(misspelt, "training {\n  btach = 3\n}\n");
    String message = "%s: 2: unknown key training.btach; did you mean training.batch?";
    for (String command : List.of("prepare", "train", "evaluate", "generate")) {
      assertRefused(message.formatted(misspelt), command, "--config", misspelt.toString());
    }
  }

  @Test
  void theConfigurationIsNotThere() {
    assertRefused(
        folder + "/none.conf: no such configuration file",
        "train",
        "--config",
        folder.resolve("none.conf").toString());
  }

  @Test
  void theStepSizeIsNegative() {
    refuses(
        "--set: training.learning-rate must be a number above 0, not -1e-3",
        "train",
        "training.learning-rate=-1e-3",
        "training.output=" + folder.resolve("new"));
  }

  @Test
  void theRunDirectoryHoldsARun() {
    refuses(
        "training.output %s/run: already holds a run: remove it or name another directory"
            .formatted(folder),
        "train");
  }

  @Test
  void theRunDirectoryHoldsOtherThings() {
    refuses(
        "training.output %s/corpus: is not empty: remove it or name another directory"
            .formatted(folder),
        "train",
        "training.output=" + folder.resolve("corpus"));
  }

  @Test
  void nothingIsNamed() {
    assertRefused(
        "data.input is not set: it must name a text file or a directory of them",
        "prepare",
        "--set",
        "data.corpus=" + folder.resolve("new"));
    assertRefused(
        "data.corpus is not set: it must name the directory of the prepared corpus", "prepare");
    for (String command : List.of("train", "evaluate", "generate")) {
      assertRefused("training.output is not set: it must name the run's directory", command);
    }
  }

  @Test
  void theCorpusIsNone() throws IOException {
    Path directory = Files.createDirectory(folder.resolve("something"));
    refuses(
        "data.corpus %s: is not a corpus, it has no corpus.json: name a prepared one"
            .formatted(directory),
        "train",
        "data.corpus=" + directory,
        "training.output=" + folder.resolve("new"));
    refuses(
        "%s/run/train: has no Parquet files: prepare the corpus again".formatted(folder),
        "train",
        "data.corpus=" + folder.resolve("run"),
        "training.output=" + folder.resolve("new"));
  }

  @Test
  void theCorpusIsNotThere() {
    refuses(
        "data.corpus %s/none: no such directory: prepare the corpus first".formatted(folder),
        "train",
        "data.corpus=" + folder.resolve("none"),
        "training.output=" + folder.resolve("new"));
  }

  @Test
  void theCorpusHasOtherSequences() {
    refuses(
        "data.corpus %s/corpus was prepared with data.sequence-length = 11, not 12: set that or prepare again"
            .formatted(folder),
        "train",
        "data.sequence-length=12",
        "training.output=" + folder.resolve("new"));
  }

  @Test
  void thereAreMoreStreamsThanSequences() {
    refuses(
        "training.carry-state = true: the training part has 50 sequences, fewer than the 52 streams of training.batch times training.workers: use smaller ones",
        "train",
        "training.carry-state=true",
        "training.batch=26",
        "training.workers=2",
        "training.output=" + folder.resolve("new"));
  }

  @Test
  void thereIsNoStateToCarry() throws IOException {
    String[] toy = {"data.kind=toy", "data.sequence-length=1", "data.corpus=" + folder + "/toy"};
    CommandRun prepare =
        CommandRun.lockstep(
            "prepare",
            "--config",
            config.toString(),
            "--set",
            toy[0],
            "--set",
            toy[1],
            "--set",
            toy[2]);
    assertThat(prepare.status()).isZero();
    refuses(
        "training.carry-state = true: the corpus' sequences of toy stand by themselves, so there is no state to carry: use false",
        "train",
        toy[0],
        toy[1],
        toy[2],
        "training.carry-state=true",
        "training.output=" + folder.resolve("new"));
  }

  @Test
  void thereAreMoreWorkersThanSequences() {
    refuses(
        "training.workers = 51: the training part has only 50 sequences: use fewer workers",
        "train",
        "training.workers=51",
        "training.output=" + folder.resolve("new"));
  }

  @Test
  void aDamagedCorpusIsFoundBeforeTheRunBegins() throws IOException {
    refusesPartOf("train", "test", "has 3 sequences, not 50");
    refusesPartOf("valid", "train", "has 50 sequences, not 3");
  }

  private static void refusesPartOf(String part, String other, String how) throws IOException {
    Path damaged = folder.resolve("damaged-" + part);
    copy(folder.resolve("corpus"), damaged);
    for (Path file : files(damaged.resolve(part))) {
      Files.delete(file);
    }
    copy(folder.resolve("corpus").resolve(other), damaged.resolve(part));
    refuses(
        "%s/%s: %s: prepare the corpus again".formatted(damaged, part, how),
        "train",
        "data.corpus=" + damaged,
        "training.output=" + folder.resolve("new"));
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  @Test
  void thereIsNoRun() {
    for (String command : List.of("evaluate", "generate")) {
      refuses(
          "training.output %s/none: holds no run: train one first or name its directory"
              .formatted(folder),
          command,
          "training.output=" + folder.resolve("none"));
    }
  }

  @Test
  void theCheckpointIsDamaged() throws IOException {
    Path damaged = folder.resolve("damaged-run");
    copy(folder.resolve("run"), damaged);
    Path file = damaged.resolve("checkpoints/round-1/generator.zip");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    for (String command : List.of("evaluate", "generate")) {
      refuses(
          file
              + ": does not have the checksum that SHA256SUMS says: use another checkpoint or train"
              + " again",
          command,
          "training.output=" + damaged);
    }
  }

  @Test
  void theCorpusHasAnotherVocabulary() throws IOException {
    Path text = Files.writeString(folder.resolve("other.txt"), "wxyz".repeat(100));
    Path other = folder.resolve("other");
    CommandRun prepared =
        CommandRun.lockstep(
            "prepare", "--set", "data.input=" + text, "--set", "data.corpus=" + other);
    assertThat(prepared.err()).isEmpty();
    refuses(
        ("data.corpus %s (5 symbols in the vocabulary) is not what the run %s was trained with"
                + " (6 symbols in the vocabulary): name the corpus of that run")
            .formatted(other, folder.resolve("run")),
        "evaluate",
        "data.corpus=" + other);
  }

  @Test
  void theTestPartIsTooShortForTheDrift() {
    refuses(
        "evaluation.length = 16: the test part has 30 steps in 3 sequences, too few for two of that length: use a smaller one",
        "evaluate",
        "evaluation.length=16");
  }

  @Test
  void thePrefixHasCharactersThatTheRunDoesNotKnow() {
    refuses(
        "generate.prefix: the run was trained without the character \"é\": use only these: \\n abc",
        "generate",
        "generate.prefix=abé");
    refuses(
        "generate.prefix: the run was trained without the character \"\\t\": use only these: \\n abc",
        "generate",
        "generate.prefix=a\tb");
  }

  @Test
  void theDemosDirectoryIsThere() {
    assertRefused(
        "--keep %s/corpus: is there already: remove it or name another directory".formatted(folder),
        "demo",
        "--keep",
        folder.resolve("corpus").toString());
  }

  @Test
  void theDemoHasItsOwnSettings() {
    assertRefused(
        "demo takes no --config, its settings are its own: change one with --set key=value",
        "demo",
        "--config",
        config.toString());
    assertRefused(
        "--set data.corpus: demo sets that key itself: leave it out, --keep DIR says where the files go",
        "demo",
        "--set",
        "data.corpus=" + folder.resolve("corpus"));
  }

  /** A command with the settings that are in order but for these. */
  private static void refuses(String message, String command, String... overrides) {
    List<String> args = new ArrayList<>(List.of("--config", config.toString()));
    for (String override : overrides) {
      args.addAll(List.of("--set", override));
    }
    assertRefused(message, command, args.toArray(String[]::new));
  }

  private static void assertRefused(String message, String command, String... options) {
    List<String> before = TinyText.everything(folder);
    String[] args = Stream.concat(Stream.of(command), Stream.of(options)).toArray(String[]::new);
    PrintStream terminal = System.err;
    ByteArrayOutputStream progress = new ByteArrayOutputStream();
    CommandRun run;
    System.setErr(new PrintStream(progress, true, StandardCharsets.UTF_8));
    try {
      run = CommandRun.lockstep(args);
    } finally {
      System.setErr(terminal);
    }

    assertThat(run.err()).isEqualTo("lockstep: " + message + "\n");
    assertThat(run.out()).isEmpty();
    assertThat(run.status()).isEqualTo(2);
    assertThat(progress.toString(StandardCharsets.UTF_8)).isEmpty();
    assertThat(TinyText.everything(folder)).isEqualTo(before);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> entries = Files.walk(from)) {
      for (Path entry : entries.toList()) {
        Path copy = to.resolve(from.relativize(entry).toString());
        if (!Files.isDirectory(copy)) {
          Files.copy(entry, copy);
        }
      }
    }
  }
}
