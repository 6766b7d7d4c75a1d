package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.testing.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What {@code prepare} says of a directory of tables of which it does not learn all. */
class PrepareCommandTest {
  @RegisterExtension static final LocalSpark SPARK = new LocalSpark();

  @TempDir Path folder;
  private Path input;

  @BeforeEach
  void tables() throws IOException {
    input = Files.createDirectory(folder.resolve("input"));
    String rows =
        IntStream.range(0, 20)
            .mapToObj(i -> "%d,a,%d%n".formatted(i, i * i))
            .collect(Collectors.joining());
    Files.writeString(input.resolve("a.csv"), "t,name,v\n" + rows + "\n\n");
    Files.writeString(input.resolve("b.csv"), "t,v\n1,x\n");
    Files.writeString(input.resolve("_SUCCESS"), "");
  }

  @Test
  void theSummaryNamesWhatIsLeftOut() throws IOException {
    CommandRun run = prepare();
    assertThat(run.status()).isZero();
    assertThat(run.out())
        .endsWith(
            """
            files: 3 found, 1 learned
              left out: 1 damaged
              left out: 1 hidden: _SUCCESS
            columns: 3 found, 2 learned
              left out: 1 of text: name (line 2 has "a")
            rows: 22 found, 20 learned
              left out: 2 empty at the end: a.csv
            """
                .replace("\n", System.lineSeparator()));
  }

  @Test
  void soDoesItsJson() throws IOException {
    assertThat(prepare("--json").json().path("found"))
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {
                      "files": {"found": 3, "learned": 1, "left_out": {
                        "damaged": {"count": 1, "names": [
                          "%s/b.csv: line 2, column v is \\"x\\", no finite number: mend the file, name other columns in data.series.columns, or leave such files out with data.damaged = skip"]},
                        "hidden": {"count": 1, "names": ["_SUCCESS"]}}},
                      "columns": {"found": 3, "learned": 2, "left_out": {
                        "of text": {"count": 1, "names": ["name (line 2 has \\"a\\")"]}}},
                      "rows": {"found": 22, "learned": 20, "left_out": {
                        "empty at the end": {"count": 2, "names": ["a.csv"]}}}
                    }
                    """
                        .formatted(input)));
  }

  private CommandRun prepare(String... more) throws IOException {
    String settings =
        """
        data {
          kind = series, sequence-length = 4, damaged = skip, split { valid = 0.2, test = 0.2 }
          input = "%s", corpus = "%s"
        }
        """;
    Path config =
        Files.writeString(
            folder.resolve("tables.conf"), settings.formatted(input, folder.resolve("corpus")));
    return CommandRun.lockstep(
        Stream.concat(Stream.of("prepare", "--config", config.toString()), Stream.of(more))
            .toArray(String[]::new));
  }
}
