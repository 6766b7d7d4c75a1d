package dev.lockstep.corpus.images;

import dev.lockstep.model.Sequence;
import java.io.Serializable;
import java.util.SplittableRandom;

/** Makes a sequence of an image. */
public interface ImageSteps extends Serializable {
  /**
   * The image's sequence.
   *
   * @param pixels 0 (dark) to 255, plane by plane and each row by row
   * @param random the image's own
   */
  Sequence of(byte[] pixels, SplittableRandom random);
}
