package dev.lockstep.corpus.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.corpus.Channels;
import dev.lockstep.corpus.Corpus;
import dev.lockstep.corpus.Part;
import dev.lockstep.corpus.SparkExtension;
import dev.lockstep.corpus.TestCorpora;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The programs in {@code examples/}, run as the README says, print what {@code prepare} reads. */
class ExamplesTest {
  @RegisterExtension static final SparkExtension SPARK = new SparkExtension();

  @TempDir Path folder;

  @Test
  void namesOfNumbersArePairs() throws Exception {
    Path file = output("NumberNames", "numbers.jsonl");
    assertThat(Files.readAllLines(file)).hasSize(400).doesNotHaveDuplicates();
    Corpus corpus =
        new TestCorpora(SPARK.session(), folder)
            .prepare("corpus", file, "data { kind = pairs, sequence-length = 80 }");
    assertThat(corpus.descriptor().setAside()).isEmpty();
    assertThat(corpus.descriptor().condition().orElseThrow().texts())
        .contains("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
  }

  @Test
  void anOscillatorIsASeriesThatStaysOnItsCycle() throws Exception {
    Path file = output("Oscillator", "oscillator.csv");
    Corpus corpus =
        new TestCorpora(SPARK.session(), folder)
            .prepare("corpus", file, "data { kind = series, sequence-length = 10 }");
    assertThat(corpus.part(Part.TRAIN).steps()).isEqualTo(360);
    assertThat(((Channels) corpus.descriptor().steps()).list())
        .allSatisfy(channel -> assertThat(channel.std()).isBetween(1.0, 2.0))
        .extracting(Channels.Channel::name)
        .containsExactly("position", "velocity");
  }

  private Path output(String program, String name) throws IOException, InterruptedException {
    Path file = folder.resolve(name);
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Process process =
        new ProcessBuilder(java.toString(), "../examples/" + program + ".java", "400", "1")
            .redirectOutput(file.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(process.waitFor()).isZero();
    return file;
  }
}
