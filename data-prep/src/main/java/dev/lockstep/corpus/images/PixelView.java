package dev.lockstep.corpus.images;

import dev.lockstep.config.DataSettings;
import dev.lockstep.model.Sequence;
import java.util.SplittableRandom;

/** An image as one vector, a number for each pixel of each plane. */
final class PixelView implements ImageSteps {
  private static final long serialVersionUID = 1L;

  /** The brightness that is 1 with probability 1. */
  private static final int BRIGHTEST = 255;

  private static final int LEVELS = 256;

  /** As fine as floats below 1 are, so that none of them is rounded up to the next level. */
  private static final int PLACES_IN_A_LEVEL = 1 << 16;

  private final DataSettings.Images settings;

  PixelView(DataSettings.Images settings) {
    this.settings = settings;
  }

  @Override
  public Sequence of(byte[] pixels, SplittableRandom random) {
    float[] values = new float[pixels.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(Byte.toUnsignedInt(pixels[i]), random);
    }
    return Sequence.ofVectors(values.length, values);
  }

  private float value(int brightness, SplittableRandom random) {
    return switch (settings.view()) {
      case REAL -> real(brightness, random);
      case BINARY -> random.nextInt(BRIGHTEST) < brightness ? 1 : 0;
    };
  }

  private float real(int brightness, SplittableRandom random) {
    if (!settings.dequantise()) {
      return (float) brightness / BRIGHTEST;
    }
    float place = (float) random.nextInt(PLACES_IN_A_LEVEL) / PLACES_IN_A_LEVEL;
    return (brightness + place) / LEVELS;
  }
}
