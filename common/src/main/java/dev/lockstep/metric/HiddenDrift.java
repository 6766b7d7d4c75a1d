package dev.lockstep.metric;

import dev.lockstep.decode.AncestralSampler;
import dev.lockstep.model.Behaviour;
import dev.lockstep.model.Discriminator;
import dev.lockstep.model.DiscriminatorTape;
import dev.lockstep.model.Generator;
import dev.lockstep.model.GeneratorTape;
import dev.lockstep.model.Sequence;
import dev.lockstep.model.SequenceBatch;
import dev.lockstep.nn.kernel.Matrix;
import dev.lockstep.objective.AdversarialLosses;
import dev.lockstep.output.Sharpness;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * How far free-running hidden states are from teacher-forced ones, step by step: the same generator
 * reads N held-out sequences and runs free N times, all from the start symbol. The hidden state is
 * that of every layer.
 *
 * <p>At each step: the distance between the two modes' means (centroid distance), the mean
 * Euclidean distance over all N² pairs of one state of each mode (mean pair distance), and the same
 * among the teacher-forced states of different sequences, which is what it would be if the modes
 * did not differ. Nor is the centroid distance of finitely many sequences zero then: it is about
 * √(2 Σ_j σ_j² / N), with σ_j the deviation of hidden unit j, which stands beside it.
 */
public final class HiddenDrift {
  /**
   * The distances.
   *
   * @param sequences N
   * @param centroid per step
   * @param centroidWithin per step, what it would be about if the modes did not differ
   * @param pair per step
   * @param pairWithin per step, among teacher-forced states
   * @param accuracy share of the 2N sequences whose mode the discriminator told right; not a number
   *     without one
   */
  public record Result(
      int sequences,
      List<Double> centroid,
      List<Double> centroidWithin,
      List<Double> pair,
      List<Double> pairWithin,
      double accuracy)
      implements Serializable {
    /** Mean over the steps. */
    public static double mean(List<Double> steps) {
      return steps.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }
  }

  /** Sequences that run at a time: what bounds memory is a pass, not the states that are kept. */
  private static final int BATCH = 64;

  private final Generator generator;
  private final Optional<Discriminator> discriminator;
  private final Behaviour behaviour;
  private GeneratorTape tape;
  private DiscriminatorTape judgement;

  public HiddenDrift(
      Generator generator, Optional<Discriminator> discriminator, Behaviour behaviour) {
    this.generator = generator;
    this.discriminator = discriminator;
    this.behaviour = behaviour;
  }

  /**
   * Measures.
   *
   * @param sequences N of the same length T, at least two
   */
  public Result measure(List<Sequence> sequences, SplittableRandom random) {
    int n = sequences.size();
    int steps = sequences.get(0).length();
    INDArray[] teacherForced = states(n, steps);
    INDArray[] freeRunning = states(n, steps);
    AncestralSampler sampler =
        AncestralSampler.of(random, steps, n, generator.uniforms(), Sharpness.AS_LEARNED);
    double right = 0;
    for (int first = 0; first < n; first += BATCH) {
      SequenceBatch batch = SequenceBatch.of(sequences.subList(first, Math.min(first + BATCH, n)));
      run(batch, first, sampler);
      keep(0, teacherForced, first);
      keep(batch.sequences(), freeRunning, first);
      right += batch.sequences() * discriminator.map(this::accuracy).orElse(Double.NaN);
    }
    return distances(teacherForced, freeRunning, right / n);
  }

  /** One of [N, layers·H] for each step. */
  private INDArray[] states(int n, int steps) {
    long width = (long) generator.shape().layers() * generator.shape().hidden();
    return Stream.generate(() -> Nd4j.createUninitialized(generator.type(), n, width))
        .limit(steps)
        .toArray(INDArray[]::new);
  }

  /** Runs some of the sequences in both modes, the free-running rows after the others. */
  private void run(SequenceBatch batch, int first, AncestralSampler sampler) {
    int n = batch.sequences();
    if (tape == null || !tape.fits(batch.steps(), 2 * n)) {
      boolean holdOutputs = behaviour == Behaviour.HIDDEN_AND_PROBABILITIES;
      tape = generator.tape(batch.steps(), 2 * n, 1, holdOutputs);
    }
    generator.start(tape, batch.conditions());
    generator.run(
        tape,
        (step, row, output) -> {
          if (row < n) {
            batch.emit(step, row, output);
          } else {
            sampler.draw(step, first + row - n, output);
          }
        });
  }

  /** Copies the hidden states of one mode, whose rows begin at {@code row} of each step. */
  private void keep(int row, INDArray[] states, int first) {
    int n = tape.rows() / 2;
    int hidden = generator.shape().hidden();
    for (int t = 0; t < tape.steps(); t++) {
      int from = t * tape.rows() + row;
      for (int l = 0; l < generator.shape().layers(); l++) {
        Matrix.of(states[t])
            .rows(first, first + n)
            .columns(l * hidden, (l + 1) * hidden)
            .array()
            .assign(tape.hidden(l).rows(from, from + n).array());
      }
    }
  }

  private static Result distances(
      INDArray[] teacherForced, INDArray[] freeRunning, double accuracy) {
    int n = (int) teacherForced[0].size(0);
    PairDistances pairs = new PairDistances(n, (int) teacherForced[0].size(1));
    List<Double> centroid = new ArrayList<>();
    List<Double> centroidWithin = new ArrayList<>();
    List<Double> pair = new ArrayList<>();
    List<Double> within = new ArrayList<>();
    for (int t = 0; t < teacherForced.length; t++) {
      pairs.read(teacherForced[t], freeRunning[t]);
      INDArray a = pairs.a();
      centroid.add(a.mean(0).distance2(pairs.b().mean(0)));
      centroidWithin.add(Math.sqrt(2 * a.var(0).sumNumber().doubleValue() / n));
      pair.add(pairs.between() / ((double) n * n));
      // A state's distance to itself is no pair.
      within.add(pairs.within() / ((double) n * (n - 1)));
    }
    return new Result(n, centroid, centroidWithin, pair, within, accuracy);
  }

  private double accuracy(Discriminator judge) {
    if (judgement == null || !judgement.fits(tape.steps(), tape.rows())) {
      judgement = judge.forwardTape(tape.steps(), tape.rows());
    }
    judge.run(judgement, generator.behaviour(tape, behaviour));
    return new AdversarialLosses(judgement.scores()).accuracy();
  }
}
