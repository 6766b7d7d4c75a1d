package dev.lockstep.metric;

import dev.lockstep.config.GeneratorSettings;
import dev.lockstep.decode.FreeRunning;
import dev.lockstep.model.Generator;
import dev.lockstep.model.Sequence;
import dev.lockstep.model.StepShape;
import dev.lockstep.output.SamplingOptions;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Free-running output as far as multiples of the training length L: K sequences run from the start
 * symbol, and of each the segment at multiple m is steps (m − 1) L … m L (exclusive), so that every
 * multiple is evaluated on as many steps as any other.
 */
public final class FreeRunningSegments {
  /** Multiples of the training length, rising. */
  public static final List<Integer> MULTIPLES = List.of(1, 5, 20);

  /** The only multiple where a sequence ends by itself. */
  private static final List<Integer> ONCE = List.of(1);

  private static final int MOST_SEQUENCES = 64;

  /** Random numbers of one run, which bounds its time and its memory. */
  private static final long MOST_DRAWS = 2_000_000;

  private FreeRunningSegments() {}

  /** The multiples that mean something. */
  public static List<Integer> multiples(StepShape steps, GeneratorSettings.Condition condition) {
    return endless(steps, condition) ? MULTIPLES : ONCE;
  }

  /**
   * Whether a sequence can go on for as long as one likes: an image has no pixel after its last,
   * and what writes a text or transforms a line ends with it.
   */
  public static boolean endless(StepShape steps, GeneratorSettings.Condition condition) {
    return switch (condition) {
      case NONE, LABEL -> steps.imageWidth() == 0;
      case WINDOW, ENCODER -> false;
    };
  }

  /**
   * Runs free, as far as the largest multiple.
   *
   * @param data of L steps each; what they depend on, the sequences that are generated depend on in
   *     turn
   * @param wanted K, if it is at most 64 and all steps together take at most two million random
   *     numbers; else as many as do, but at least one
   * @param streams where sequence k draws from
   * @return K sequences
   */
  public static List<Sequence> run(
      Generator generator,
      List<Sequence> data,
      List<Integer> multiples,
      int wanted,
      IntFunction<SplittableRandom> streams) {
    int length = data.get(0).length();
    int steps = Math.multiplyExact(length, multiples.get(multiples.size() - 1));
    int count = sequences(wanted, (long) steps * generator.uniforms());
    int[][] conditions = new int[count][];
    Arrays.setAll(conditions, k -> data.get(k % data.size()).condition());
    return FreeRunning.generate(
        generator,
        data.get(0).steps(0, 0),
        conditions,
        steps,
        SamplingOptions.AS_LEARNED,
        IntStream.range(0, count).mapToObj(streams).toArray(SplittableRandom[]::new));
  }

  /**
   * Cuts the segments out.
   *
   * @param output K sequences, at least as long as the largest multiple
   * @param length L
   * @return K segments of L steps for each multiple
   */
  public static SortedMap<Integer, List<Sequence>> of(
      List<Sequence> output, int length, List<Integer> multiples) {
    SortedMap<Integer, List<Sequence>> segments = new TreeMap<>();
    for (int m : multiples) {
      segments.put(m, output.stream().map(s -> s.steps((m - 1) * length, m * length)).toList());
    }
    return segments;
  }

  /** K, of sequences that take so many random numbers each. */
  static int sequences(int wanted, long draws) {
    return (int) Math.max(1, Math.min(Math.min(wanted, MOST_SEQUENCES), MOST_DRAWS / draws));
  }
}
