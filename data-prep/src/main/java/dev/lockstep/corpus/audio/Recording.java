package dev.lockstep.corpus.audio;

/**
 * Mono sound.
 *
 * @param rate samples a second
 * @param samples amplitudes; full scale is −1 to 1, and floating-point files may exceed it
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
record Recording(int rate, float[] samples) {}
