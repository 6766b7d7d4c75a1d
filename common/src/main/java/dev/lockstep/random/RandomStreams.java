package dev.lockstep.random;

import java.util.SplittableRandom;

/**
 * Random streams, each a function of the run's seed and of what it is for. A task that runs twice,
 * on another machine or after a restart draws the same numbers.
 */
public final class RandomStreams {
  /** What a stream is for. The number is part of the meaning of a seed and never changes. */
  public enum Purpose {
    GENERATOR_PARAMETERS(1),
    DISCRIMINATOR_PARAMETERS(2),
    DATA_ORDER(3),
    FREE_RUNNING(4),
    EVALUATION(5),
    GENERATION(6),
    CORPUS(7),
    ENCODER_PARAMETERS(8),
    BOOTSTRAP(9),
    DRIFT_BEYOND(10),
    PROBE_PARAMETERS(11),
    PROBE(12),
    TSNE(13),
    OPERATOR_PARAMETERS(14);

    private final int number;

    Purpose(int number) {
      this.number = number;
    }
  }

  private RandomStreams() {}

  /**
   * The stream of a seed, a purpose and the identity of its user.
   *
   * @param ids for instance round and worker, or epoch
   */
  public static SplittableRandom stream(long seed, Purpose purpose, long... ids) {
    return new SplittableRandom(key(seed, purpose, ids));
  }

  /** The key of a stream as one number, for libraries that want a seed of their own. */
  public static long key(long seed, Purpose purpose, long... ids) {
    long key = mix(seed + 0x9E3779B97F4A7C15L * purpose.number);
    for (long id : ids) {
      key = mix(key + 0x9E3779B97F4A7C15L * (id + 1));
    }
    return key;
  }

  /** The finaliser of SplitMix64 (Steele, Lea, Flood 2014). */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
