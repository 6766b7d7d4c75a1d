package dev.lockstep.corpus.images;

import dev.lockstep.corpus.reader.Item;
import dev.lockstep.corpus.reader.Items;
import dev.lockstep.random.RandomStreams;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.spark.api.java.function.FlatMapFunction;

/** The task that makes items of images: one each, one for a damaged end. */
public final class ImageItems implements FlatMapFunction<ImageBatch, Item> {
  private static final long serialVersionUID = 1L;

  private final long seed;
  private final ImageSteps steps;

  /**
   * @param seed of the draws, which belong to an image of a file
   */
  public ImageItems(long seed, ImageSteps steps) {
    this.seed = seed;
    this.steps = steps;
  }

  @Override
  public Iterator<Item> call(ImageBatch batch) {
    ImageFile file = batch.file();
    int size = file.header().numbers();
    List<Item> items = new ArrayList<>();
    for (int at = 0; at < batch.pixels().length; at += size) {
      long number = batch.first() + at / size;
      SplittableRandom random =
          RandomStreams.stream(seed, RandomStreams.Purpose.CORPUS, file.number(), number);
      byte[] image = Arrays.copyOfRange(batch.pixels(), at, at + size);
      String name = file.image(number);
      items.add(
          Item.of(name, name, List.of(steps.of(image, random)))
              .in(Items.part(name, seed, file.split())));
    }
    if (batch.damage() != null) {
      items.add(Item.damaged(file.file().name(), batch.damage()));
    }
    return items.iterator();
  }
}
