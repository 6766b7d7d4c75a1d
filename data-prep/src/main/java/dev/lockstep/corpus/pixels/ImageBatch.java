package dev.lockstep.corpus.pixels;

import java.io.Serializable;

/**
 * Consecutive images of a file.
 *
 * @param file which
 * @param first number of the first
 * @param pixels grey, 0 (black) to 255, one image after another, row by row
 * @param damage why the file ends with this batch although it should not, or null
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
record ImageBatch(ImageFile file, long first, byte[] pixels, String damage)
    implements Serializable {}
