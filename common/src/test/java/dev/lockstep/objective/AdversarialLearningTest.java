package dev.lockstep.objective;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.config.DiscriminatorSettings.Behaviour;
import dev.lockstep.decode.AncestralSampler;
import dev.lockstep.model.BehaviourGradients;
import dev.lockstep.model.Discriminator;
import dev.lockstep.model.DiscriminatorTape;
import dev.lockstep.model.Generator;
import dev.lockstep.model.GeneratorTape;
import dev.lockstep.output.Sharpness;
import dev.lockstep.testing.Close;
import dev.lockstep.testing.Networks;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.Adam;

/**
 * C_f by itself, without any likelihood: against a discriminator that was trained and then held
 * still, it must make free-running behaviour pass for teacher-forced. The data rise by one symbol a
 * step from a random one on; the generator starts knowing nothing of them.
 */
class AdversarialLearningTest {
  private static final Generator.Shape SHAPE = new Generator.Shape(6, 4, 8, 1);
  private static final Behaviour BEHAVIOUR = Behaviour.HIDDEN_AND_PROBABILITIES;
  private static final int STEPS = 12;
  private static final int SEQUENCES = 24;
  private static final int ROWS = 2 * SEQUENCES;
  private static final double[] NO_LIKELIHOOD = new double[STEPS * ROWS];

  private final Generator generator = Networks.generator(SHAPE, new Adam(0.01), 1);
  private final Discriminator discriminator =
      Networks.discriminator(
          Generator.behaviourWidth(SHAPE, BEHAVIOUR), 12, new Adam(0.01), /* seed= */ 2);
  private final GeneratorTape tape = generator.tape(STEPS, ROWS);
  private final DiscriminatorTape judgement = discriminator.tape(STEPS, ROWS);
  private final SplittableRandom random = new SplittableRandom(3);

  @Test
  void freeRunningBehaviourLearnsToPassForTeacherForced() {
    for (int i = 0; i < 80; i++) {
      judgeFreshBehaviour();
      discriminator.backward(judgement, losses().gradients(1, false).discriminator());
      Update.apply(discriminator.network(), generator.kernels(), 0);
    }
    AdversarialLosses trained = judgeFreshBehaviour();
    double before = trained.freeRunning();
    assertThat(trained.accuracy()).as("after training").isGreaterThan(0.9);

    double[] still = Networks.parameters(discriminator.network());
    double[] start = Networks.parameters(generator.network());
    for (int i = 0; i < 80; i++) {
      judgeFreshBehaviour();
      BehaviourGradients gradients =
          losses()
              .gradients(1, false)
              .backward(discriminator, judgement, BEHAVIOUR, generator.kernels());
      generator.backward(tape, NO_LIKELIHOOD, gradients);
      Update.apply(generator.network(), generator.kernels(), 0);
    }
    AdversarialLosses fooled = judgeFreshBehaviour();
    Close.same("discriminator", Networks.parameters(discriminator.network()), still);
    assertThat(Arrays.mismatch(Networks.parameters(generator.network()), start)).isNotNegative();
    assertThat(fooled.accuracy()).as("after C_f").isLessThan(0.6);
    assertThat(fooled.freeRunning()).isLessThan(before / 4);
  }

  /** New data, new samples, both modes. */
  private AdversarialLosses judgeFreshBehaviour() {
    generator.refresh();
    discriminator.refresh();
    int[] first = random.ints(SEQUENCES, 0, SHAPE.vocabulary()).toArray();
    AncestralSampler sampler =
        AncestralSampler.of(random, STEPS, SEQUENCES, 1, new Sharpness(1, 0));
    tape.start();
    generator.run(
        tape,
        (step, row, p, offset) ->
            row < SEQUENCES
                ? (first[row] + step) % SHAPE.vocabulary()
                : sampler.draw(step, row - SEQUENCES, p, offset, SHAPE.vocabulary()));
    discriminator.score(judgement, generator.behaviour(tape, BEHAVIOUR));
    return losses();
  }

  private AdversarialLosses losses() {
    return new JensenShannonLosses(judgement.scores());
  }
}
