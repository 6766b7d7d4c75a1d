package dev.lockstep.metric;

import dev.lockstep.config.DiscriminatorSettings.Behaviour;
import dev.lockstep.decode.AncestralSampler;
import dev.lockstep.model.Discriminator;
import dev.lockstep.model.DiscriminatorTape;
import dev.lockstep.model.Generator;
import dev.lockstep.model.GeneratorTape;
import dev.lockstep.model.Sequence;
import dev.lockstep.model.SequenceBatch;
import dev.lockstep.output.Sharpness;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The scores that a discriminator gives to a generator's behaviour in both modes: N sequences that
 * it reads and as many that it runs free.
 *
 * <p>Sequences that end by themselves are read where they are long enough, so those that run free
 * must be too: where one has drawn its end symbol before the last step, it and the sequence that
 * was read beside it, which depends on the same, are left out. What is left has the same length in
 * both modes, and the same conditions.
 */
public final class ModeScores {
  /** Sequences that run at a time: what bounds memory is a pass. */
  private static final int BATCH = 64;

  private final Generator generator;
  private final Discriminator discriminator;
  private final Behaviour behaviour;
  private final OptionalInt end;

  /**
   * Of two networks.
   *
   * @param behaviour what the discriminator reads
   * @param end the symbol that sequences end with, if they do
   */
  public ModeScores(
      Generator generator, Discriminator discriminator, Behaviour behaviour, OptionalInt end) {
    this.generator = generator;
    this.discriminator = discriminator;
    this.behaviour = behaviour;
    this.end = end;
  }

  /**
   * Scores whole sequences.
   *
   * @param sequences N of the same length
   * @return [2M], the teacher-forced ones first, M of the N as above; may be of no length
   */
  public double[] of(List<Sequence> sequences, SplittableRandom random) {
    return atMultiples(sequences, sequences.get(0).length(), List.of(1), random).get(1);
  }

  /**
   * Scores the L steps that end after m L, for each multiple m.
   *
   * @param sequences N of the same length, at least as long as the largest multiple
   * @param length L
   * @return [2M] for each multiple, the teacher-forced ones first, the same M of the N for all; may
   *     be of no length
   */
  public SortedMap<Integer, double[]> atMultiples(
      List<Sequence> sequences, int length, List<Integer> multiples, SplittableRandom random) {
    int n = sequences.size();
    int steps = sequences.get(0).length();
    AncestralSampler draws =
        AncestralSampler.of(random, steps, n, generator.uniforms(), Sharpness.AS_LEARNED);
    SortedMap<Integer, double[]> scores = new TreeMap<>();
    multiples.forEach(m -> scores.put(m, new double[2 * n]));
    BothModes modes = new BothModes(generator, behaviour.hasProbabilities(), end);
    IntStream.Builder kept = IntStream.builder();
    DiscriminatorTape judgement = null;
    for (int first = 0; first < n; first += BATCH) {
      List<Sequence> batch = sequences.subList(first, Math.min(first + BATCH, n));
      modes.start(SequenceBatch.of(batch), length, draws, first);
      if (judgement == null || !judgement.fits(length, 2 * batch.size())) {
        judgement = discriminator.forwardTape(length, 2 * batch.size());
      }
      for (int m = 1; m <= scores.lastKey(); m++) {
        GeneratorTape tape = modes.next();
        if (scores.containsKey(m)) {
          double[] own = discriminator.score(judgement, generator.behaviour(tape, behaviour));
          System.arraycopy(own, 0, scores.get(m), first, batch.size());
          System.arraycopy(own, batch.size(), scores.get(m), n + first, batch.size());
        }
      }
      for (int i : modes.goingOn()) {
        kept.add(first + i);
      }
    }
    int[] sequencesKept = kept.build().toArray();
    scores.replaceAll((m, own) -> of(own, sequencesKept));
    return scores;
  }

  /** Both modes' scores of some of the sequences. */
  private static double[] of(double[] scores, int[] some) {
    int n = scores.length / 2;
    return IntStream.concat(Arrays.stream(some), Arrays.stream(some).map(i -> n + i))
        .mapToDouble(i -> scores[i])
        .toArray();
  }
}
