package dev.lockstep.metric;

import dev.lockstep.decode.AncestralSampler;
import dev.lockstep.model.Generator;
import dev.lockstep.model.GeneratorTape;
import dev.lockstep.model.Sequence;
import dev.lockstep.model.SequenceBatch;
import dev.lockstep.output.Sharpness;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * How far free-running hidden states are from teacher-forced ones, step by step: the same generator
 * reads N held-out sequences and runs free N times, all from the start symbol. The hidden state is
 * that of every layer.
 *
 * <p>At each step: the distance between the two modes' means (centroid distance), the mean
 * Euclidean distance over all N² pairs of one state of each mode (mean pair distance), and the
 * squared maximum mean discrepancy. Beside each stands what it would be if the modes did not
 * differ: the mean pair distance among teacher-forced states of different sequences; √(2 Σ_j σ_j² /
 * N), with σ_j the deviation of hidden unit j, as the centroid distance of finitely many sequences
 * is not zero then; and the discrepancy of two halves of the teacher-forced states.
 *
 * <p>The discrepancy has one bandwidth for all steps, so that these can be compared: the median
 * distance between teacher-forced states after the last step of {@link #measure}. It is estimated
 * from at most 512 sequences, evenly spaced among the N, because its exponentials cost more than
 * all else.
 */
public final class HiddenDrift {
  /**
   * The distances at some steps.
   *
   * @param sequences N
   * @param bandwidth of the discrepancy's kernel
   * @param centroid at each step
   * @param centroidWithin at each step, what it would be about if the modes did not differ
   * @param pair at each step
   * @param pairWithin at each step, among teacher-forced states
   * @param mmd at each step, squared
   * @param mmdWithin at each step, of two halves of the teacher-forced states; not a number with
   *     less than four sequences
   */
  public record Result(
      int sequences,
      double bandwidth,
      List<Double> centroid,
      List<Double> centroidWithin,
      List<Double> pair,
      List<Double> pairWithin,
      List<Double> mmd,
      List<Double> mmdWithin)
      implements Serializable {
    /** Of no step yet. */
    Result(int sequences, double bandwidth) {
      this(
          sequences,
          bandwidth,
          new ArrayList<>(),
          new ArrayList<>(),
          new ArrayList<>(),
          new ArrayList<>(),
          new ArrayList<>(),
          new ArrayList<>());
    }

    /** Mean over the steps. */
    public static double mean(List<Double> steps) {
      return steps.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }
  }

  /** Rows of a tape: what bounds memory is a pass, not the sequences' length. */
  private static final int TAPE_ROWS = 8192;

  private final Generator generator;
  private final int threads;

  /**
   * For a generator.
   *
   * @param threads that compute the distances, at least 1
   */
  public HiddenDrift(Generator generator, int threads) {
    this.generator = generator;
    this.threads = threads;
  }

  /**
   * Measures at every step.
   *
   * @param sequences N of the same length T, at least two
   */
  public Result measure(List<Sequence> sequences, SplittableRandom random) {
    Result result = new Result(sequences.size(), bandwidth(sequences));
    StepDistances distances =
        new StepDistances(sequences.size(), width(), result.bandwidth(), threads);
    walk(sequences, random, step -> true, (step, states) -> distances.add(states, result));
    return result;
  }

  /**
   * Measures beyond the training length: at each multiple m, over the L steps that end after m L.
   *
   * @param sequences N of the same length, at least two and as long as the largest multiple
   * @param length L
   * @param bandwidth of the discrepancy, as {@link #measure} found it
   */
  public SortedMap<Integer, Result> atMultiples(
      List<Sequence> sequences,
      int length,
      List<Integer> multiples,
      double bandwidth,
      SplittableRandom random) {
    StepDistances distances = new StepDistances(sequences.size(), width(), bandwidth, threads);
    SortedMap<Integer, Result> results = new TreeMap<>();
    multiples.forEach(m -> results.put(m, new Result(sequences.size(), bandwidth)));
    walk(
        sequences,
        random,
        step -> results.containsKey(step / length + 1),
        (step, states) -> distances.add(states, results.get(step / length + 1)));
    return results;
  }

  /**
   * The states of both modes after the last step.
   *
   * @param sequences N of the same length
   * @return [2N][layers·H], the teacher-forced ones first
   */
  public double[][] lastStates(List<Sequence> sequences, SplittableRandom random) {
    int last = sequences.get(0).length() - 1;
    List<double[]> rows = new ArrayList<>();
    walk(
        sequences,
        random,
        step -> step == last,
        (step, states) -> {
          for (double[] mode : List.of(states.teacherForced(), states.freeRunning())) {
            for (int at = 0; at < mode.length; at += width()) {
              rows.add(Arrays.copyOfRange(mode, at, at + width()));
            }
          }
        });
    return rows.toArray(double[][]::new);
  }

  private double bandwidth(List<Sequence> sequences) {
    List<Sequence> some =
        IntStream.of(StepDistances.forDiscrepancy(sequences.size()))
            .mapToObj(sequences::get)
            .toList();
    // What runs free beside them is not looked at.
    double[][] states = lastStates(some, new SplittableRandom(0));
    double[] teacherForced =
        Arrays.stream(states).limit(some.size()).flatMapToDouble(Arrays::stream).toArray();
    PairDistances pairs = new PairDistances(some.size(), width(), threads);
    pairs.read(teacherForced, teacherForced);
    return pairs.medianWithinFirst();
  }

  /** Columns of a state. */
  private int width() {
    return generator.shape().layers() * generator.shape().hidden();
  }

  private interface Visitor {
    void visit(int step, ModeStates states);
  }

  /** Runs both modes, and shows the states after each of the wanted steps. */
  private void walk(
      List<Sequence> sequences, SplittableRandom random, IntPredicate wanted, Visitor visitor) {
    int n = sequences.size();
    int steps = sequences.get(0).length();
    AncestralSampler draws =
        AncestralSampler.of(random, steps, n, generator.uniforms(), Sharpness.AS_LEARNED);
    BothModes modes = new BothModes(generator, false);
    int chunk = Math.max(1, TAPE_ROWS / (2 * n));
    modes.start(SequenceBatch.of(sequences), chunk, draws, 0);
    ModeStates states = new ModeStates(n, generator.shape().layers(), generator.shape().hidden());
    for (int from = 0; from < steps; from += chunk) {
      GeneratorTape tape = modes.next();
      for (int step = from; step < Math.min(steps, from + chunk); step++) {
        if (wanted.test(step)) {
          states.read(tape, step - from);
          visitor.visit(step, states);
        }
      }
    }
  }
}
