package dev.lockstep.corpus.pixels;

import dev.lockstep.config.DataSettings;
import dev.lockstep.config.Settings;
import dev.lockstep.corpus.reader.Item;
import dev.lockstep.corpus.reader.Items;
import dev.lockstep.model.Sequence;
import dev.lockstep.random.RandomStreams;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import org.apache.spark.api.java.function.FlatMapFunction;

/** The task that makes grey images black and white: one item each, one for a damaged end. */
final class Binariser implements FlatMapFunction<ImageBatch, Item> {
  private static final long serialVersionUID = 1L;
  private static final int HALF = 128;

  /** Grey is 0 to 255, so 255 is white with probability 1. */
  private static final int WHITE = 255;

  private final long seed;
  private final boolean stochastic;

  Binariser(Settings settings) {
    this.seed = settings.training().seed();
    this.stochastic = settings.data().pixels().binarise() == DataSettings.Binarise.STOCHASTIC;
  }

  @Override
  public Iterator<Item> call(ImageBatch batch) {
    ImageFile file = batch.file();
    int size = file.header().pixels();
    List<Item> items = new ArrayList<>();
    for (int at = 0; at < batch.pixels().length; at += size) {
      long number = batch.first() + at / size;
      String name = file.image(number);
      Sequence image = Sequence.ofSymbols(symbols(batch.pixels(), at, size, white(file, number)));
      items.add(Item.of(name, name, List.of(image)).in(Items.part(name, seed, file.split())));
    }
    if (batch.damage() != null) {
      items.add(Item.damaged(file.file().name(), batch.damage()));
    }
    return items.iterator();
  }

  /** Whether a pixel of an image is white by its brightness, to be asked in their order. */
  private IntPredicate white(ImageFile file, long image) {
    if (!stochastic) {
      return grey -> grey >= HALF;
    }
    SplittableRandom random =
        RandomStreams.stream(seed, RandomStreams.Purpose.CORPUS, file.number(), image);
    return grey -> random.nextInt(WHITE) < grey;
  }

  private static int[] symbols(byte[] pixels, int from, int size, IntPredicate white) {
    int[] symbols = new int[size];
    for (int i = 0; i < size; i++) {
      symbols[i] = white.test(Byte.toUnsignedInt(pixels[from + i])) ? 1 : 0;
    }
    return symbols;
  }
}
