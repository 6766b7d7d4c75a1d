package dev.lockstep.corpus.pixels;

import dev.lockstep.config.DataSettings;
import dev.lockstep.config.Settings;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.Bitmap;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.corpus.images.ImageFiles;
import dev.lockstep.corpus.images.ImageHeader;
import dev.lockstep.corpus.images.ImageItems;
import dev.lockstep.corpus.input.FileChecksums;
import dev.lockstep.corpus.input.InputFiles;
import dev.lockstep.corpus.reader.CorpusReader;
import dev.lockstep.corpus.reader.ItemCorpus;
import dev.lockstep.corpus.reader.Items;
import dev.lockstep.storage.Location;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** Grey images as MNIST's; one symbol a pixel, black or white. */
public final class PixelCorpus {
  private PixelCorpus() {}

  /**
   * Reads the images.
   *
   * @throws UserError if the input is not what {@code data.input} promises
   */
  public static CorpusReader read(SparkSession spark, Settings settings) {
    DataSettings data = settings.data();
    Location input =
        InputFiles.input(spark, data.input(), "a file of IDX images or a directory of them");
    ImageFiles files =
        ImageFiles.idx(JavaSparkContext.fromSparkContext(spark.sparkContext()), input, data);
    ImageHeader header = files.header();
    if (header.numbers() > data.sequenceLength()) {
      throw new UserError(
          "%s: has images of %s, which are %d steps: data.sequence-length must be at least that, not %d"
              .formatted(files.place(), header.size(), header.numbers(), data.sequenceLength()));
    }
    FileChecksums checksums = new FileChecksums(spark.sparkContext());
    ImageItems images = new ImageItems(settings.training().seed(), new Binariser(data.pixels()));
    Items items =
        new Items(spark, settings, files.inventory(), files.batches(checksums).flatMap(images));
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
}
