package dev.lockstep.corpus.pixels;

import dev.lockstep.config.DataSettings;
import dev.lockstep.config.Settings;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.Bitmap;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.corpus.input.Damage;
import dev.lockstep.corpus.input.FileChecksums;
import dev.lockstep.corpus.input.InputFiles;
import dev.lockstep.corpus.input.SourceFile;
import dev.lockstep.corpus.reader.CorpusReader;
import dev.lockstep.corpus.reader.ItemCorpus;
import dev.lockstep.corpus.reader.Items;
import dev.lockstep.storage.Location;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.zip.ZipException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * IDX files of grey images as MNIST's, plain or packed by gzip; one symbol a pixel, black or white.
 * One file is split into parts; of two, as MNIST comes, one is the test part, and validation is
 * taken from the other. A header that is wrong is refused, whatever becomes of damaged images: it
 * leaves none.
 */
public final class PixelCorpus {
  private PixelCorpus() {}

  /**
   * Reads the images.
   *
   * @throws UserError if the input is not what {@code data.input} promises
   */
  public static CorpusReader read(SparkSession spark, Settings settings) {
    DataSettings data = settings.data();
    SerializableConfiguration hadoop =
        new SerializableConfiguration(spark.sparkContext().hadoopConfiguration());
    Location input =
        InputFiles.input(spark, data.input(), "a file of IDX images or a directory of them");
    List<ImageFile> files = files(input, data.split(), hadoop);
    IdxHeader header = files.get(0).header();
    files.forEach(file -> checkSize(file, header, data.sequenceLength()));
    FileChecksums checksums = new FileChecksums(spark.sparkContext());
    Items items =
        new Items(
            spark,
            settings,
            batches(spark, files, hadoop, checksums).flatMap(new Binariser(settings)));
    return new ItemCorpus(
        items,
        new CorpusDescriptor(
            DataSettings.Kind.PIXELS,
            new Bitmap(header.width(), header.height()),
            Optional.empty(),
            data.sequenceLength(),
            items.contents(checksums.source(input)),
            items.setAside()),
        sequence -> sequence);
  }

  private static List<ImageFile> files(
      Location input, DataSettings.Split split, SerializableConfiguration hadoop) {
    List<SourceFile> found = InputFiles.files(input, false, name -> name.contains("idx3-ubyte"));
    if (found.size() == 1) {
      return List.of(image(found.get(0), 0, split, hadoop));
    }
    SourceFile train = only(input, found, name -> name.contains("train"));
    SourceFile test = only(input, found, name -> name.contains("t10k") || name.contains("test"));
    if (found.size() != 2 || train.equals(test)) {
      throw noPair(input, found);
    }
    return List.of(
        image(train, 0, new DataSettings.Split(split.valid(), 0), hadoop),
        image(test, 1, new DataSettings.Split(0, 1), hadoop));
  }

  private static SourceFile only(Location input, List<SourceFile> found, Predicate<String> name) {
    List<SourceFile> fitting = found.stream().filter(file -> name.test(file.name())).toList();
    if (fitting.size() != 1) {
      throw noPair(input, found);
    }
    return fitting.get(0);
  }

  private static UserError noPair(Location input, List<SourceFile> found) {
    String names =
        found.isEmpty()
            ? "none"
            : found.stream().limit(20).map(SourceFile::name).collect(Collectors.joining(", "));
    return new UserError(
        "data.input %s: must hold one file whose name contains idx3-ubyte, or two, one with train and one with t10k or test in its name; found %s"
            .formatted(input, names));
  }

  private static ImageFile image(
      SourceFile file, int number, DataSettings.Split split, SerializableConfiguration hadoop) {
    try (InputStream in = file.open(hadoop.value())) {
      return new ImageFile(file, number, IdxHeader.read(ImageFile.unpacked(in)), split);
    } catch (Damage e) {
      throw new UserError(Damage.refusal(file, e.getMessage()), e);
    } catch (EOFException | ZipException e) {
      throw new UserError(Damage.refusal(file, "its gzip data are wrong or break off"), e);
    } catch (IOException e) {
      throw file.explain(e);
    }
  }

  private static void checkSize(ImageFile file, IdxHeader first, int length) {
    IdxHeader header = file.header();
    String size = "images of %d by %d pixels".formatted(header.width(), header.height());
    if (header.width() != first.width() || header.height() != first.height()) {
      throw new UserError(
          "%s: has %s, but the other file's have %d by %d: give files of one size"
              .formatted(file.file().place(), size, first.width(), first.height()));
    }
    if (header.pixels() > length) {
      throw new UserError(
          "%s: has %s, which are %d steps: data.sequence-length must be at least that, not %d"
              .formatted(file.file().place(), size, header.pixels(), length));
    }
  }

  /** Each file is read by one task, because gzip has no middle to begin at; then all share. */
  private static JavaRDD<ImageBatch> batches(
      SparkSession spark,
      List<ImageFile> files,
      SerializableConfiguration hadoop,
      FileChecksums checksums) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    return context
        .parallelize(files, files.size())
        .flatMap(file -> new ImageReader(file, hadoop, checksums))
        .repartition(context.defaultParallelism());
  }
}
