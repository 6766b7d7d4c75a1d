package dev.lockstep.corpus.images;

import dev.lockstep.config.Settings;
import dev.lockstep.corpus.input.Damage;
import dev.lockstep.corpus.input.FileChecksums;
import dev.lockstep.corpus.input.SourceFile;
import dev.lockstep.corpus.reader.Item;
import dev.lockstep.corpus.reader.ItemReader;
import dev.lockstep.random.RandomStreams;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.spark.util.SerializableConfiguration;

/** The task that reads photographs: each becomes a square of one size in three planes. */
final class PhotoReader extends ItemReader {
  private static final long serialVersionUID = 1L;

  /** Red, green and blue. */
  static final int PLANES = 3;

  private final int size;
  private final long seed;
  private final ImageSteps steps;

  PhotoReader(
      Settings settings,
      ImageSteps steps,
      SerializableConfiguration hadoop,
      FileChecksums checksums) {
    super(hadoop, checksums);
    this.size = settings.data().images().size();
    this.seed = settings.training().seed();
    this.steps = steps;
  }

  @Override
  protected Item item(SourceFile file, InputStream in) throws IOException, Damage {
    byte[] jpeg = in.readNBytes(JpegSquare.MOST_BYTES + 1);
    byte[] planes = JpegSquare.read(jpeg, size);
    SplittableRandom random =
        RandomStreams.stream(seed, RandomStreams.Purpose.CORPUS, file.name().hashCode());
    return Item.of(file.name(), file.name(), List.of(steps.of(planes, random)));
  }
}
