package dev.lockstep.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lockstep.config.Settings;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.prepare.Corpora;
import dev.lockstep.model.Sequence;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Prepares corpora into a temporary folder and reads them back. */
public final class TestCorpora {
  private final SparkSession spark;
  private final Path folder;

  public TestCorpora(SparkSession spark, Path folder) {
    this.spark = spark;
    this.folder = folder;
  }

  /** Prepares the corpus of that name, which settings say the rest of, and opens it. */
  public Corpus prepare(String name, Path input, String hocon) {
    CorpusDescriptor written = prepared(name, input, hocon).descriptor();
    Corpus opened = open(name);
    assertThat(opened.descriptor()).isEqualTo(written);
    return opened;
  }

  /** Opens the corpus of that name. */
  public Corpus open(String name) {
    return Corpus.open(spark, folder.resolve(name).toString());
  }

  /** The channels of a corpus of vectors. */
  public static List<Channels.Channel> channels(Corpus corpus) {
    return ((Channels) corpus.descriptor().steps()).list();
  }

  /** Prepares the corpus of that name, which settings say the rest of. */
  public Corpora.Prepared prepared(String name, Path input, String hocon) {
    return Corpora.prepare(spark, settings(name, input, hocon));
  }

  /** What is left out of the corpus of that name, a line each. */
  public List<String> skipped(String name, Path input, String hocon) {
    return prepared(name, input, hocon).skipped();
  }

  /** The one line that a user reads who prepares that input. */
  public String error(Path input, String hocon) {
    return error(() -> prepared("refused", input, hocon));
  }

  /** The one line that a user reads who does that. */
  public static String error(ThrowingCallable action) {
    UserError error = catchThrowableOfType(UserError.class, action);
    assertThat(error).as("an error").isNotNull();
    assertThat(error.getMessage()).doesNotContainPattern("[\\p{Cntrl}\u2028\u2029]");
    return error.getMessage();
  }

  /** The settings that say where the corpus of that name comes from, and the rest. */
  public Settings settings(String name, Path input, String hocon) {
    String places =
        "data { input = \"%s\", corpus = \"%s\" }%n".formatted(input, folder.resolve(name));
    return Settings.parse(places + hocon, "test");
  }

  /** A directory with a file of text for each part. */
  public Path trio(String train, String valid, String test) throws IOException {
    Path input = Files.createDirectory(folder.resolve("input"));
    Files.writeString(input.resolve("train"), train);
    Files.writeString(input.resolve("valid"), valid);
    Files.writeString(input.resolve("test"), test);
    return input;
  }

  /** The sequences of a part in the order of their ids, which must have no gaps. */
  public static List<Sequence> sequences(Corpus corpus, Part part) {
    List<Sequence> sequences = new ArrayList<>();
    for (Row row : corpus.part(part).rows().sort("id").collectAsList()) {
      assertThat(row.getLong(0)).isEqualTo(sequences.size());
      sequences.add(SequenceRows.sequence(corpus.descriptor().shape(), row));
    }
    return sequences;
  }

  /** The text of a part's symbols, one string a sequence. */
  public static List<String> texts(Corpus corpus, Part part) {
    return sequences(corpus, part).stream()
        .map(sequence -> corpus.descriptor().vocabulary().decode(sequence.symbols()))
        .toList();
  }

  /** The checksums of a part's Parquet files, in the order of their names. */
  public List<String> checksums(String name, Part part) {
    try (Stream<Path> files = Files.list(folder.resolve(name).resolve(part.key()))) {
      return files
          .filter(file -> file.toString().endsWith(".parquet"))
          .sorted()
          .map(TestCorpora::checksum)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String checksum(Path file) {
    try {
      return Checksum.of(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
