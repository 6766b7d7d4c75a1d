package dev.lockstep.spark;

import dev.lockstep.config.GenerateSettings;
import dev.lockstep.config.Settings;
import dev.lockstep.random.RandomStreams;
import dev.lockstep.random.RandomStreams.Purpose;
import dev.lockstep.training.WalkNetworks;
import dev.lockstep.walkback.Chain;
import dev.lockstep.walkback.Temperatures;
import dev.lockstep.walkback.TransitionOperator;
import dev.lockstep.walkback.WalkNoise;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What {@code generate} draws by a transition operator: chains that begin in the noise that walks
 * end in, cool by halves and go on at temperature 1. A chain is a function of the checkpoint, the
 * settings and its number.
 *
 * @param frames states of the chains, each count·D, the last one what the chains end in
 * @param steps after how many steps each frame is
 * @param means of a step at temperature 1 from the points that were asked for
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
record WalkChains(List<double[]> frames, int[] steps, double[] means) implements Serializable {
  /**
   * Runs the chains.
   *
   * @param clamp what is given of each, with no dimension given if nothing is
   * @param field points whose means are wanted, G·D
   */
  static WalkChains run(
      TransitionOperator operator, Settings settings, Chain.Clamp clamp, double[] field) {
    GenerateSettings asked = settings.generate();
    int cold = asked.walkback().stepsAtTemperatureOne();
    int trained = Math.min(cold, settings.objective().walkback().stepsAtTemperatureOne());
    Temperatures temperatures = WalkNetworks.temperatures(settings);
    Frames frames = new Frames(shown(temperatures.steps(cold), asked.walkback().frames()));
    Chain chain = Chain.fromPrior(operator, asked.count(), noise(operator, asked.seed()));
    chain.clamp(clamp);
    frames.pass(chain);
    chain.cool(temperatures, trained, () -> frames.pass(chain));
    for (int step = trained; step < cold; step++) {
      chain.step();
      frames.pass(chain);
    }
    double[] means =
        field.length == 0 ? field : operator.means(field, operator.outputs(1, field), 1);
    return new WalkChains(frames.kept, frames.shown, means);
  }

  private static WalkNoise noise(TransitionOperator operator, long seed) {
    return (step, row, noise) -> {
      SplittableRandom random = RandomStreams.stream(seed, Purpose.GENERATION, row, step);
      operator.transition().fill(noise, random);
    };
  }

  /** Evenly spread steps of so many, the last among them and, of two or more, the first. */
  static int[] shown(int last, int frames) {
    int count = Math.min(frames, last + 1);
    int[] steps = new int[count];
    for (int i = 0; i < count; i++) {
      steps[i] = count == 1 ? last : (int) Math.round((double) i * last / (count - 1));
    }
    return steps;
  }

  /** The states that are shown, as they come by. */
  private static final class Frames {
    private final int[] shown;
    private final List<double[]> kept = new ArrayList<>();
    private int passed;

    Frames(int[] shown) {
      this.shown = shown;
    }

    void pass(Chain chain) {
      if (kept.size() < shown.length && passed == shown[kept.size()]) {
        kept.add(chain.states());
      }
      passed++;
    }
  }
}
