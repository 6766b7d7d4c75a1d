package dev.lockstep.walkback;

import dev.lockstep.model.SequenceBatch;
import dev.lockstep.nn.kernel.Matrix;
import dev.lockstep.objective.Objective;
import dev.lockstep.objective.StepMetrics;
import dev.lockstep.objective.Update;
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
public final class VariationalWalkback implements Objective {
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
  public void refresh() {
    // Nothing is derived from the parameters.
  }

  /**
   * One walk from each of the minibatch's sequences, which are single steps.
   *
   * @return with {@code nll} the upper bound on the mean surprisal of the points, nats
   */
  @Override
  public StepMetrics step(SequenceBatch batch, long update, SplittableRandom random) {
    int cold = random.nextInt(options.mostCold() + 1);
    double[] starts = points(batch);
    Walk walk = walk(starts, cold, operator.noise(random));
    operator.renewPrior(walk.end(), Math.max(RENEWED, 1.0 / (update + 1)));
    double bound =
        Arrays.stream(walk.logWeights(operator.logPriors(walk.end()))).average().orElseThrow();
    return StepMetrics.likelihoodOnly(batch.sequences(), -bound);
  }

  private double[] points(SequenceBatch batch) {
    int d = operator.dimensions();
    double[] points = new double[batch.sequences() * d];
    for (int n = 0; n < batch.sequences(); n++) {
      float[] values = batch.sequence(n).values();
      for (int i = 0; i < d; i++) {
        points[n * d + i] = values[i];
      }
    }
    return points;
  }

  /** Walks away from some states and learns the way back. */
  Walk walk(double[] starts, int cold, WalkNoise noise) {
    int rows = starts.length / operator.dimensions();
    int steps = options.temperatures().steps(cold);
    double[] logReverse = new double[rows];
    double[] logForward = new double[rows];
    double[] logs = new double[rows];
    Accumulated gradient = new Accumulated();
    double[] states = starts;
    for (int t = 1; t <= steps; t++) {
      double temperature = options.temperatures().at(t, cold);
      double[] from = states;
      double[] next = new double[from.length];
      int step = t;
      operator.train(
          t,
          from,
          outputs -> {
            operator.draw(step, from, outputs, temperature, noise, next, logs);
            Walk.add(logs, logForward);
            return null;
          });
      operator.train(
          t,
          next,
          outputs -> {
            double[] slopes = operator.slopes(next, outputs, temperature, from, logs);
            Walk.add(logs, logReverse);
            return slopes;
          });
      if (options.online()) {
        update();
      } else {
        gradient.add();
      }
      states = next;
    }
    if (!options.online()) {
      gradient.restore();
      update();
    }
    return new Walk(states, logReverse, logForward);
  }

  private void update() {
    Update.apply(operator.network(), operator.kernels(), options.gradientClip());
  }

  /** The sum of a walk's gradients, as each backward pass overwrites the network's. */
  private final class Accumulated {
    private final Matrix last = Matrix.ofVector(operator.network().getGradientsViewArray());
    private Matrix sum;

    void add() {
      if (sum == null) {
        sum = Matrix.zeros(last.type(), 1, last.columns());
      }
      operator.kernels().add(last, sum);
    }

    void restore() {
      operator.kernels().copy(sum, last);
    }
  }
}
