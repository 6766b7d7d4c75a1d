/**
 * Corpora of handwriting as IAM-OnDB has it: ink and transcriptions, in folders or in the archives
 * that those were packed into.
 */
package dev.lockstep.corpus.handwriting;
