package dev.lockstep.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.Settings;
import dev.lockstep.config.UserError;
import dev.lockstep.model.Generator;
import dev.lockstep.model.StepShape;
import dev.lockstep.model.WordCounts;
import dev.lockstep.output.GaussianMixture;
import dev.lockstep.output.PenMixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which settings go with which corpus, and what networks they are then. */
class NetworkShapesTest {
  private static final StepShape SYMBOLS = new StepShape(5, 0, false, 3, false, 0);
  private static final StepShape SERIES = new StepShape(0, 2, false, 3, false, 0);
  private static final StepShape PEN = new StepShape(0, 3, true, 3, true, 0);
  private static final StepShape UNCONDITIONAL = StepShape.ofSymbols(5);

  private static Settings settings(String hocon) {
    return Settings.parse(
        "generator { hidden = 6, layers = 2, mixture-components = 4, attention-components = 7, input = one-hot }\n"
            + hocon,
        "test");
  }

  private static Generator.Shape shape(String hocon, StepShape steps) {
    return NetworkShapes.of(settings(hocon), steps).shape();
  }

  private static void refuses(String hocon, StepShape steps, String message) {
    assertThatThrownBy(() -> NetworkShapes.of(settings(hocon), steps))
        .isInstanceOf(UserError.class)
        .hasMessage(message);
  }

  @Test
  void theCorpusSaysWhatAStepIs() {
    String seen = "discriminator.behaviour = hidden\n";
    assertThat(shape(seen, SYMBOLS)).isEqualTo(new Generator.Shape(5, 0, 6, 2));
    assertThat(shape(seen + "generator { input = embedding, embedding = 3 }", SYMBOLS))
        .isEqualTo(new Generator.Shape(5, 3, 6, 2));
    assertThat(shape(seen, SERIES))
        .isEqualTo(Generator.Shape.ofVectors(new GaussianMixture(2, 4), 6, 2));
    assertThat(shape(seen, PEN)).isEqualTo(Generator.Shape.ofVectors(new PenMixture(4), 6, 2));
  }

  @Test
  void anEmbeddingIsSeenByItsNameAndByNoOther() {
    refuses(
        "discriminator.behaviour = hidden-and-embedding",
        SYMBOLS,
        "discriminator.behaviour = hidden-and-embedding needs generator.input = embedding: use that, or hidden-and-input");
    refuses(
        "discriminator.behaviour = hidden-and-input\ngenerator.input = embedding",
        SYMBOLS,
        "discriminator.behaviour = hidden-and-input: the generator reads an embedding: use hidden-and-embedding");
    String embedded =
        "discriminator.behaviour = hidden-and-embedding\ngenerator { input = embedding, embedding = 3 }";
    assertThat(NetworkShapes.of(settings(embedded), SYMBOLS).behaviourWidth()).isEqualTo(6 + 6 + 3);
  }

  @Test
  void onlyWordsAreSampled() {
    String samples = "generator.softmax-samples = 9\n";
    StepShape words = StepShape.ofWords(new WordCounts(3, 0, 1));
    refuses(
        samples + "objective.method = teacher-forcing",
        SYMBOLS,
        "generator.softmax-samples = 9: the corpus has no words: use 0");
    refuses(
        samples,
        words,
        "generator.softmax-samples = 9 does not go with discriminator.behaviour = hidden-and-probabilities, which needs all probabilities: use 0, hidden or hidden-and-embedding");
    for (String goes :
        new String[] {"objective.method = teacher-forcing", "discriminator.behaviour = hidden"}) {
      assertThat(shape(samples + goes, words)).isEqualTo(new Generator.Shape(3, 0, 6, 2));
    }
  }

