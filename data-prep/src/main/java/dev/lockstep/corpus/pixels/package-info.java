/** Corpora of images: IDX files whose pixels become black or white. */
package dev.lockstep.corpus.pixels;
