package dev.lockstep.objective;

import dev.lockstep.config.DiscriminatorSettings.Behaviour;
import dev.lockstep.model.Discriminator;
import dev.lockstep.model.Generator;
import dev.lockstep.model.Sequence;
import dev.lockstep.model.SequenceBatch;
import dev.lockstep.testing.Close;
import dev.lockstep.testing.GeneratorKind;
import dev.lockstep.testing.Networks;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** Objectives over a generator that starts from what an encoder makes of a text. */
class EncodedTextsTest {
  /** So many that the sums over them and their texts are taken in several parts. */
  private static final int SEQUENCES = 64;

  private static final GeneratorKind KIND = GeneratorKind.named("symbols, encoder, 2 layers");

  /**
   * A worker that has trained before gives the same bits as one that begins here, though it keeps
   * memory that was made for longer texts.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRoundDependsOnNoTextOfTheRoundBefore(boolean professorForcing) {
    Objective fresh = objective(professorForcing);
    Objective used = objective(professorForcing);
    List<double[]> initial = parameters(used);
    used.step(batch(40), 0, new SplittableRandom(1));
    for (int i = 0; i < initial.size(); i++) {
      MultiLayerNetwork network = used.networks().get(i);
      network
          .params()
          .assign(Nd4j.createFromArray(initial.get(i)).reshape(network.params().shape()));
    }
    used.refresh();
    for (Objective objective : List.of(fresh, used)) {
      objective.step(batch(13), 0, new SplittableRandom(2));
    }
    for (int i = 0; i < initial.size(); i++) {
      Close.same("network " + i, parameters(used).get(i), parameters(fresh).get(i));
    }
  }

  /** A pass back through the encoder overwrites what it goes by, as one through the generator. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void measuringGradientsChangesNoBit(boolean professorForcing) {
    Objective measuring = objective(professorForcing, new GeneratorUpdates(0, 1));
    Objective not = objective(professorForcing);
    for (int i = 0; i < 2; i++) {
      measuring.step(batch(13), i, new SplittableRandom(i));
      not.step(batch(13), i, new SplittableRandom(i));
    }
    for (int i = 0; i < not.networks().size(); i++) {
      Close.same("network " + i, parameters(measuring).get(i), parameters(not).get(i));
    }
  }

  private static List<double[]> parameters(Objective objective) {
    return objective.networks().stream().map(Networks::parameters).toList();
  }

  private static Objective objective(boolean professorForcing) {
    return objective(professorForcing, GeneratorUpdates.PLAIN);
  }

  private static Objective objective(boolean professorForcing, GeneratorUpdates updates) {
    Generator generator = KIND.random(Networks.kernels(2), new Sgd(1), 51);
    if (!professorForcing) {
      return new TeacherForcing(generator, updates, 0);
    }
    int columns = Generator.behaviourWidth(KIND.shape(), Behaviour.HIDDEN);
    Discriminator discriminator = Networks.discriminator(columns, 3, new Sgd(1), 52);
    return new ProfessorForcing(
        generator,
        discriminator,
        ProfessorForcingOptions.paper(Behaviour.HIDDEN)
            .adversarialWeight(1)
            .matchTeacherForced(true)
            .gates(Steps.BOTH_OPEN)
            .updates(updates)
            .build());
  }

  /** The texts' lengths are up to {@code longest}. */
  private static SequenceBatch batch(int longest) {
    SplittableRandom random = new SplittableRandom(longest);
    List<Sequence> sequences =
        IntStream.range(0, SEQUENCES)
            .mapToObj(
                n ->
                    Sequence.ofSymbols(random.ints(5, 0, GeneratorKind.VOCABULARY).toArray())
                        .given(random.ints(longest - n % 3, 0, GeneratorKind.CONDITIONS).toArray()))
            .toList();
    return SequenceBatch.of(sequences);
  }
}
