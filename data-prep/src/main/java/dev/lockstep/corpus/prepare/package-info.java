/**
 * Prepares corpora: chooses the reader for a kind of data and writes what it gives. The only
 * package that knows every reader.
 */
package dev.lockstep.corpus.prepare;
