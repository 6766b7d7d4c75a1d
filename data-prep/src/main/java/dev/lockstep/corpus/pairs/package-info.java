/** Corpora of JSON lines, each a text that depends on another. */
package dev.lockstep.corpus.pairs;
