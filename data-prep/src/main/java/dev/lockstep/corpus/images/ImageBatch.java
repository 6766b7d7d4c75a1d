package dev.lockstep.corpus.images;

import java.io.Serializable;

/**
 * Consecutive images of a file.
 *
 * @param file which
 * @param first number of the first
 * @param pixels 0 (dark) to 255, one image after another, plane by plane and each row by row
 * @param damage why the file ends with this batch although it should not, or null
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
public record ImageBatch(ImageFile file, long first, byte[] pixels, String damage)
    implements Serializable {}
