package dev.lockstep.study;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The order in which a participant sees a study's trials, a function of the study and of who takes
 * part. The page draws it by the same arithmetic ({@code order.js}), so that what an answer file
 * says was shown can be checked.
 *
 * <p>The seed is FNV-1a, 32 bits, of {@code study/participant}. Draws are the finaliser of
 * MurmurHash3 over a Weyl sequence that starts there. The first draw says whether all pairs are
 * mirrored; the others shuffle the trials (Fisher and Yates, from the end).
 */
final class ParticipantOrder {
  private static final int FNV_BASIS = 0x811C9DC5;
  private static final int FNV_PRIME = 0x01000193;
  private static final int GOLDEN = 0x9E3779B9;

  private final int seed;
  private final boolean mirrored;
  private final int[] trials;
  private int state;

  /**
   * The order of one participant.
   *
   * @param study the study's id, ASCII
   * @param participant ASCII
   * @param trials how many there are
   */
  ParticipantOrder(String study, String participant, int trials) {
    seed = seed(study + "/" + participant);
    state = seed;
    mirrored = below(2) == 1;
    this.trials = new int[trials];
    for (int i = 0; i < trials; i++) {
      this.trials[i] = i;
    }
    for (int i = trials - 1; i > 0; i--) {
      int j = below(i + 1);
      int swapped = this.trials[i];
      this.trials[i] = this.trials[j];
      this.trials[j] = swapped;
    }
  }

  private static int seed(String text) {
    int hash = FNV_BASIS;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * FNV_PRIME;
    }
    return hash;
  }

  /** A number from 0 to n − 1. */
  private int below(int n) {
    state += GOLDEN;
    int z = state;
    z = (z ^ (z >>> 16)) * 0x85EBCA6B;
    z = (z ^ (z >>> 13)) * 0xC2B2AE35;
    return (int) ((Integer.toUnsignedLong(z ^ (z >>> 16)) * n) >>> 32);
  }

  /** What the order is drawn from, as a number without sign. */
  long seed() {
    return Integer.toUnsignedLong(seed);
  }

  /** The samples of a trial as the participant sees them, left to right. */
  List<Integer> shown(List<Integer> samples) {
    List<Integer> shown = new ArrayList<>(samples);
    if (mirrored) {
      Collections.reverse(shown);
    }
    return shown;
  }

  /** The trial shown at a place, both from 0. */
  int trial(int place) {
    return trials[place];
  }
}
