package dev.lockstep.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.decode.AncestralSampler;
import dev.lockstep.model.Generator;
import dev.lockstep.model.SequenceBatch;
import dev.lockstep.output.SamplingOptions;
import dev.lockstep.testing.Layouts;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * What a step reports, against the same computed with nothing but DL4J's own forward passes: one
 * sequence at a time, without masks, sampling by rereading the whole prefix at every step.
 */
class TrainingMetricsTest {
  private static final Offset<Double> CLOSE = within(1e-9);

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void professorForcingReportsTheLossesOfTheStateBefore(boolean padded) {
    ProfessorForcing algorithm =
        Steps.professorForcing(Steps.options(Steps.BOTH_OPEN, false, 0), new Sgd(0.1));
    ByDl4j expected = new ByDl4j(algorithm, Steps.batch(padded));
    TrainingMetrics metrics = Steps.step(algorithm, padded);
    assertThat(metrics.symbols()).isEqualTo(padded ? 9 : 12);
    assertThat(metrics.nll()).isCloseTo(expected.nll, CLOSE);
    assertThat(metrics.discriminatorLoss()).isCloseTo(expected.cd, CLOSE);
    assertThat(metrics.freeRunningLoss()).isCloseTo(expected.cf, CLOSE);
    assertThat(metrics.teacherForcedLoss()).isCloseTo(expected.ct, CLOSE);
    assertThat(metrics.accuracy()).isEqualTo(expected.accuracy);
    assertThat(Steps.step(algorithm, padded).nll()).isLessThan(metrics.nll());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void teacherForcingReportsTheNllOfTheStateBefore(boolean padded) {
    ProfessorForcing same =
        Steps.professorForcing(Steps.options(Steps.BOTH_OPEN, false, 0), new Sgd(0.1));
    double nll = new ByDl4j(same, Steps.batch(padded)).nll;
    TeacherForcing algorithm = Steps.teacherForcing(new Sgd(0.1), 0);
    TrainingMetrics metrics = Steps.step(algorithm, padded);
    assertThat(metrics.symbols()).isEqualTo(padded ? 9 : 12);
    assertThat(metrics.nll()).isCloseTo(nll, CLOSE);
    assertThat(metrics.accuracy()).isNaN();
    assertThat(metrics.generatorGate()).isFalse();
    assertThat(metrics.discriminatorGate()).isFalse();
  }

  private static final class ByDl4j {
    private final MultiLayerNetwork generator;
    private final MultiLayerNetwork discriminator;
    private double nll;
    private double cd;
    private double cf;
    private double ct;
    private double accuracy;

    ByDl4j(ProfessorForcing algorithm, SequenceBatch batch) {
      generator = algorithm.networks().get(0);
      discriminator = algorithm.networks().get(1);
      int sequences = batch.sequences();
      int vocabulary = Steps.SHAPE.vocabulary();
      AncestralSampler sampler =
          AncestralSampler.of(
              new SplittableRandom(77), batch.steps(), sequences, 1, SamplingOptions.AS_LEARNED);
      for (int n = 0; n < sequences; n++) {
        int[] given = new int[batch.length(n)];
        int[] drawn = new int[batch.length(n)];
        for (int t = 0; t < given.length; t++) {
          given[t] = batch.token(t, n);
          double[] p = Layouts.timeMajor(output(drawn));
          drawn[t] = sampler.draw(t, n, p, t * vocabulary, vocabulary);
        }
        double[] p = Layouts.timeMajor(output(given));
        for (int t = 0; t < given.length; t++) {
          nll -= Math.log(p[t * vocabulary + given[t]]) / batch.symbols();
        }
        setLosses(probability(given), probability(drawn), sequences);
      }
    }

    private void setLosses(double teacherForced, double freeRunning, int sequences) {
      cd -= (Math.log(teacherForced) + Math.log(1 - freeRunning)) / sequences;
      cf -= Math.log(freeRunning) / sequences;
      ct -= Math.log(1 - teacherForced) / sequences;
      int right = (teacherForced > 0.5 ? 1 : 0) + (freeRunning < 0.5 ? 1 : 0);
      accuracy += right / (2.0 * sequences);
    }

    private INDArray input(int[] symbols) {
      Generator.Shape shape = Steps.SHAPE;
      return Layouts.input(shape, Layouts.shifted(symbols, 1, shape.vocabulary()), 1);
    }

    private INDArray output(int[] symbols) {
      return generator.output(input(symbols));
    }

    /** D of hidden states and probabilities, as they leave the two GRUs and the softmax. */
    private double probability(int[] symbols) {
      var activations = generator.feedForward(input(symbols), /* train= */ false);
      int last = activations.size() - 1;
      INDArray behaviour =
          Nd4j.concat(
              1, activations.get(last - 2), activations.get(last - 1), activations.get(last));
      assertThat(behaviour.size(1)).isEqualTo(3 + 3 + 5);
      return discriminator.output(behaviour).getDouble(0);
    }
  }
}
