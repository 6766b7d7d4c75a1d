package dev.lockstep.corpus.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.corpus.Corpus;
import dev.lockstep.corpus.Part;
import dev.lockstep.corpus.SparkExtension;
import dev.lockstep.corpus.TestCorpora;
import dev.lockstep.corpus.audio.WavFiles;
import dev.lockstep.corpus.input.Damage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Inputs and corpora on a local disk, of any name, and with checksums that are no longer theirs.
 */
class NamesTest {
  @RegisterExtension static final SparkExtension SPARK = new SparkExtension();

  private static final String TEXT =
      "data { kind = characters, sequence-length = 5, split { valid = 0.2, test = 0.2 } }";

  private static final String AUDIO =
      "data { kind = audio, sequence-length = 5, split { valid = 0.3, test = 0.3 } }\n";

  @TempDir Path folder;
  private TestCorpora corpora;

  @BeforeEach
  void corpora() {
    corpora = new TestCorpora(SPARK.session(), folder);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run_2024-05-01T10:30:00",
        "a:b",
        ":",
        "50% of 100%25 #2?",
        "[a-c]*?{d,e}",
        "Лиза № 1 – déjà vu",
        "日本 \u0645\u0631\u062d\u0628\u0627",
      })
  void namesAreNames(String name) throws IOException {
    Path text = Files.writeString(folder.resolve("in " + name), "abcde\n".repeat(20));
    Corpus corpus = corpora.prepare(name, text, TEXT);
    assertThat(String.join("", TestCorpora.texts(corpus, Part.TRAIN)))
        .isEqualTo("abcde\n".repeat(12));
    assertThat(corpus.descriptor().contents(Part.TRAIN).source().orElseThrow().file())
        .isEqualTo("in " + name);

    Path recordings = Files.createDirectory(folder.resolve("wavs " + name));
    for (int i = 0; i < 20; i++) {
      Files.write(recordings.resolve(name + i + ".wav"), WavFiles.bytes(new byte[8]));
    }
    Corpus sounds = corpora.prepare("sounds of " + name, recordings, AUDIO);
    assertThat(List.of(Part.values()).stream().mapToLong(part -> sounds.part(part).steps()).sum())
        .isEqualTo(160);
  }

  @Test
  void aCorpusThatCannotBeMadeIsRefusedBeforeTheInputIsRead() throws IOException {
    Path text = Files.writeString(folder.resolve("text"), "");
    Files.writeString(folder.resolve("file"), "");
    for (String name : List.of("file/corpus", "n".repeat(240))) {
      assertThat(TestCorpora.error(() -> corpora.prepared(name, text, TEXT)))
          .startsWith(folder + "/" + name.substring(0, 4))
          .contains("cannot be made: ");
    }
    assertThat(TestCorpora.error(() -> corpora.prepared("new/deeper/corpus", text, TEXT)))
        .isEqualTo(text + ": is empty: give a file with text");
    assertThat(folder.resolve("new")).doesNotExist();
  }

  @Test
  void rawDataThatAreNotWhatTheirChecksumSaysAreDamaged() throws IOException {
    Path text = withChecksum("text", "abcde\n".repeat(20).getBytes(StandardCharsets.UTF_8));
    String line =
        "%1$s/%2$s: is not what its checksum says, on a local disk the hidden file .%2$s.crc beside it: fetch the file again or, if it was changed on purpose, remove that";
    assertThat(corpora.error(text, TEXT)).isEqualTo(line, folder, "text");
    Path recordings = Files.createDirectory(folder.resolve("wavs"));
    for (int i = 0; i < 20; i++) {
      Files.write(recordings.resolve(i + ".wav"), WavFiles.bytes(new byte[8]));
    }
    Path edited = withChecksum("wavs/3.wav", WavFiles.bytes(new byte[8]));
    assertThat(corpora.error(recordings, AUDIO))
        .isEqualTo(line + Damage.OR_SKIP, edited.getParent(), "3.wav");
    assertThat(corpora.skipped("corpus", recordings, AUDIO + "data.damaged = skip"))
        .containsExactly(line.formatted(edited.getParent(), "3.wav") + Damage.OR_SKIP);
    Files.delete(folder.resolve(".text.crc"));
    assertThat(corpora.skipped("edited", text, TEXT)).isEmpty();
  }

  /** A file that Hadoop wrote and somebody else has written since. */
  private Path withChecksum(String name, byte[] bytes) throws IOException {
    Path file = folder.resolve(name);
    LocalFileSystem hadoop = FileSystem.getLocal(new Configuration());
    hadoop.create(new org.apache.hadoop.fs.Path(file.toString())).close();
    return Files.write(file, bytes);
  }
}
