package dev.lockstep.corpus;

import dev.lockstep.config.UserError;
import dev.lockstep.storage.Location;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A prepared corpus: its description and, part by part, its sequences. */
public final class Corpus {
  public static final String DESCRIPTION = "corpus.json";

  private final SparkSession spark;
  private final Location directory;
  private final CorpusDescriptor descriptor;

  private Corpus(SparkSession spark, Location directory, CorpusDescriptor descriptor) {
    this.spark = spark;
    this.directory = directory;
    this.descriptor = descriptor;
  }

  /**
   * Opens a directory that was prepared; reads only its description.
   *
   * @param uri a path or URI, the value of {@code data.corpus}
   * @throws UserError if there is no such directory or it does not look like a corpus
   */
  public static Corpus open(SparkSession spark, String uri) {
    Location directory = location(spark, uri);
    if (!directory.isDirectory()) {
      throw new UserError(
          "data.corpus %s: no such directory: prepare the corpus first".formatted(directory));
    }
    Location description = directory.child(DESCRIPTION);
    if (description.status().isEmpty()) {
      throw new UserError(
          "data.corpus %s: is not a corpus, it has no %s: name a prepared one"
              .formatted(directory, DESCRIPTION));
    }
    CorpusDescriptor descriptor = CorpusJson.read(description.bytes(), description.toString());
    Corpus corpus = new Corpus(spark, directory, descriptor);
    for (Part part : Part.values()) {
      corpus.checkFiles(part);
    }
    return corpus;
  }

  public static Location location(SparkSession spark, String uri) {
    return Location.of(
        "data.corpus",
        uri,
        "the directory of the prepared corpus",
        spark.sparkContext().hadoopConfiguration());
  }

  private void checkFiles(Part part) {
    Location folder = directory.child(part.key());
    boolean parquet =
        folder.isDirectory()
            && folder.list().stream().anyMatch(s -> s.getPath().getName().endsWith(".parquet"));
    if (!parquet) {
      throw damaged(folder, "has no Parquet files");
    }
  }

  /** What the corpus says of itself. */
  public CorpusDescriptor descriptor() {
    return descriptor;
  }

  /**
   * Opens a part; counts its rows, which Parquet's footers tell.
   *
   * @throws UserError if the files do not hold what the description says
   */
  public CorpusPart part(Part part) {
    Location folder = directory.child(part.key());
    CorpusDescriptor.Contents contents = descriptor.contents(part);
    // The path is a name, not a pattern: brackets in it are brackets.
    Dataset<Row> rows = spark.read().option("__globPaths__", false).parquet(folder.toString());
    String columns = rows.schema().simpleString();
    String expected = SequenceRows.schema(descriptor.shape()).simpleString();
    if (!columns.equals(expected)) {
      throw damaged(folder, "has columns " + columns + ", not " + expected);
    }
    long count = rows.count();
    if (count != contents.sequences()) {
      throw damaged(folder, "has " + count + " sequences, not " + contents.sequences());
    }
    return new CorpusPart(part, contents.steps(), contents.sequences(), descriptor.shape(), rows);
  }

  private static UserError damaged(Location folder, String how) {
    return new UserError("%s: %s: prepare the corpus again".formatted(folder, how));
  }
}
