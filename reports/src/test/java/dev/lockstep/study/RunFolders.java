package dev.lockstep.study;

import dev.lockstep.storage.Location;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** Runs of a test, with samples alone. */
record RunFolders(Path folder) {
  private static final Configuration HADOOP = new Configuration();

  /** A run with these texts. */
  Location texts(String name, String... texts) {
    StringBuilder file = new StringBuilder();
    for (int i = 0; i < texts.length; i++) {
      file.append("--- %d ---\n%s\n\n".formatted(i + 1, texts[i]));
    }
    return sample(name, "round-10-seed-1.txt", file.toString());
  }

  /** A run with a number of texts that say which they are only to the test. */
  Location numbered(String name, int letter, int count) {
    String[] texts = new String[count];
    for (int i = 0; i < count; i++) {
      texts[i] = "%c%03d".formatted(letter, i);
    }
    return texts(name, texts);
  }

  /** Adds a file to a run's samples. */
  Location sample(String name, String file, String content) {
    return sample(name, file, content.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds a file to a run's samples. */
  Location sample(String name, String file, byte[] content) {
    try {
      Path samples = Files.createDirectories(folder.resolve(name).resolve("samples"));
      Files.write(samples.resolve(file), content);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return location(name);
  }

  /** A file beside the runs. */
  Location file(String name, String content) {
    try {
      Files.writeString(folder.resolve(name), content);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return location(name);
  }

  /** A place in the test's folder. */
  Location location(String name) {
    return Location.of("test", folder.resolve(name).toString(), "a place", HADOOP);
  }

  /** A study as the command makes it without further options. */
  static StudyFolder.Request request(Design design, long seed) {
    return new StudyFolder.Request(design, 0, seed, "Study", Optional.empty(), Optional.empty());
  }
}
