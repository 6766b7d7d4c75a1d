package dev.lockstep.corpus.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.UserError;
import dev.lockstep.storage.Location;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InventoryTest {
  @TempDir Path folder;

  @Test
  void everythingThatIsThereIsReadOrLeftOutForAReason() throws IOException, InterruptedException {
    Path input = Files.createDirectories(folder.resolve("in/deep")).getParent();
    Files.writeString(input.resolve("a.wav"), "");
    Files.writeString(input.resolve("deep/b.wav"), "");
    Files.writeString(input.resolve("deep/c.mp3"), "");
    Files.writeString(input.resolve(".a.wav.crc"), "");
    Files.writeString(input.resolve("_d.wav"), "");
    Files.createSymbolicLink(input.resolve("e.wav"), Path.of("../store/e"));
    Files.createSymbolicLink(input.resolve("f.wav"), Path.of("f.wav"));
    Files.createSymbolicLink(input.resolve("README.md"), Path.of("../store/readme"));
    Files.createSymbolicLink(input.resolve("deep/up"), Path.of(".."));
    Files.createSymbolicLink(input.resolve("g.wav"), Path.of("a.wav"));
    shell(input, "mkfifo h.wav; : > \"$(printf 'l\\374.wav')\"");

    Inventory found = inventory(input, true);
    assertThat(found.files())
        .extracting(SourceFile::name)
        .containsExactly("a.wav", "deep/b.wav", "g.wav");
    assertThat(found.leftOut().stream().filter(one -> !one.damaged()))
        .containsExactly(
            new Inventory.LeftOut("README.md", "files of other names", false, ""),
            new Inventory.LeftOut("_d.wav", "hidden files and folders", false, ""),
            new Inventory.LeftOut("deep/c.mp3", "files of other names", false, ""));
    assertThat(found.leftOut().stream().filter(Inventory.LeftOut::damaged))
        .extracting(Inventory.LeftOut::line)
        .containsExactly(
            input + "/deep/up: is a link to a folder that it is in: remove it" + Damage.OR_SKIP,
            input
                + "/e.wav: is a link to ../store/e, where nothing is: fetch that or remove the link"
                + Damage.OR_SKIP,
            input
                + "/f.wav: is a link to f.wav, where nothing is: fetch that or remove the link"
                + Damage.OR_SKIP,
            input
                + "/h.wav: is a pipe, a socket or a device, not a file: remove it"
                + Damage.OR_SKIP,
            input
                + "/l\uFFFD.wav: has a name that is no text in this process's encoding, UTF-8:"
                + " rename it, or run with LC_ALL=C.UTF-8"
                + Damage.OR_SKIP);
    assertThatThrownBy(() -> InputFiles.files(location(input), true, name -> true))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(input + "/README.md: is a link to ")
        .hasMessageEndingWith(": fetch that or remove the link");
  }

  @Test
  void foldersCountWhereTheyAreNotLookedInto() throws IOException {
    Files.createDirectories(folder.resolve("a.wav"));
    Files.writeString(folder.resolve("b.wav"), "");
    Inventory found = inventory(folder, false);
    assertThat(found.files()).extracting(SourceFile::name).containsExactly("b.wav");
    assertThat(found.leftOut())
        .containsExactly(new Inventory.LeftOut("a.wav", "folders", false, ""));
  }

  private static Inventory inventory(Path input, boolean deep) {
    return Inventory.of(location(input), deep, name -> name.endsWith(".wav"));
  }

  private static Location location(Path input) {
    return Location.of("data.input", input.toString(), "an input", new Configuration());
  }

  /** What Java cannot make. */
  private static void shell(Path directory, String commands)
      throws IOException, InterruptedException {
    Process shell =
        new ProcessBuilder(List.of("bash", "-c", commands)).directory(directory.toFile()).start();
    assertThat(shell.waitFor()).isZero();
  }
}
