package dev.lockstep.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * A text that a test trains on in a second, the settings for that, and a look at what it leaves.
 */
public final class TinyText {
  /** 11 symbols, so that training's 545 characters end in a short sequence. */
  public static final int LENGTH = 11;

  private TinyText() {}

  /** 605 characters of a, b, c, space and line ends. */
  public static Path write(Path file) {
    SplittableRandom random = new SplittableRandom(7);
    StringBuilder text = new StringBuilder("abc \n");
    while (text.length() < 605) {
      text.append("abc abc\n bca".charAt((text.length() + random.nextInt(3)) % 12));
    }
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** 605 of forty words, the first ones often, and of line ends. */
  public static Path writeWords(Path file) {
    SplittableRandom random = new SplittableRandom(8);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 605; i++) {
      int word = (int) (40 * Math.pow(random.nextDouble(), 2));
      text.append(word == 5 ? "\n" : "w" + word + " ");
    }
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** HOCON of networks and a training of three rounds, the last of which is short. */
  public static String settings(Path input, Path corpus, Path run) {
    return """
    data { input = "%s", corpus = "%s", sequence-length = %d }
    generator { hidden = 8, layers = 2 }
    discriminator.hidden = 4
    objective.gate { generator-above = 0, discriminator-below = 1 }
    training {
      output = "%s"
      batch = 4, epochs = 1, averaging-frequency = 5, max-rounds = 3
      learning-rate = 1e-2, checkpoint-every = 2, validate-every = 2, seed = 5
    }
    evaluation { streams = 4, sequences = 5, probe { updates = 5, hidden = 4 } }
    generate { count = 5, length = 70, seed = 3 }
    """
        .formatted(input, corpus, LENGTH, run);
  }

  /** All paths below a directory, relative to it, sorted. */
  public static List<String> everything(Path directory) {
    try (Stream<Path> entries = Files.walk(directory)) {
      return entries
          .filter(entry -> !entry.equals(directory))
          .map(entry -> directory.relativize(entry).toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The names in a directory without Hadoop's checksums, sorted. */
  public static List<String> names(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> !name.endsWith(".crc"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
