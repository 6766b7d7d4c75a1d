/** Corpora of symbols: characters and words, which are one stream, and the generated sawtooth. */
package dev.lockstep.corpus.text;
