package dev.lockstep.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.testing.Folder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocationTest {
  @TempDir Path folder;

  @Test
  void aFileIsReplacedWhole() {
    Location file = Folder.location(folder.resolve("new/file"));
    file.write(bytes("a first one that is longer"));
    file.write(bytes("a second"));
    assertThat(folder.resolve("new/file")).hasContent("a second");
    assertThat(file.bytes()).isEqualTo(bytes("a second"));
    assertThat(Folder.names(folder.resolve("new"))).containsExactly("file");
  }

  @Test
  void aFailingWriteLeavesNothingAndTouchesNothing() throws IOException {
    Path taken = Files.createDirectories(folder.resolve("taken"));
    Files.writeString(taken.resolve("mine"), "a");
    assertThatThrownBy(() -> Folder.location(taken).write(bytes("b")))
        .isInstanceOf(UncheckedIOException.class);
    assertThat(Folder.everything(folder)).isEqualTo(List.of("taken", "taken/mine"));
  }

  @Test
  void aFailingDirectoryLeavesNothing() {
    Location target = Folder.location(folder.resolve("directory"));
    IllegalStateException trouble = new IllegalStateException("trouble");
    assertThatThrownBy(
            () ->
                WholeDirectory.write(
                    target,
                    directory -> {
                      directory.child("first").write(bytes("a"));
                      throw trouble;
                    }))
        .isSameAs(trouble);
    assertThat(Folder.everything(folder)).isEmpty();
  }

  @Test
  void aDirectoryIsNotThereBeforeItIsWhole() {
    Path path = folder.resolve("directory");
    WholeDirectory.write(
        Folder.location(path),
        directory -> {
          directory.child("first").write(bytes("a"));
          assertThat(path).doesNotExist();
          directory.child("second").write(bytes("b"));
        });
    assertThat(Folder.names(path)).containsExactly("first", "second");
    assertThat(Folder.names(folder)).containsExactly("directory");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
