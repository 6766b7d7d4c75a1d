package dev.lockstep.objective;

import dev.lockstep.decode.AncestralSampler;
import dev.lockstep.model.Behaviour;
import dev.lockstep.model.Discriminator;
import dev.lockstep.model.DiscriminatorTape;
import dev.lockstep.model.Generator;
import dev.lockstep.model.GeneratorTape;
import dev.lockstep.model.SampledWords;
import dev.lockstep.model.SequenceBatch;
import dev.lockstep.model.StepSource;
import dev.lockstep.nn.kernel.Matrix;
import dev.lockstep.output.Sharpness;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * Professor Forcing (Lamb, Goyal et al., NIPS 2016, section 2).
 *
 * <p>One pass of 2N rows runs the generator in both modes: rows 0 … N−1 are teacher-forced, the
 * others free-running. The discriminator tells the modes apart by their behaviour and is trained on
 * C_d; the generator is trained on NLL + λ C_f, or NLL + λ (C_f + C_t), where the NLL is that of
 * sequences, each the sum over its steps (equation 2.2 of the thesis): like C_f and C_t it is a
 * mean over sequences. Samples are constants: gradient flows through the hidden states and outputs
 * of the free-running rows, not through drawing them.
 *
 * <p>With {@link UpdateOrder#SIMULTANEOUS} both networks are updated from the same pass: since a
 * sequence has one score, the slopes at the behaviour that C_f sends are those of C_d, rescaled
 * sequence by sequence, so one backward pass of the discriminator serves both.
 */
public final class ProfessorForcing implements Objective {
  /** Which discriminator the generator hears. */
  public enum UpdateOrder {
    /** The one that judged this minibatch: both networks move at once. */
    SIMULTANEOUS,
    /** The one that has just learned from this minibatch, which is asked again. */
    DISCRIMINATOR_FIRST
  }

  /**
   * The choices that this objective leaves open.
   *
   * @param behaviour what the discriminator sees
   * @param adversarialWeight λ of C_f (and C_t) in the generator's loss
   * @param matchTeacherForced whether C_t is added
   * @param gates the accuracy bounds
   * @param updates how the generator is updated
   * @param discriminatorGradientClip largest L2 norm of the gradient of C_d, or 0 for no bound
   * @param order of the updates
   * @param window steps whose gates are held, or 0 for all
   * @param freeRunningLength steps that a free-running sequence goes on for, from minibatch to
   *     minibatch, until {@link Objective#refresh}; 0 for no further than its own
   */
  public record Options(
      Behaviour behaviour,
      double adversarialWeight,
      boolean matchTeacherForced,
      Gates gates,
      GeneratorUpdates updates,
      double discriminatorGradientClip,
      UpdateOrder order,
      int window,
      int freeRunningLength) {
    /** The paper's: λ = 1, its gates, both networks updated at once, and no bound on a gradient. */
    public static Options paper(Behaviour behaviour) {
      return new Options(
          behaviour,
          /* adversarialWeight= */ 1,
          /* matchTeacherForced= */ false,
          new Gates(0.75, 0.99),
          GeneratorUpdates.PLAIN,
          /* discriminatorGradientClip= */ 0,
          UpdateOrder.SIMULTANEOUS,
          /* window= */ 0,
          /* freeRunningLength= */ 0);
    }

    /** The same with another λ, and C_t added to C_f where asked. */
    public Options withAdversarial(double weight, boolean matching) {
      return new Options(
          behaviour,
          weight,
          matching,
          gates,
          updates,
          discriminatorGradientClip,
          order,
          window,
          freeRunningLength);
    }

    /** The same with other bounds on the accuracy. */
    public Options withGates(Gates bounds) {
      return new Options(
          behaviour,
          adversarialWeight,
          matchTeacherForced,
          bounds,
          updates,
          discriminatorGradientClip,
          order,
          window,
          freeRunningLength);
    }

    /** The same with other updates of the networks, in another order. */
    public Options withUpdates(
        GeneratorUpdates generator, double discriminatorClip, UpdateOrder which) {
      return new Options(
          behaviour,
          adversarialWeight,
          matchTeacherForced,
          gates,
          generator,
          discriminatorClip,
          which,
          window,
          freeRunningLength);
    }

    /** The same with so many steps whose gates are held; 0 for all. */
    public Options withWindow(int steps) {
      return new Options(
          behaviour,
          adversarialWeight,
          matchTeacherForced,
          gates,
          updates,
          discriminatorGradientClip,
          order,
          steps,
          freeRunningLength);
    }

    /** The same with free-running sequences that go on for so many steps; 0 for their own. */
    public Options withFreeRunningLength(int steps) {
      return new Options(
          behaviour,
          adversarialWeight,
          matchTeacherForced,
          gates,
          updates,
          discriminatorGradientClip,
          order,
          window,
          steps);
    }
  }

  private final Generator generator;
  private final Discriminator discriminator;
  private final Options options;
  private final Optional<WordSampler> sampler;
  private GeneratorTape tape;
  private DiscriminatorTape judgement;

  /** [T·2N] of 0 and 1, or null where no step of either mode is padding. */
  private float[] mask;

  /** Steps that the free-running sequences on the tape have, and what they depend on. */
  private int freeRunningSteps;

  private int[][] freeRunningConditions;

  /** Whether the tape holds states that the next minibatch's teacher-forced rows may go on from. */
  private boolean goesOn;

  /** An objective over both networks. */
  public ProfessorForcing(Generator generator, Discriminator discriminator, Options options) {
    this(generator, discriminator, options, Optional.empty());
  }

  /**
   * The same with the likelihood by a softmax over some words. What runs free is drawn from the
   * softmax over the whole vocabulary all the same.
   *
   * @param sampler draws them; empty for the whole vocabulary
   */
  public ProfessorForcing(
      Generator generator,
      Discriminator discriminator,
      Options options,
      Optional<WordSampler> sampler) {
    if (sampler.isPresent() && options.behaviour().hasProbabilities()) {
      throw new IllegalArgumentException("where words are sampled there are no probabilities");
    }
    this.sampler = sampler;
    this.generator = generator;
    this.discriminator = discriminator;
    this.options = options;
    refresh();
  }

  @Override
  public List<MultiLayerNetwork> networks() {
    List<MultiLayerNetwork> all = new ArrayList<>(generator.networks());
    all.add(discriminator.network());
    return all;
  }

  @Override
  public void refresh() {
    freeRunningSteps = 0;
    goesOn = false;
    if (tape != null) {
      tape.forgetTexts();
    }
    renew();
  }

  private void renew() {
    generator.refresh();
    discriminator.refresh();
  }

  @Override
  public StepMetrics step(SequenceBatch batch, long update, SplittableRandom random) {
    GeneratorTape before = tape;
    prepareTapes(batch);
    tape.drawMasks(random);
    start(batch, before);
    StepSource source = bothModes(batch, random);
    run(batch, source);
    SampledWords words = sampler.map(s -> s.draw(batch, random)).orElse(null);
    List<Matrix> behaviour = score();

    AdversarialLosses losses = new AdversarialLosses(judgement.scores());
    double[] weights = Likelihood.weights(batch, tape.rows());
    double accuracy = losses.accuracy();
    boolean hears = options.gates().generatorHears(accuracy);
    boolean learns = options.gates().discriminatorLearns(accuracy);
    GradientNorms norms = GradientNorms.NONE;
    if (options.updates().measures(update)) {
      norms = measure(losses, weights, words, () -> runAgain(batch, source));
      behaviour = score();
    }

    boolean first = learns && options.order() == UpdateOrder.DISCRIMINATOR_FIRST;
    List<Matrix> slopes = null;
    if (learns || hears) {
      slopes = backward(losses, hears && !first);
    }
    if (first) {
      updateDiscriminator();
      slopes = hears ? askAgain(behaviour) : null;
    }
    backward(weights, words, slopes);
    options.updates().apply(generator, batch);
    if (learns && options.order() == UpdateOrder.SIMULTANEOUS) {
      updateDiscriminator();
    }
    renew();
    return new StepMetrics(
        batch.symbols(),
        Likelihood.perStep(batch, tape.surprisal(), weights),
        losses.discriminator(),
        losses.freeRunning(),
        losses.teacherForced(),
        accuracy,
        hears,
        learns,
        Double.NaN,
        norms);
  }

  /** The discriminator reads what stands on the generator's tape; what it read. */
  private List<Matrix> score() {
    judgement.mask(mask);
    List<Matrix> behaviour = generator.behaviour(tape, options.behaviour());
    discriminator.run(judgement, behaviour);
    return behaviour;
  }

  /**
   * The norms of the gradients of the two parts of the generator's loss, each by a backward pass of
   * its own. A backward pass overwrites what it goes by, so both modes run again after each, from
   * the same draws; the step then goes on as if nothing had been measured.
   *
   * @param again runs both modes once more
   */
  private GradientNorms measure(
      AdversarialLosses losses, double[] weights, SampledWords words, Runnable again) {
    backward(weights, words, null);
    double nll = GradientNorms.of(generator.networks(), generator.kernels());
    again.run();
    score();
    double[] ratios = losses.generatorRatios(options.matchTeacherForced(), 1);
    List<Matrix> slopes = discriminator.backward(judgement, losses.discriminatorSlopes(), ratios);
    backward(new double[weights.length], words, slopes);
    double adversarial = GradientNorms.of(generator.networks(), generator.kernels());
    again.run();
    return new GradientNorms(nll, adversarial);
  }

  /** Writes the generator's gradient. */
  private void backward(double[] weights, SampledWords words, List<Matrix> slopes) {
    if (words == null) {
      generator.backward(tape, weights, options.behaviour(), slopes);
    } else {
      generator.backward(tape, weights, words, options.behaviour(), slopes);
    }
  }

  private void updateDiscriminator() {
    Update.apply(discriminator.network(), generator.kernels(), options.discriminatorGradientClip());
  }

  /** What the updated discriminator makes of the same behaviour, with the slopes of that. */
  private List<Matrix> askAgain(List<Matrix> behaviour) {
    discriminator.refresh();
    discriminator.run(judgement, behaviour);
    return backward(new AdversarialLosses(judgement.scores()), true);
  }

  /**
   * The discriminator's gradient and, where the generator hears it, the slopes at the behaviour.
   */
  private List<Matrix> backward(AdversarialLosses losses, boolean heard) {
    double[] ratios =
        heard
            ? losses.generatorRatios(options.matchTeacherForced(), options.adversarialWeight())
            : null;
    return discriminator.backward(judgement, losses.discriminatorSlopes(), ratios);
  }

  private void prepareTapes(SequenceBatch batch) {
    int rows = 2 * batch.sequences();
    if (tape == null || !tape.fits(batch.steps(), rows)) {
      boolean holdOutputs = options.behaviour().hasProbabilities();
      tape =
          sampler.isPresent()
              ? generator.sampledTape(
                  batch.steps(), rows, options.window(), rows / 2, sampler.get().count())
              : generator.tape(batch.steps(), rows, options.window(), holdOutputs);
      tape.dropping(options.updates().dropout());
      freeRunningSteps = 0;
      judgement = discriminator.tape(batch.steps(), rows, options.window());
    }
    mask = mask(batch);
    tape.mask(mask);
  }

  /**
   * Free-running rows are padded as the sequences are whose place they take, but for those that end
   * by themselves, and those that go on in the next minibatch: these may have all steps of the
   * tape.
   */
  private float[] mask(SequenceBatch batch) {
    float[] both = batch.mask(2);
    int n = batch.sequences();
    if (both == null && generator.ends()) {
      both = new float[batch.steps() * 2 * n];
      Arrays.fill(both, 1);
    } else if (both != null && (generator.ends() || options.freeRunningLength() > 0)) {
      for (int from = n; from < both.length; from += 2 * n) {
        Arrays.fill(both, from, from + n, 1);
      }
    }
    return both;
  }

  /**
   * A row that has emitted the end symbol, which is the last of any sequence, has no more steps.
   */
  private void endRow(SequenceBatch batch, int step, int row) {
    int at = step * tape.rows() + row;
    if (tape.outputs()[at] == batch.token(batch.length(0) - 1, 0)) {
      for (int later = at + tape.rows(); later < mask.length; later += tape.rows()) {
        mask[later] = 0;
      }
    }
  }

  /**
   * Teacher-forced rows start, or go on where those of the minibatch before ended; free-running
   * ones go on, if they may and there is room.
   *
   * @param before the tape of the minibatch before, or null if this is the first
   */
  private void start(SequenceBatch batch, GeneratorTape before) {
    startFreeRunning(batch);
    if (goesOn) {
      tape.carryOver(before, 0, batch.sequences());
    }
    goesOn = options.updates().carriesState();
  }

  /** Starts all rows, but free-running ones that go on. */
  private void startFreeRunning(SequenceBatch batch) {
    int n = batch.sequences();
    int[][] conditions = batch.conditions();
    if (freeRunningSteps == 0 || freeRunningSteps + batch.steps() > options.freeRunningLength()) {
      freeRunningSteps = 0;
      freeRunningConditions = conditions;
      generator.start(tape, conditions);
    } else {
      tape.carryOver(n, 2 * n);
      tape.start(0, n);
      generator.condition(
          tape,
          Stream.of(conditions, freeRunningConditions)
              .flatMap(Arrays::stream)
              .toArray(int[][]::new));
    }
    freeRunningSteps += batch.steps();
  }

  /** Where the next symbol or vector of each row comes from: the data, or a draw. */
  private StepSource bothModes(SequenceBatch batch, SplittableRandom random) {
    int n = batch.sequences();
    AncestralSampler draws =
        AncestralSampler.of(random, batch.steps(), n, generator.uniforms(), Sharpness.AS_LEARNED);
    return (step, row, output) -> {
      if (row < n) {
        batch.emit(step, row, output);
      } else {
        draws.draw(step, row - n, output);
        if (generator.ends()) {
          endRow(batch, step, row);
        }
      }
    };
  }

  /** Runs both modes once more from where they started, also the encoder if there is one. */
  private void runAgain(SequenceBatch batch, StepSource source) {
    // Where rows go on there is no encoder, and what they started from is still there.
    boolean carried = options.updates().carriesState() || freeRunningSteps > batch.steps();
    if (!carried) {
      generator.start(tape, batch.conditions());
    }
    run(batch, source);
  }

  private void run(SequenceBatch batch, StepSource source) {
    if (sampler.isPresent()) {
      generator.run(tape, batch, source);
    } else {
      generator.run(tape, source);
    }
  }
}
