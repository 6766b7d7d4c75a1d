package dev.lockstep.walkback;

import dev.lockstep.algorithm.TrainingAlgorithm;
import dev.lockstep.algorithm.TrainingMetrics;
import dev.lockstep.algorithm.Update;
import dev.lockstep.model.Sequence;
import dev.lockstep.model.SequenceBatch;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * Variational Walkback (algorithm 1 of the paper). Walks start at the minibatch's points; n, the
 * steps before they heat up, is drawn anew for each minibatch. The operator learns to make each
 * reverse step likely: the loss is −mean Σ_t log p_{T_t}(s_{t−1} | s_t), the states being
 * constants.
 */
public final class VariationalWalkback implements TrainingAlgorithm {
  /** Share of p*'s moments that a minibatch's walks replace. */
  private static final double RENEWED = 0.01;

  private final TransitionOperator operator;
  private final Options options;

  /**
   * What there is to choose.
   *
   * @param temperatures of the walk
   * @param mostCold N₁, the largest n
   * @param online whether the parameters move after each step of a walk; else once, by the sum of
   *     the steps' gradients
   * @param gradientClip largest L2 norm of the gradient, or 0 for no bound
   */
  public record Options(
      Temperatures temperatures, int mostCold, boolean online, double gradientClip) {}

  /** An objective over an operator. */
  public VariationalWalkback(TransitionOperator operator, Options options) {
    this.operator = operator;
    this.options = options;
  }

  @Override
  public List<MultiLayerNetwork> networks() {
    return List.of(operator.network());
  }

  @Override
  public void parametersChanged() {
    operator.parametersChanged();
  }

  /**
   * One walk from each of the minibatch's sequences, which are single steps.
   *
   * @return with {@code nll} the upper bound on the mean nll of the points, nats
   */
  @Override
  public TrainingMetrics step(SequenceBatch batch, long update, SplittableRandom random) {
    int cold = random.nextInt(options.mostCold() + 1);
    double[] starts = Sequence.points(batch.list());
    Walk walk = walk(starts, cold, operator.noise(random));
    operator.renewPrior(walk.end(), Math.max(RENEWED, 1.0 / (update + 1)));
    double bound =
        Arrays.stream(walk.logWeights(operator.logPriors(walk.end()))).average().orElseThrow();
    return TrainingMetrics.likelihoodOnly(batch.sequences(), -bound);
  }

  /**
   * Walks away from some states and learns the way back.
   *
   * @param starts s_0, N·D
   * @param cold n, steps before the walk heats up
   */
  public Walk walk(double[] starts, int cold, WalkNoise noise) {
    Walk walk = new Learning(starts.length / operator.dimensions(), cold, noise).walk(starts);
    if (!options.online() && options.temperatures().steps(cold) > 0) {
      update();
    }
    return walk;
  }

  private void update() {
    Update.apply(operator.network(), operator.kernels(), options.gradientClip());
    operator.parametersChanged();
  }

  /** Makes the gradient of each step back, of which an online walk learns at once. */
  private final class Learning extends Walker {
    private final double weight;

    Learning(int rows, int cold, WalkNoise noise) {
      super(operator, options.temperatures(), cold, noise);
      this.weight = -1.0 / rows;
    }

    /** Where the parameters stay and are the same at both steps. */
    @Override
    boolean shareOnePass(int step) {
      return !options.online() && operator.sharesParameters(step, step + 1);
    }

    @Override
    void sampleForward(int step, double[] states, TransitionOperator.Visit draw) {
      operator.visit(step, states, /* training= */ true, draw);
    }

    @Override
    void scoreReverse(int step, double[] states, TransitionOperator.Visit score) {
      operator.train(step, states, /* accumulate= */ !options.online() && step > 1, score);
      if (options.online()) {
        update();
      }
    }

    @Override
    double reverseLogDensity(
        NextState next, double temperature, double[] from, int n, double[] outputs, int o) {
      return next.gradients(temperature, from, n, weight, outputs, o);
    }
  }
}
