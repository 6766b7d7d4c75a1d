/** Corpora of recordings: WAV files read, resampled and cut into pieces. */
package dev.lockstep.corpus.audio;
