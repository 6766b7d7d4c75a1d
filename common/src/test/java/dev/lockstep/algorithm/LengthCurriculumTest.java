package dev.lockstep.algorithm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.model.SequenceBatch;
import dev.lockstep.testing.Close;
import dev.lockstep.testing.Networks;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.learning.config.Sgd;

class LengthCurriculumTest {
  @ParameterizedTest
  @CsvSource({"0, 3", "99, 3", "100, 6", "199, 6", "200, 12", "1000, 3072", "100000, 2147483647"})
  void lengthsDouble(long update, int length) {
    LengthCurriculum curriculum = new LengthCurriculum(Steps.teacherForcing(new Sgd(1), 0), 3, 100);
    assertThat(curriculum.length(update)).isEqualTo(length);
  }

  @Test
  void learnsTheFirstStepsThenAll() {
    TeacherForcing reference = Steps.teacherForcing(new Sgd(1), 0);
    TeacherForcing inner = Steps.teacherForcing(new Sgd(1), 0);
    LengthCurriculum curriculum = new LengthCurriculum(inner, 2, 1);
    SequenceBatch beginnings = SequenceBatch.of(new int[] {0, 3}, new int[] {2}, new int[] {1, 0});
    SequenceBatch more =
        SequenceBatch.of(new int[] {0, 3, 1, 4}, new int[] {2}, new int[] {1, 0, 3});
    SequenceBatch[] expected = {beginnings, more, Steps.batch(true)};
    for (int update = 0; update < expected.length; update++) {
      TrainingMetrics ours = curriculum.step(Steps.batch(true), update, new SplittableRandom(1));
      TrainingMetrics theirs = reference.step(expected[update], update, new SplittableRandom(1));
      assertThat(ours).isEqualTo(theirs);
    }
    Close.same(
        "parameters",
        Networks.parameters(curriculum.networks().get(0)),
        Networks.parameters(reference.networks().get(0)));
  }
}
