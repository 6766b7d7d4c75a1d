package dev.lockstep.objective;

import dev.lockstep.config.DiscriminatorSettings.Behaviour;
import dev.lockstep.decode.AncestralSampler;
import dev.lockstep.model.BehaviourGradients;
import dev.lockstep.model.Dropout;
import dev.lockstep.model.Generator;
import dev.lockstep.model.GeneratorTape;
import dev.lockstep.model.SampledWords;
import dev.lockstep.model.SequenceBatch;
import dev.lockstep.model.StepOutput;
import dev.lockstep.nn.kernel.Matrix;
import dev.lockstep.output.Sharpness;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * A pass of a generator in both modes at once, over 2N rows: rows 0 … N−1 are teacher-forced,
 * reading N sequences; rows N … 2N−1 run free, reading their own draws, and depend on what these
 * sequences depend on. Training {@link #run runs} a minibatch whole and goes backward; measurements
 * {@link #start start} long sequences and take them {@link #next some steps at a time}.
 *
 * <p>In training a free-running row has as many steps as the sequence whose place it takes; one
 * that has drawn the end symbol, where sequences have one, has no more, and one without has all T.
 */
public final class TwoModePass {
  /**
   * What there is to choose.
   *
   * @param holdsProbabilities whether those of all steps are held, as a behaviour may need
   * @param recomputeSegment steps whose gates are held, or 0 for all
   * @param freeRunningLength steps that a free-running sequence goes on for, from minibatch to
   *     minibatch, until {@link #reset}; 0 for no further than its own
   * @param dropout in the passes
   * @param carriesState whether a teacher-forced row starts from the state in which the same row of
   *     the minibatch before ended, until {@link #reset}
   */
  public record Options(
      boolean holdsProbabilities,
      int recomputeSegment,
      int freeRunningLength,
      Dropout dropout,
      boolean carriesState) {
    /** For passes that only go forward, every row from the start. */
    public static Options measuring(boolean holdsProbabilities) {
      return new Options(holdsProbabilities, 1, 0, Dropout.NONE, false);
    }
  }

  private final Generator generator;
  private final Options options;
  private final Optional<WordSampler> sampler;

  private Optional<GeneratorTape> memory = Optional.empty();
  private Optional<SampledWords> words = Optional.empty();
  private Optional<float[]> mask = Optional.empty();
  private SequenceBatch batch;
  private AncestralSampler draws;

  /** The sampler's row for the first free-running row. */
  private int firstDraw;

  /** The step of the sequences that is the pass's first. */
  private int firstStep;

  /** Steps that the free-running sequences have had, with those of the pass. */
  private int freeRunningSteps;

  private int[][] freeRunningConditions;

  /** Whether the next minibatch's teacher-forced rows start from states of the last pass. */
  private boolean carries;

  /**
   * A pass that has not run.
   *
   * @param sampler draws the words that stand for the vocabulary in the likelihood of the
   *     teacher-forced rows; empty for the whole vocabulary. What runs free is drawn from the whole
   *     vocabulary in any case
   */
  public TwoModePass(Generator generator, Options options, Optional<WordSampler> sampler) {
    if (sampler.isPresent() && options.holdsProbabilities()) {
      throw new IllegalArgumentException("where words are sampled there are no probabilities");
    }
    this.generator = generator;
    this.options = options;
    this.sampler = sampler;
  }

  /** Makes the next minibatch's rows all start anew. */
  public void reset() {
    freeRunningSteps = 0;
    carries = false;
    memory.ifPresent(GeneratorTape::forgetTexts);
  }

  /** Runs a minibatch. */
  public void run(SequenceBatch minibatch, SplittableRandom random) {
    Optional<GeneratorTape> before = memory;
    batch = minibatch;
    allocate(batch.steps());
    mask = mask();
    tape().mask(mask);
    tape().drawMasks(random);
    start(before);
    draws =
        AncestralSampler.of(
            random, batch.steps(), batch.sequences(), generator.uniforms(), Sharpness.AS_LEARNED);
    firstDraw = 0;
    firstStep = 0;
    run();
    words = sampler.map(s -> s.draw(batch, random));
  }

  /**
   * Runs the same minibatch once more, from the same states and with the same draws, after a
   * backward pass has overwritten the activations.
   */
  public void rerun() {
    // Where rows go on there is no encoder, and what they started from is still there.
    boolean carried = options.carriesState() || freeRunningSteps > batch.steps();
    if (!carried) {
      generator.start(tape(), batch.conditions());
    }
    run();
  }

  /**
   * Starts sequences that {@link #next} takes some steps at a time.
   *
   * @param sequences N of the same length
   * @param segment steps of one pass, or all T if that is less
   * @param sampler what the free-running rows draw from
   * @param firstRow the sampler's row for the first of them
   */
  public void start(SequenceBatch sequences, int segment, AncestralSampler sampler, int firstRow) {
    batch = sequences;
    allocate(Math.min(segment, batch.steps()));
    draws = sampler;
    firstDraw = firstRow;
    firstStep = -tape().steps();
    generator.start(tape(), batch.conditions());
  }

  /**
   * Runs the next steps, which may go beyond the sequences' end; what they give there means
   * nothing.
   *
   * @return the activations, overwritten by the next pass
   */
  public GeneratorTape next() {
    firstStep += tape().steps();
    if (firstStep > 0) {
      tape().carryOver();
    }
    run();
    return tape();
  }

  /** The step of the sequences that is the first of the last pass, from 0. */
  public int firstStep() {
    return firstStep;
  }

  /** What the discriminator sees: matrices of T·2N rows that stand side by side. */
  public List<Matrix> behaviour(Behaviour kind) {
    return generator.behaviour(tape(), kind);
  }

  /** [T·2N] of 0 and 1: which steps are real; empty where all are. */
  public Optional<float[]> realSteps() {
    return mask;
  }

  /** T. */
  public int steps() {
    return tape().steps();
  }

  /** 2N. */
  public int rows() {
    return tape().rows();
  }

  /**
   * [T·2N]: the negative log-likelihood of what was emitted, nats; that of sampled words after
   * {@link #backward}.
   */
  public double[] nll() {
    return tape().surprisal();
  }

  /**
   * Writes the gradient of a loss into the generator's gradient vectors. No gradient flows through
   * the draws.
   *
   * @param weights [T·2N] of the negative log-likelihoods in the loss
   * @param gradients of what else is in the loss, at the behaviour
   */
  public void backward(double[] weights, BehaviourGradients gradients) {
    if (words.isPresent()) {
      generator.backward(tape(), weights, words.get(), gradients);
    } else {
      generator.backward(tape(), weights, gradients);
    }
  }

  private GeneratorTape tape() {
    return memory.orElseThrow();
  }

  private void allocate(int steps) {
    int rows = 2 * batch.sequences();
    if (memory.isEmpty() || !tape().fits(steps, rows)) {
      memory = Optional.of(tape(steps, rows).dropping(options.dropout()));
      freeRunningSteps = 0;
    }
  }

  private GeneratorTape tape(int steps, int rows) {
    int segment = options.recomputeSegment();
    return sampler
        .map(s -> generator.sampledTape(steps, rows, segment, rows / 2, s.count()))
        .orElseGet(() -> generator.tape(steps, rows, segment, options.holdsProbabilities()));
  }

  private Optional<float[]> mask() {
    int n = batch.sequences();
    Optional<float[]> both = batch.mask(2);
    if (both.isEmpty() && generator.ends()) {
      float[] all = new float[batch.steps() * 2 * n];
      Arrays.fill(all, 1);
      return Optional.of(all);
    }
    if (generator.ends() || options.freeRunningLength() > 0) {
      both.ifPresent(
          real -> {
            for (int from = n; from < real.length; from += 2 * n) {
              Arrays.fill(real, from, from + n, 1);
            }
          });
    }
    return both;
  }

  private void start(Optional<GeneratorTape> before) {
    startFreeRunning();
    if (carries) {
      tape().carryOver(before.orElseThrow(), 0, batch.sequences());
    }
    carries = options.carriesState();
  }

  /** Starts all rows, except free-running ones that go on. */
  private void startFreeRunning() {
    int n = batch.sequences();
    int[][] conditions = batch.conditions();
    if (freeRunningSteps == 0 || freeRunningSteps + batch.steps() > options.freeRunningLength()) {
      freeRunningSteps = 0;
      freeRunningConditions = conditions;
      generator.start(tape(), conditions);
    } else {
      tape().carryOver(n, 2 * n);
      tape().start(0, n);
      generator.condition(
          tape(),
          Stream.of(conditions, freeRunningConditions)
              .flatMap(Arrays::stream)
              .toArray(int[][]::new));
    }
    freeRunningSteps += batch.steps();
  }

  private void run() {
    if (sampler.isPresent()) {
      generator.run(tape(), batch, this::emit);
    } else {
      generator.run(tape(), this::emit);
    }
  }

  /** The next symbol or vector of a row: from the data, or drawn. */
  private void emit(int step, int row, StepOutput output) {
    int n = batch.sequences();
    int at = Math.min(firstStep + step, batch.steps() - 1);
    if (row < n) {
      batch.emit(at, row, output);
    } else {
      draws.draw(at, firstDraw + row - n, output);
      if (generator.ends()) {
        mask.ifPresent(real -> endRow(real, step, row));
      }
    }
  }

  /** Masks what comes after the end symbol, which is the last of any sequence of the data. */
  private void endRow(float[] real, int step, int row) {
    int at = step * rows() + row;
    if (tape().outputs()[at] == batch.token(batch.length(0) - 1, 0)) {
      for (int later = at + rows(); later < real.length; later += rows()) {
        real[later] = 0;
      }
    }
  }
}
