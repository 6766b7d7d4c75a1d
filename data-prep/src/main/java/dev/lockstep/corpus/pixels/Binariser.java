package dev.lockstep.corpus.pixels;

import dev.lockstep.config.DataSettings;
import dev.lockstep.corpus.images.ImageSteps;
import dev.lockstep.model.Sequence;
import java.util.SplittableRandom;

/** A grey image as one symbol a pixel, black or white. */
final class Binariser implements ImageSteps {
  private static final long serialVersionUID = 1L;
  private static final int HALF = 128;

  /** Grey is 0 to 255, so 255 is white with probability 1. */
  private static final int WHITE = 255;

  private final DataSettings.Binarise how;

  Binariser(DataSettings.Pixels settings) {
    this.how = settings.binarise();
  }

  @Override
  public Sequence of(byte[] pixels, SplittableRandom random) {
    int[] symbols = new int[pixels.length];
    for (int i = 0; i < symbols.length; i++) {
      int grey = Byte.toUnsignedInt(pixels[i]);
      boolean white =
          switch (how) {
            case THRESHOLD -> grey >= HALF;
            case STOCHASTIC -> random.nextInt(WHITE) < grey;
          };
      symbols[i] = white ? 1 : 0;
    }
    return Sequence.ofSymbols(symbols);
  }
}