  @Test
  void theConditionSaysWhatIsReadBeside() {
    Generator.Shape alone = new Generator.Shape(5, 0, 6, 2);
    assertThat(shape("generator.condition = label", SYMBOLS)).isEqualTo(alone.withLabels(3));
    assertThat(shape("generator.condition = window", SYMBOLS)).isEqualTo(alone.withWindow(3, 7));
    assertThat(shape("generator.condition = encoder", SYMBOLS)).isEqualTo(alone);
    assertThat(NetworkShapes.of(settings("generator.condition = encoder"), SYMBOLS).encodes())
        .isTrue();
    assertThat(
            shape("generator { condition = encoder, input = embedding, embedding = 3 }", SYMBOLS))
        .isEqualTo(new Generator.Shape(5, 3, 6, 2));
  }

  @Test
  void theStateIsCarriedWhereSequencesAreReadToTheirEnds() {
    String carries = "training.carry-state = true\n";
    refuses(
        carries + "objective.method = curriculum",
        UNCONDITIONAL,
        "training.carry-state = true does not go with objective.method = curriculum, which leaves out the ends of sequences: use false");
    refuses(
        carries + "generator.condition = label",
        SYMBOLS,
        "training.carry-state = true does not go with generator.condition = label, which each sequence has for itself: use false or none");
    for (String method : new String[] {"teacher-forcing", "scheduled-sampling"}) {
      assertThat(shape(carries + "objective.method = " + method, UNCONDITIONAL))
          .isEqualTo(new Generator.Shape(5, 0, 6, 2));
    }
  }

  @Test
  void refusesAnEmbeddingOfVectors() {
    refuses(
        "generator.input = embedding",
        SERIES,
        "generator.input = embedding: the corpus has vectors: use one-hot");
  }

  @ParameterizedTest
  @CsvSource({"label", "window"})
  void refusesAnEmbeddingBesideWhatIsReadAtEveryStep(String condition) {
    refuses(
        "generator { input = embedding, condition = " + condition + " }",
        SYMBOLS,
        "generator.input = embedding does not go with generator.condition = "
            + condition
            + ": use one-hot");
  }

  @ParameterizedTest
  @CsvSource({"label", "window", "encoder"})
  void refusesAConditionThatTheCorpusDoesNotHave(String condition) {
    refuses(
        "generator.condition = " + condition,
        UNCONDITIONAL,
        "generator.condition = "
            + condition
            + ": the corpus has nothing that its sequences depend on: use none");
  }

  @Test
  void refusesATextAsALabel() {
    refuses(
        "generator.condition = label",
        PEN,
        "generator.condition = label: the corpus' sequences depend on texts: use window or encoder");
  }

  @ParameterizedTest
  @CsvSource({"window", "encoder"})
  void refusesToGoOnPastTheEndOfAText(String condition) {
    refuses(
        "objective.free-running-length = 300\ngenerator.condition = " + condition,
        SYMBOLS,
        "objective.free-running-length = 300 does not go with generator.condition = "
            + condition
            + ", whose text ends with its sequence: use 0");
    assertThat(
            shape("objective.free-running-length = 300\ngenerator.condition = label", SYMBOLS)
                .labels())
        .isEqualTo(3);
  }

  @Test
  void refusesProbabilitiesOfVectors() {
    String probabilities = "discriminator.behaviour = hidden-and-probabilities\n";
    refuses(
        probabilities,
        PEN,
        "discriminator.behaviour = hidden-and-probabilities: the corpus has vectors, which have no"
            + " probabilities: use hidden-and-input or hidden");
    assertThat(shape(probabilities + "objective.method = teacher-forcing", PEN).channels())
        .isEqualTo(3);
  }

  @Test
  void refusesToConvolveWhatIsNoImage() {
    String convolutional = "discriminator.kind = convolutional\n";
    refuses(
        convolutional,
        SYMBOLS,
        "discriminator.kind = convolutional needs a corpus of images, which this one is not: use"
            + " recurrent");
    StepShape images = new StepShape(5, 0, false, 0, false, 4);
    assertThat(NetworkShapes.of(settings(convolutional), images).convolves()).isTrue();
    assertThat(shape(convolutional + "objective.method = teacher-forcing", SYMBOLS).vocabulary())
        .isEqualTo(5);
  }
}
