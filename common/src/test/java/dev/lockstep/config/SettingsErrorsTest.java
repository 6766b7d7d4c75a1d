package dev.lockstep.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsErrorsTest {
  @TempDir Path folder;

  /** The HOCON on the left gives the error on the right; {@code ;} stands for a line's end. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = true,
      quoteCharacter = '`',
      textBlock =
          """
          ;;training.learning-rat = 1     | x: 3: unknown key training.learning-rat; did you mean training.learning-rate?
          trainin { batch = 3 }           | x: 1: unknown key trainin.batch; did you mean training.batch?
          batch = 3                       | x: 1: unknown key batch; did you mean training.batch?
          discriminator {;lenght = 2;a=1} | x: 2: unknown key discriminator.lenght; did you mean generate.length?
          data.split.tests = 0.1          | x: 1: unknown key data.split.tests; did you mean data.split.test?
          "data.input" = a                | x: 1: unknown key data.input; did you mean data.input?
          "a\\nb" = 3                      | x: 1: unknown key "a\\nb"; did you mean data.audio.rate?
          foo {}                          | x: 1: unknown key foo; did you mean objective.scheduled-sampling.per?
          ;training.batch = many          | x: 2: training.batch must be a whole number of at least 1, not many
          training.batch = 0              | x: 1: training.batch must be a whole number of at least 1, not 0
          training.batch = 1.5            | x: 1: training.batch must be a whole number of at least 1, not 1.5
          training.batch = 3e9            | x: 1: training.batch must be a whole number of at most 2147483647, not 3e9
          training.batch = NaN            | x: 1: training.batch must be a whole number of at least 1, not NaN
          training.batch = [1]            | x: 1: training.batch must be a whole number of at least 1, not a list
          training.batch {;;a = 1}        | x: 3: training.batch must be a whole number of at least 1, not a section
          training.batch = null           | x: 1: training.batch must be a whole number of at least 1, not null
          training.batch = ""             | x: 1: training.batch must be a whole number of at least 1, not ""
          training.seed = 1.5             | x: 1: training.seed must be a whole number, not 1.5
          training.seed = 1e19            | x: 1: training.seed must be a whole number of 64 bits, not 1e19
          training.learning-rate = -1e-3  | x: 1: training.learning-rate must be a number above 0, not -1e-3
          training.learning-rate = 0      | x: 1: training.learning-rate must be a number above 0, not 0
          training.learning-rate = NaN    | x: 1: training.learning-rate must be a number above 0, not NaN
          training.learning-rate = 1e999  | x: 1: training.learning-rate must be a number above 0, not 1e999
          training.gradient-clip = Infinity | x: 1: training.gradient-clip must be a number of at least 0, not Infinity
          objective.gate.generator-above = 1.1 | x: 1: objective.gate.generator-above must be a number of at least 0 and of at most 1, not 1.1
          data.split.valid = 1            | x: 1: data.split.valid must be a number above 0 and below 1, not 1
          objective.match-teacher-forced = 1 | x: 1: objective.match-teacher-forced must be true or false, not 1
          objective.method = profesor-forcing | x: 1: objective.method must be teacher-forcing or professor-forcing or scheduled-sampling or curriculum or walkback, not profesor-forcing
          training.kernel = VECTOR        | x: 1: training.kernel must be auto or vector or scalar or nd4j, not VECTOR
          data.input = [a]                | x: 1: data.input must be text, not a list
          ;data = 5                       | x: 2: data must be a section, data { ... }, not 5
          generator.embedding = 0         | x: 1: generator.embedding must be a whole number of at least 1, not 0
          data.split { valid = 0.5;test = 0.5} | x: 1: data.split.valid and data.split.test must add up to less than 1, not 0.5 + 0.5
          generate.beam.width = 0         | x: 1: generate.beam.width must be a whole number of at least 1 and of at most 1000, not 0
          generate.top-p = 0              | x: 1: generate.top-p must be a number above 0 and of at most 1, not 0
          generate.decoding = greedy      | x: 1: generate.decoding must be sample or beam, not greedy
          ;generate.beam.n-best = 5       | x: 2: generate.beam.n-best must be at most generate.beam.width = 4, not 5
          generate.beam { n-best = 1;width = 2;n-best = 3} | x: 3: generate.beam.n-best must be at most generate.beam.width = 2, not 3
          ;data.split.test = 0.95         | x: 2: data.split.valid and data.split.test must add up to less than 1, not 0.05 + 0.95
          """)
  void theErrorNamesPlaceKeyValueAndWhatIsAllowed(String hocon, String message) {
    assertThat(error(() -> Settings.parse(hocon.replace(';', '\n'), "x"))).isEqualTo(message);
  }

  @Test
  void brokenSyntaxNamesItsLine() {
    assertThat(error(() -> Settings.parse("\ntraining { batch = 3\n", "x"))).startsWith("x: 3: ");
    assertThat(error(() -> Settings.parse("a = \"\"\"", "x"))).startsWith("x: 1: ");
  }

  @Test
  void theEnvironmentIsNotRead() {
    assertThat(System.getenv("PATH")).isNotNull();
    assertThat(error(() -> Settings.parse("data.input = ${PATH}", "x")))
        .isEqualTo("x: 1: Could not resolve substitution to a value: ${PATH}");
  }

  @Test
  void systemPropertiesAreNotRead() {
    System.setProperty("training.batch", "77");
    try {
      assertThat(Settings.defaults().training().batch()).isNotEqualTo(77);
    } finally {
      System.clearProperty("training.batch");
    }
  }

  @Test
  void errorsInAFileNameTheFileAsItWasGiven() throws IOException {
    Path file = Files.writeString(folder.resolve("x.conf"), "\n\ntraining.batch = -1\n");
    assertThat(error(() -> Settings.load(file, List.of())))
        .isEqualTo(file + ": 3: training.batch must be a whole number of at least 1, not -1");
    Path broken = Files.writeString(folder.resolve("broken.conf"), "a {\n");
    assertThat(error(() -> Settings.load(broken, List.of()))).startsWith(broken + ": 2: ");
  }

  @Test
  void errorsInAnIncludedFileNameThatFile() throws IOException {
    Path base = Files.writeString(folder.resolve("base.conf"), "\ntraining.bath = 3\n");
    Path file = Files.writeString(folder.resolve("x.conf"), "include \"base.conf\"\n");
    assertThat(error(() -> Settings.load(file, List.of())))
        .contains(base.getFileName().toString())
        .contains(": 2: unknown key training.bath; did you mean training.batch?");
  }

  @Test
  void aFileMustBeThere() {
    Path missing = folder.resolve("missing.conf");
    assertThat(error(() -> Settings.load(missing, List.of())))
        .isEqualTo(missing + ": no such configuration file");
    assertThat(error(() -> Settings.load(folder, List.of())))
        .isEqualTo(folder + ": is a directory, not a configuration file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          training.batch       | --set training.batch: must be key=value, such as training.batch=32
          =3                   | --set =3: must be key=value, such as training.batch=32
          training.batch=0     | --set: training.batch must be a whole number of at least 1, not 0
          training.batch=      | --set: training.batch must be a whole number of at least 1, not ""
          training.bach=3      | --set: unknown key training.bach; did you mean training.batch?
          training=3           | --set: training must be a section, training { ... }, not 3
          training..batch=3    | --set: unknown key training..batch; did you mean training.batch?
          a "b$.c=3            | --set: unknown key a "b$.c; did you mean objective.scheduled-sampling.per?
          data.split.valid=.96 | --set: data.split.valid and data.split.test must add up to less than 1, not 0.96 + 0.05
          """)
  void errorsOnTheCommandLineSaySo(String override, String message) {
    assertThat(error(() -> Settings.load(null, List.of(override)))).isEqualTo(message);
  }

  private static String error(org.assertj.core.api.ThrowableAssert.ThrowingCallable read) {
    UserError error = catchThrowableOfType(UserError.class, read);
    assertThat(error).as("an error").isNotNull();
    assertThat(error.getMessage().lines()).hasSize(1);
    return error.getMessage();
  }
}
