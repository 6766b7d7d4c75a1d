package dev.lockstep.metric;

import dev.lockstep.decode.AncestralSampler;
import dev.lockstep.model.Behaviour;
import dev.lockstep.model.Discriminator;
import dev.lockstep.model.DiscriminatorTape;
import dev.lockstep.model.Generator;
import dev.lockstep.model.GeneratorTape;
import dev.lockstep.nn.kernel.Matrix;
import dev.lockstep.objective.AdversarialLosses;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

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

  private final Generator generator;
  private final Optional<Discriminator> discriminator;
  private final Behaviour behaviour;

  public HiddenDrift(
      Generator generator, Optional<Discriminator> discriminator, Behaviour behaviour) {
    this.generator = generator;
    this.discriminator = discriminator;
    this.behaviour = behaviour;
  }

  /**
   * Measures.
   *
   * @param sequences [N][T], at least two
   */
  public Result measure(int[][] sequences, SplittableRandom random) {
    int n = sequences.length;
    int steps = sequences[0].length;
    GeneratorTape tape = generator.tape(steps, 2 * n);
    AncestralSampler sampler = AncestralSampler.of(random, steps, n, 1);
    int vocabulary = generator.shape().vocabulary();
    tape.start(generator.startSymbol());
    generator.run(
        tape,
        (step, row, p, offset) ->
            row < n ? sequences[row][step] : sampler.draw(step, row - n, p, offset, vocabulary));
    List<Double> centroid = new ArrayList<>();
    List<Double> centroidWithin = new ArrayList<>();
    List<Double> pair = new ArrayList<>();
    List<Double> within = new ArrayList<>();
    for (int t = 0; t < steps; t++) {
      INDArray teacherForced = states(tape, 2 * n * t, n);
      INDArray freeRunning = states(tape, 2 * n * t + n, n);
      centroid.add(teacherForced.mean(0).distance2(freeRunning.mean(0)));
      double variance = teacherForced.var(0).sumNumber().doubleValue();
      centroidWithin.add(Math.sqrt(2 * variance / n));
      pair.add(sumOfDistances(teacherForced, freeRunning) / ((double) n * n));
      // A state's distance to itself is no pair.
      within.add(sumOfDistances(teacherForced, teacherForced) / ((double) n * (n - 1)));
    }
    double accuracy = discriminator.map(d -> accuracy(d, tape)).orElse(Double.NaN);
    return new Result(n, centroid, centroidWithin, pair, within, accuracy);
  }

  /** [N, layers·H] in double: differences of close states lose digits in float. */
  private INDArray states(GeneratorTape tape, int from, int count) {
    int layers = generator.shape().layers();
    INDArray[] parts = new INDArray[layers];
    for (int l = 0; l < layers; l++) {
      Matrix rows = tape.hidden(l).rows(from, from + count);
      parts[l] = rows.array().castTo(DataType.DOUBLE);
    }
    return Nd4j.concat(1, parts);
  }

  /** {@code Σ_ij √(|a_i|² + |b_j|² − 2⟨a_i, b_j⟩)}. */
  private static double sumOfDistances(INDArray a, INDArray b) {
    INDArray squares = a.mmul(b.transpose()).muli(-2);
    squares.addiColumnVector(a.mul(a).sum(true, 1));
    squares.addiRowVector(b.mul(b).sum(true, 1).transpose());
    return Transforms.sqrt(Transforms.max(squares, 0), false).sumNumber().doubleValue();
  }

  private double accuracy(Discriminator judge, GeneratorTape tape) {
    DiscriminatorTape judgement = judge.tape(tape.steps(), tape.rows());
    judge.run(judgement, generator.behaviour(tape, behaviour));
    return new AdversarialLosses(judgement.scores()).accuracy();
  }
}
