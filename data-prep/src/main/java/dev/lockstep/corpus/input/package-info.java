/**
 * The files of {@code data.input}: which there are, that they stay as they are while they are read,
 * and text in them line by line or character by character. Nothing about what the data mean.
 */
package dev.lockstep.corpus.input;
