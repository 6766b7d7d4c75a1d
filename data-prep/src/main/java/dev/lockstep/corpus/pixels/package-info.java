/** Corpora of images as sequences of pixels, which become black or white. */
package dev.lockstep.corpus.pixels;
