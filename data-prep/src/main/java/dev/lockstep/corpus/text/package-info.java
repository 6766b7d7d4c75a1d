/** Corpora that are one stream of symbols: characters, words, and the generated sawtooth. */
package dev.lockstep.corpus.text;
