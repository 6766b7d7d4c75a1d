package dev.lockstep.corpus.images;

import dev.lockstep.config.DataSettings;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.input.FileChecksums;
import dev.lockstep.corpus.input.Inventory;
import dev.lockstep.corpus.input.SourceFile;
import dev.lockstep.storage.Location;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Files of images of one format and size. Where the names of some, but not of all, say that they
 * are for the test, these are the test part, and validation is taken from the others. A header that
 * is wrong is refused, whatever becomes of damaged images: it leaves none.
 */
public final class ImageFiles {
  private final JavaSparkContext context;
  private final SerializableConfiguration hadoop;
  private final Inventory inventory;
  private final List<ImageFile> files;

  private ImageFiles(
      JavaSparkContext context,
      Inventory inventory,
      List<SourceFile> found,
      ImageFormat format,
      DataSettings data) {
    this.inventory = inventory;
    this.context = context;
    this.hadoop = new SerializableConfiguration(context.hadoopConfiguration());
    this.files = new ArrayList<>();
    boolean parted =
        found.stream().anyMatch(ImageFiles::isTest) && !found.stream().allMatch(ImageFiles::isTest);
    for (SourceFile file : found) {
      DataSettings.Split split = parted ? part(file, data.split()) : data.split();
      files.add(ImageFile.of(file, files.size(), format, split, context.hadoopConfiguration()));
    }
    files.forEach(this::checkSize);
  }

  /**
   * MNIST's files, of which one is split, and of two, as MNIST comes, one is the test part.
   *
   * @throws UserError if there are others
   */
  public static ImageFiles idx(JavaSparkContext context, Location input, DataSettings data) {
    Inventory inventory = Inventory.of(input, false, ImageFormat.IDX::names);
    List<SourceFile> found = inventory.files();
    if (found.size() == 1) {
      return new ImageFiles(context, inventory, found, ImageFormat.IDX, data);
    }
    List<SourceFile> train = fitting(found, file -> file.name().contains("train"));
    List<SourceFile> test = fitting(found, ImageFiles::isTest);
    if (found.size() != 2 || train.size() != 1 || test.size() != 1 || train.equals(test)) {
      throw new UserError(
          "data.input %s: must hold one file whose name contains idx3-ubyte, or two, one with train and one with t10k or test in its name; found %s"
              .formatted(input, names(found)));
    }
    List<SourceFile> both = List.of(train.get(0), test.get(0));
    return new ImageFiles(context, inventory, both, ImageFormat.IDX, data);
  }

  /** All files of a format that has several for training. */
  static ImageFiles of(
      JavaSparkContext context, Location input, ImageFormat format, DataSettings data) {
    Inventory inventory = Inventory.of(input, false, format::names);
    return new ImageFiles(context, inventory, inventory.files(), format, data);
  }

  private static List<SourceFile> fitting(List<SourceFile> files, Predicate<SourceFile> which) {
    return files.stream().filter(which).toList();
  }

  static String names(List<SourceFile> files) {
    return files.isEmpty()
        ? "none"
        : files.stream().limit(20).map(SourceFile::name).collect(Collectors.joining(", "));
  }

  private static boolean isTest(SourceFile file) {
    return file.name().contains("test") || file.name().contains("t10k");
  }

  private static DataSettings.Split part(SourceFile file, DataSettings.Split split) {
    return isTest(file) ? new DataSettings.Split(0, 1) : new DataSettings.Split(split.valid(), 0);
  }

  private void checkSize(ImageFile file) {
    if (!file.header().hasSizeOf(header())) {
      throw new UserError(
          "%s: has images of %s, but those of %s have %s: give files of one size"
              .formatted(
                  file.file().place(),
                  file.header().size(),
                  files.get(0).file().name(),
                  header().size()));
    }
  }

  /** What all images have in common, and the first file's number of them. */
  public ImageHeader header() {
    return files.get(0).header();
  }

  /** What was found beside them. */
  public Inventory inventory() {
    return inventory;
  }

  /** What errors call the first file. */
  public String place() {
    return files.get(0).file().place();
  }

  /**
   * Each file is read by one task, because compression has no middle to begin at; then all share.
   */
  public JavaRDD<ImageBatch> batches(FileChecksums checksums) {
    SerializableConfiguration configuration = hadoop;
    return context
        .parallelize(files, files.size())
        .flatMap(file -> new BatchReader(file, configuration, checksums))
        .repartition(context.defaultParallelism());
  }
}
