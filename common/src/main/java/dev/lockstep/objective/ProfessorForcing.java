package dev.lockstep.objective;

import dev.lockstep.decode.AncestralSampler;
import dev.lockstep.model.Behaviour;
import dev.lockstep.model.Discriminator;
import dev.lockstep.model.DiscriminatorTape;
import dev.lockstep.model.Generator;
import dev.lockstep.model.GeneratorTape;
import dev.lockstep.model.SequenceBatch;
import dev.lockstep.nn.kernel.Matrix;
import java.util.List;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * Professor Forcing (Lamb, Goyal et al., NIPS 2016, section 2).
 *
 * <p>One pass of 2N rows runs the generator in both modes: rows 0 … N−1 are teacher-forced, the
 * others free-running. The discriminator tells the modes apart by their behaviour and is trained on
 * C_d; the generator is trained on NLL + C_f (+ C_t). Samples are constants: gradient flows through
 * the hidden states and outputs of the free-running rows, not through drawing them.
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
   * @param matchTeacherForced whether C_t is added
   * @param gates the accuracy bounds
   * @param gradientClip largest L2 norm of each network's gradient, or 0 for no bound
   * @param order of the updates
   * @param window steps whose gates are held for the backward pass, or 0 for all
   */
  public record Options(
      Behaviour behaviour,
      boolean matchTeacherForced,
      Gates gates,
      double gradientClip,
      UpdateOrder order,
      int window) {}

  private final Generator generator;
  private final Discriminator discriminator;
  private final Options options;
  private GeneratorTape tape;
  private DiscriminatorTape judgement;

  public ProfessorForcing(Generator generator, Discriminator discriminator, Options options) {
    this.generator = generator;
    this.discriminator = discriminator;
    this.options = options;
    refresh();
  }

  @Override
  public List<MultiLayerNetwork> networks() {
    return List.of(generator.network(), discriminator.network());
  }

  @Override
  public void refresh() {
    generator.refresh();
    discriminator.refresh();
  }

  @Override
  public StepMetrics step(SequenceBatch batch, SplittableRandom random) {
    prepareTapes(batch);
    runBothModes(batch, random);
    List<Matrix> behaviour = generator.behaviour(tape, options.behaviour());
    discriminator.run(judgement, behaviour);

    AdversarialLosses losses = new AdversarialLosses(judgement.scores());
    double[] weights = Likelihood.weights(batch, tape.rows());
    StepMetrics metrics = metrics(batch, weights, losses);

    boolean first =
        metrics.discriminatorGate() && options.order() == UpdateOrder.DISCRIMINATOR_FIRST;
    List<Matrix> slopes = null;
    if (metrics.discriminatorGate() || metrics.generatorGate()) {
      slopes = backward(losses, metrics.generatorGate() && !first);
    }
    if (first) {
      update(discriminator.network());
      slopes = metrics.generatorGate() ? askAgain(behaviour) : null;
    }
    generator.backward(tape, weights, options.behaviour(), slopes);
    update(generator.network());
    if (metrics.discriminatorGate() && options.order() == UpdateOrder.SIMULTANEOUS) {
      update(discriminator.network());
    }
    refresh();
    return metrics;
  }

  private void update(MultiLayerNetwork network) {
    Update.apply(network, generator.kernels(), options.gradientClip());
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
    double[] ratios = heard ? losses.generatorRatios(options.matchTeacherForced()) : null;
    return discriminator.backward(judgement, losses.discriminatorSlopes(), ratios);
  }

  private void prepareTapes(SequenceBatch batch) {
    int rows = 2 * batch.sequences();
    if (tape == null || !tape.fits(batch.steps(), rows)) {
      tape = generator.tape(batch.steps(), rows, options.window());
      judgement = discriminator.tape(batch.steps(), rows, options.window());
    }
    float[] mask = batch.mask(2);
    tape.mask(mask);
    judgement.mask(mask);
  }

  private void runBothModes(SequenceBatch batch, SplittableRandom random) {
    int n = batch.sequences();
    AncestralSampler sampler = AncestralSampler.of(random, batch.steps(), n, 1);
    int vocabulary = generator.shape().vocabulary();
    tape.start(generator.startSymbol());
    generator.run(
        tape,
        (step, row, p, offset) ->
            row < n ? batch.token(step, row) : sampler.draw(step, row - n, p, offset, vocabulary));
  }

  private StepMetrics metrics(SequenceBatch batch, double[] weights, AdversarialLosses losses) {
    double accuracy = losses.accuracy();
    return new StepMetrics(
        batch.symbols(),
        Likelihood.nll(tape.surprisal(), weights),
        losses.discriminator(),
        losses.freeRunning(),
        losses.teacherForced(),
        accuracy,
        options.gates().generatorHears(accuracy),
        options.gates().discriminatorLearns(accuracy));
  }
}
