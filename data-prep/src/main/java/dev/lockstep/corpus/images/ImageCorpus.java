package dev.lockstep.corpus.images;

import dev.lockstep.config.DataSettings;
import dev.lockstep.config.Settings;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.corpus.Raster;
import dev.lockstep.corpus.input.FileChecksums;
import dev.lockstep.corpus.input.InputFiles;
import dev.lockstep.corpus.input.Inventory;
import dev.lockstep.corpus.input.SourceFile;
import dev.lockstep.corpus.reader.CorpusReader;
import dev.lockstep.corpus.reader.Item;
import dev.lockstep.corpus.reader.ItemCorpus;
import dev.lockstep.corpus.reader.Items;
import dev.lockstep.storage.Location;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Images, each one vector: files of many images ({@link ImageFormat}), or photographs of a file
 * each, as CelebA comes ({@link JpegSquare}).
 */
public final class ImageCorpus {
  private static final String MEANING = "images: IDX, CIFAR-10's .bin, SVHN's .mat, or .jpg";

  private final JavaSparkContext context;
  private final SparkSession spark;
  private final Settings settings;
  private final Location input;
  private final FileChecksums checksums;
  private final PixelView view;

  private ImageCorpus(SparkSession spark, Settings settings) {
    this.spark = spark;
    this.context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    this.settings = settings;
    this.input = InputFiles.input(spark, settings.data().input(), MEANING);
    this.checksums = new FileChecksums(spark.sparkContext());
    this.view = new PixelView(settings.data().images());
  }

  /**
   * Reads the images.
   *
   * @throws UserError if the input is not what {@code data.input} promises
   */
  public static CorpusReader read(SparkSession spark, Settings settings) {
    ImageCorpus corpus = new ImageCorpus(spark, settings);
    return corpus.format().map(corpus::files).orElseGet(corpus::photos);
  }

  /** Of files of many images; none where there are photographs. */
  private Optional<ImageFormat> format() {
    List<ImageFormat> formats =
        Inventory.of(input, false, name -> true).files().stream()
            .flatMap(file -> format(file).stream())
            .distinct()
            .toList();
    if (formats.size() > 1) {
      throw new UserError(
          "data.input %s: has files of %s and %s: give a directory of one"
              .formatted(input, formats.get(0).key(), formats.get(1).key()));
    }
    return formats.stream().findFirst();
  }

  /** A single file may have any name, as IDX files do. */
  private Optional<ImageFormat> format(SourceFile file) {
    Optional<ImageFormat> named = ImageFormat.of(file.name());
    return named.isPresent() || input.isDirectory() || isPhoto(file.name())
        ? named
        : Optional.of(ImageFormat.IDX);
  }

  private static boolean isPhoto(String name) {
    return name.toLowerCase(Locale.ROOT).matches("(?s).*\\.jpe?g");
  }

  private CorpusReader files(ImageFormat format) {
    DataSettings data = settings.data();
    ImageFiles files =
        format == ImageFormat.IDX
            ? ImageFiles.idx(context, input, data)
            : ImageFiles.of(context, input, format, data);
    ImageHeader header = files.header();
    return corpus(
        files.inventory(),
        files.batches(checksums).flatMap(new ImageItems(settings.training().seed(), view)),
        raster(header.width(), header.height(), header.planes()));
  }

  private CorpusReader photos() {
    Inventory photos = Inventory.of(input, true, ImageCorpus::isPhoto);
    if (photos.files().isEmpty()) {
      throw Items.nothing(input, photos, "must hold " + MEANING);
    }
    PhotoReader reader =
        new PhotoReader(
            settings,
            view,
            new SerializableConfiguration(context.hadoopConfiguration()),
            checksums);
    int size = settings.data().images().size();
    return corpus(
        photos,
        InputFiles.parallel(context, photos.files()).map(reader),
        raster(size, size, PhotoReader.PLANES));
  }

  private Raster raster(int width, int height, int planes) {
    DataSettings.Images images = settings.data().images();
    boolean dequantised = images.view() == DataSettings.View.REAL && images.dequantise();
    return new Raster(width, height, planes, images.view(), dequantised);
  }

  private CorpusReader corpus(Inventory inventory, JavaRDD<Item> read, Raster raster) {
    Items items = new Items(spark, settings, inventory, read);
    return new ItemCorpus(
        items,
        new CorpusDescriptor(
            DataSettings.Kind.IMAGES,
            raster,
            Optional.empty(),
            settings.data().sequenceLength(),
            items.contents(checksums.source(input)),
            items.setAside()),
        sequence -> sequence);
  }
}
