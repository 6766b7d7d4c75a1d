package dev.lockstep.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.UserError;
import dev.lockstep.testing.Folder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  @ParameterizedTest
  @ValueSource(strings = {"a:b", "meter-16:00:00.csv", "50% #?", "[a]*{b}", "Лиза № 1", ":x"})
  void aNameIsAName(String name) {
    Location directory = Folder.location(folder.resolve(name));
    directory.child(name).write(bytes("a"));
    directory.child(name).write(bytes("b"));
    assertThat(folder.resolve(name).resolve(name)).hasContent("b");
    assertThat(directory.child(name).bytes()).isEqualTo(bytes("b"));
    assertThat(directory.list()).extracting(file -> file.getPath().getName()).containsExactly(name);
    assertThat(Folder.location(folder.resolve(name)).child(name).bytes()).isEqualTo(bytes("b"));
    WholeDirectory.check(directory.child("deep").child(name));
    assertThat(Folder.names(folder.resolve(name))).containsExactly(name);
    // Of the working directory, where a colon may stand first.
    assertThat(Location.of("key", name + "-none", "a place", new Configuration()).status())
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://h/a", "HTTPS://h:8/a b", "ftp://h/a", "sftp:/a"})
  void whatCanOnlyBeReadFromFrontToBackIsRefused(String uri) {
    String scheme = uri.substring(0, uri.indexOf(':'));
    assertThatThrownBy(() -> Location.of("data.input", uri, "a file", new Configuration()))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "data.input %s: nothing is read from or written to %s: addresses: copy it to a disk and name the copy",
            uri, scheme);
  }

  @Test
  void aNameThatItsFileSystemForbidsIsRefused() {
    FileSystem files = new ForbiddingColons();
    Location place = new Location(new org.apache.hadoop.fs.Path("/a:b"), files);
    assertThatThrownBy(place::isFree)
        .isInstanceOf(UserError.class)
        .hasMessage("/a:b: its file system does not allow such a name: give another: no colons");
  }

  /** As HDFS does. */
  private static final class ForbiddingColons extends RawLocalFileSystem {
    @Override
    public FileStatus getFileStatus(org.apache.hadoop.fs.Path path) {
      throw new IllegalArgumentException("no colons");
    }
  }

  @Test
  void aChecksumOfBeforeIsToldOrPassedOverAndGoesWithItsFile() throws IOException {
    Location file = Folder.location(folder.resolve("file"));
    file.write(bytes("a"));
    assertThat(folder.resolve(".file.crc")).exists();
    Files.writeString(folder.resolve("file"), "b");
    assertThatThrownBy(file::bytes)
        .isInstanceOf(UserError.class)
        .hasMessage(
            "%s: is not what its checksum says, on a local disk the hidden file .file.crc beside it: fetch the file again or, if it was changed on purpose, remove that",
            file);
    assertThat(file.withoutChecksums().bytes()).isEqualTo(bytes("b"));
    file.withoutChecksums().write(bytes("c"));
    assertThat(file.bytes()).isEqualTo(bytes("c"));
    assertThat(Folder.everything(folder)).containsExactly("file");
  }

  @Test
  void aDirectoryOfALinkToNothingIsNotFree() throws IOException {
    Files.createSymbolicLink(folder.resolve("link"), folder.resolve("none"));
    assertThat(Folder.location(folder).list()).isEmpty();
    assertThat(Folder.location(folder).isFree()).isFalse();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
