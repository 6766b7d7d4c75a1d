/**
 * Corpora: readers, one per kind of data behind {@link dev.lockstep.corpus.CorpusReader}, and the
 * directory that they are prepared into. No training, and nothing that knows a network.
 */
package dev.lockstep.corpus;
