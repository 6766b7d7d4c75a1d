package dev.lockstep.algorithm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.model.Dropout;
import dev.lockstep.model.Generator;
import dev.lockstep.model.GeneratorActivations;
import dev.lockstep.model.SequenceBatch;
import dev.lockstep.testing.Close;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.learning.config.Sgd;

/** What steps of the likelihood drop. */
class DropoutTest {
  private static TeacherForcing teacherForcing(Dropout dropout, int segment) {
    GeneratorUpdates updates = GeneratorUpdates.PLAIN.withDropout(dropout);
    return new TeacherForcing(Steps.generator(new Sgd(0)), updates, segment, Optional.empty());
  }

  /** A pass by hand with what the step's stream draws first, for every minibatch anew. */
  @ParameterizedTest
  @CsvSource({"0.3, 0, 0", "0, 0.4, 2", "0.3, 0.4, 0"})
  void everyMinibatchDropsAnew(double input, double output, int segment) {
    Dropout dropout = new Dropout(input, output);
    TeacherForcing algorithm = teacherForcing(dropout, segment);
    Generator generator = Steps.generator(new Sgd(0));
    generator.parametersChanged();
    SequenceBatch batch = Steps.batch(false);
    SplittableRandom theirs = new SplittableRandom(8);
    SplittableRandom ours = new SplittableRandom(8);
    double last = 0;
    for (int update = 0; update < 3; update++) {
      GeneratorActivations activations =
          generator.activations(batch.steps(), batch.sequences()).dropping(dropout);
      activations.drawMasks(ours);
      activations.start();
      generator.run(activations, batch::emit);
      double[] weights = Likelihood.weights(batch, batch.sequences());
      double expected = Likelihood.perStep(batch, activations.nll(), weights);
      double nll = algorithm.step(batch, update, theirs).nll();
      Close.check("NLL", nll, expected, 1e-12);
      assertThat(nll).isNotEqualTo(last);
      last = nll;
    }
    assertThat(theirs.nextLong()).isEqualTo(ours.nextLong());
  }

  @Test
  void droppingNothingDrawsNothing() {
    SplittableRandom random = new SplittableRandom(8);
    double nll = teacherForcing(Dropout.NONE, 0).step(Steps.batch(true), 0, random).nll();
    assertThat(random.nextLong()).isEqualTo(new SplittableRandom(8).nextLong());
    assertThat(nll).isEqualTo(Steps.step(Steps.teacherForcing(new Sgd(0), 0), true).nll());
  }
}
