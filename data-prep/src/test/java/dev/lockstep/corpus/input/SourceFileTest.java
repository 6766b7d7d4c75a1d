package dev.lockstep.corpus.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lockstep.config.UserError;
import dev.lockstep.storage.Location;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceFileTest {
  private static final Configuration HADOOP = new Configuration();

  @TempDir Path folder;

  @Test
  void aFileIsNamedFromTheInputOnAndToldInOneLine() throws IOException {
    Path file = write("deep/er/b\n:c", "text");
    write("a", "");
    List<SourceFile> files = files(folder, true);
    assertThat(files).extracting(SourceFile::name).containsExactly("a", "deep/er/b\n:c");
    assertThat(files.get(1).place()).isEqualTo(folder + "/deep/er/b\uFFFD:c");
    assertThat(files.get(1).bytes()).isEqualTo(4);
    assertThat(files(file, true)).extracting(SourceFile::name).containsExactly("b\n:c");
    assertThat(files(folder, false)).extracting(SourceFile::name).containsExactly("a");
  }

  @Test
  void hiddenFilesAndFoldersAreLeftOutUnlessTheyAreTheInput() throws IOException {
    write("_logs/a", "");
    write(".tmp/a", "");
    Path hidden = write("_a", "");
    assertThat(files(folder, true)).isEmpty();
    assertThat(files(hidden, true)).extracting(SourceFile::name).containsExactly("_a");
  }

  @Test
  void aFileIsReadAsItWasOrNotAtAll() throws IOException {
    Path path = write("a", "text");
    SourceFile file = files(path, false).get(0);
    file.open(HADOOP).close();
    write("a", "longer text");
    assertThatThrownBy(() -> file.open(HADOOP))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(path + " changed while it was being prepared");
    Files.delete(path);
    IOException gone = catchThrowableOfType(IOException.class, () -> file.open(HADOOP));
    assertThat(file.explain(gone))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(path + ": cannot be read: ");
  }

  private Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private static List<SourceFile> files(Path input, boolean deep) {
    return InputFiles.files(
        Location.of("data.input", input.toUri().getPath(), "an input", HADOOP), deep, n -> true);
  }
}
