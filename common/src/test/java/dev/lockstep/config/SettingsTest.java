package dev.lockstep.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
  @TempDir Path folder;

  @Test
  void theExperimentsThatComeWithLockstepAreRead() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("../conf"))) {
      List<Path> experiments =
          files
              .filter(file -> file.toString().endsWith(".conf"))
              .filter(file -> !file.endsWith("spark-defaults.conf"))
              .toList();
      assertThat(experiments).isNotEmpty();
      for (Path experiment : experiments) {
        Settings settings = Settings.load(experiment, List.of());
        assertThat(settings.data().corpus()).as(experiment.toString()).isNotEmpty();
        assertThat(settings.training().output()).as(experiment.toString()).isNotEmpty();
      }
    }
  }

  @Test
  void defaultsAreThoseOfTheReference() {
    Settings settings = Settings.defaults();
    assertThat(settings.data().input()).isEmpty();
    assertThat(settings.data().kind()).isEqualTo(DataSettings.Kind.CHARACTERS);
    assertThat(settings.data().split()).isEqualTo(new DataSettings.Split(0.05, 0.05));
    assertThat(settings.data().damaged()).isEqualTo(DataSettings.Damaged.REFUSE);
    assertThat(settings.data().words()).isEqualTo(new DataSettings.Words(10000, "<unk>"));
    assertThat(settings.data().handwriting())
        .isEqualTo(new DataSettings.Handwriting(DataSettings.Lines.WHOLE, 30));
    assertThat(settings.data().audio())
        .isEqualTo(new DataSettings.Audio(8000, 256, DataSettings.AmplitudeScale.MU_LAW, ""));
    assertThat(settings.data().pixels())
        .isEqualTo(new DataSettings.Pixels(DataSettings.Binarise.THRESHOLD));
    assertThat(settings.data().images())
        .isEqualTo(new DataSettings.Images(DataSettings.View.REAL, true, 64));
    assertThat(settings.data().series()).isEqualTo(new DataSettings.Series(""));
    assertThat(settings.data().sawtooth()).isEqualTo(new DataSettings.Sawtooth(512, 64, 64));
    assertThat(settings.data().toy())
        .isEqualTo(new DataSettings.Toy(DataSettings.Shape.MIXTURE, 10_000, 1000, 1000, 0.05));
    assertThat(settings.generator())
        .isEqualTo(
            new GeneratorSettings(
                GeneratorSettings.Input.ONE_HOT,
                32,
                256,
                1,
                20,
                GeneratorSettings.Condition.NONE,
                10,
                0,
                new GeneratorSettings.Dropout(0, 0)));
    assertThat(settings.discriminator())
        .isEqualTo(
            new DiscriminatorSettings(
                DiscriminatorSettings.Kind.RECURRENT,
                128,
                DiscriminatorSettings.Behaviour.HIDDEN_AND_PROBABILITIES));
    assertThat(settings.operator())
        .isEqualTo(
            new OperatorSettings(
                OperatorSettings.Kind.GAUSSIAN,
                0.5,
                OperatorSettings.Heat.VARIANCE,
                0.05,
                0,
                OperatorSettings.Network.DENSE,
                256,
                2,
                OperatorSettings.Activation.RELU,
                OperatorSettings.Normalisation.NONE));
    assertThat(settings.objective())
        .isEqualTo(
            new ObjectiveSettings(
                ObjectiveSettings.Method.PROFESSOR_FORCING,
                1,
                false,
                ObjectiveSettings.UpdateOrder.SIMULTANEOUS,
                0,
                new ObjectiveSettings.Gate(0.75, 0.99),
                new ObjectiveSettings.ScheduledSampling(
                    ObjectiveSettings.Decay.INVERSE_SIGMOID, 1000, 0, ObjectiveSettings.Per.TOKEN),
                new ObjectiveSettings.Curriculum(10, 500),
                new ObjectiveSettings.Walkback(400, 4, ObjectiveSettings.WalkUpdate.ONLINE)));
    assertThat(settings.training())
        .isEqualTo(
            new TrainingSettings(
                "",
                32,
                1,
                0,
                1,
                0,
                50,
                1e-3,
                1e-3,
                TrainingSettings.LearningRateDecay.NONE,
                0,
                1,
                1,
                100,
                false,
                0,
                1,
                10,
                0,
                10,
                3,
                false,
                new TrainingSettings.Outer(
                    TrainingSettings.OuterMethod.AVERAGE,
                    0.7,
                    0.9,
                    TrainingSettings.UpdaterState.AVERAGE),
                new TrainingSettings.Health(10, 0.5),
                TrainingSettings.Kernel.AUTO));
    assertThat(settings.evaluation())
        .isEqualTo(
            new EvaluationSettings(
                64,
                256,
                0,
                10,
                true,
                new EvaluationSettings.Tsne(10, 200, 30),
                new EvaluationSettings.Probe(300, 64, 1e-3),
                new EvaluationSettings.Walkback("5, 10, 15", 256, 20, 1000, "")));
    assertThat(settings.generate())
        .isEqualTo(
            new GenerateSettings(
                4,
                400,
                GenerateSettings.Decoding.SAMPLE,
                1,
                0,
                1,
                new GenerateSettings.Beam(4, 0, 1),
                0,
                "",
                "",
                new GenerateSettings.Walkback(4, 1, GenerateSettings.Clamp.NONE),
                1));
  }

  @Test
  void everyKeyOfTheReferenceIsReadAndEveryReadKeyIsInTheReference() {
    var reference = ConfigFactory.parseResources(Settings.class, "reference.conf");
    assertThat(reference.entrySet().stream().map(Map.Entry::getKey).collect(Collectors.toSet()))
        .containsExactlyInAnyOrderElementsOf(Keys.all());
  }

  @Test
  void everyKeyOfTheReferenceHasAComment() throws IOException {
    try (var in = Settings.class.getResourceAsStream("reference.conf")) {
      List<String> lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      for (int i = 1; i < lines.size(); i++) {
        if (lines.get(i).contains(" = ") && !lines.get(i).contains("#")) {
          String above = lines.get(i - 1).strip();
          boolean group = lines.get(i).matches("    (valid|test|train) = .*");
          assertThat(group || above.startsWith("#")).as("comment above: " + lines.get(i)).isTrue();
        }
      }
    }
  }

  @Test
  void theCommandLineWinsOverTheFileAndTheFileOverTheDefaults() throws IOException {
    Path file = Files.writeString(folder.resolve("x.conf"), "training { batch = 8, epochs = 3 }");
    Settings settings = Settings.load(file, List.of("training.batch=4", "training.batch=5"));
    assertThat(settings.training().batch()).isEqualTo(5);
    assertThat(settings.training().epochs()).isEqualTo(3);
    assertThat(settings.training().workers()).isEqualTo(1);
  }

  @Test
  void aFileIsNotNeeded() {
    assertThat(Settings.load(null, List.of())).isEqualTo(Settings.defaults());
  }

  @Test
  void overridesAreTakenLiterally() {
    Settings settings =
        Settings.load(
            null,
            List.of(
                "data.input=hdfs://host:9000/a b/#1",
                "generate.prefix= \"the = ${x}\" ",
                "training.learning-rate=1e-4",
                "objective.match-teacher-forced=true",
                " training.seed = -7 ",
                "objective.method=teacher-forcing"));
    assertThat(settings.data().input()).isEqualTo("hdfs://host:9000/a b/#1");
    assertThat(settings.generate().prefix()).isEqualTo(" \"the = ${x}\" ");
    assertThat(settings.training().learningRate()).isEqualTo(1e-4);
    assertThat(settings.objective().matchTeacherForced()).isTrue();
    assertThat(settings.training().seed()).isEqualTo(-7);
    assertThat(settings.objective().method()).isEqualTo(ObjectiveSettings.Method.TEACHER_FORCING);
  }

  @Test
  void aFileMayIncludeAnotherAndReferToOtherSettings() throws IOException {
    Files.writeString(folder.resolve("base.conf"), "generator.hidden = 48");
    Path file =
        Files.writeString(
            folder.resolve("x.conf"),
            """
            include "base.conf"
            discriminator.hidden = ${generator.hidden}
            generate.length = ${data.sequence-length}
            """);
    Settings settings = Settings.load(file, List.of("data.sequence-length=77"));
    assertThat(settings.generator().hidden()).isEqualTo(48);
    assertThat(settings.discriminator().hidden()).isEqualTo(48);
    assertThat(settings.generate().length()).isEqualTo(77);
  }

  @Test
  void wholeNumbersMayBeWrittenInAnyNotationThatIsExact() {
    Settings settings = Settings.parse("training { seed = 9223372036854775807, batch = 1e2 }", "t");
    assertThat(settings.training().seed()).isEqualTo(Long.MAX_VALUE);
    assertThat(settings.training().batch()).isEqualTo(100);
  }

  @Test
  void driftIsMeasuredOverTheSequenceLengthUnlessSaidOtherwise() {
    assertThat(Settings.parse("data.sequence-length = 9", "t").driftLength()).isEqualTo(9);
    assertThat(Settings.parse("evaluation.length = 11", "t").driftLength()).isEqualTo(11);
  }

  @Test
  void renderedSettingsReadBackEqual() throws IOException {
    Settings settings =
        Settings.load(
            null,
            List.of(
                "data.input=C:\\texts\\\"a\"",
                "data.kind=sawtooth",
                "generate.prefix=tab\tline\nend 🎵 ${x} #",
                "training.learning-rate=0.1234567890123456",
                "training.gradient-clip=0",
                "training.seed=-9223372036854775808",
                "discriminator.kind=convolutional",
                "discriminator.behaviour=pre-tanh-and-probabilities",
                "training.kernel=nd4j"));
    assertThat(Settings.parse(settings.render(), "rendered")).isEqualTo(settings);
    Path file = Files.writeString(folder.resolve("config.conf"), settings.render());
    assertThat(Settings.load(file, List.of())).isEqualTo(settings);
    assertThat(settings.render()).contains("learning-rate = 0.1234567890123456\n");
  }

  @Test
  void settingsTravelToOtherMachines() throws IOException, ClassNotFoundException {
    Settings settings = Settings.parse("training.batch = 3", "t");
    var bytes = new ByteArrayOutputStream();
    try (var out = new ObjectOutputStream(bytes)) {
      out.writeObject(settings);
    }
    try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(settings);
    }
  }

  @Test
  void aRunThatGoesOnMayChangeWhatDoesNotDecideWhatIsLearned() {
    List<String> mayChange =
        List.of(
            "data.input",
            "data.corpus",
            "data.split.",
            "data.sawtooth.",
            "training.output",
            "training.epochs",
            "training.max-rounds",
            "training.validate-every",
            "training.patience",
            "training.checkpoint-every",
            "training.keep-checkpoints",
            "training.tensorboard",
            "training.health.",
            "evaluation.",
            "generate.");
    assertThat(Keys.changeable())
        .containsExactlyInAnyOrderElementsOf(
            Keys.all().stream()
                .filter(key -> mayChange.stream().anyMatch(key::startsWith))
                .toList());
    Settings begun = Settings.parse("training { batch = 4, epochs = 1 }", "t");
    Settings other =
        Settings.parse("training { batch = 5, epochs = 2, health.max-left-out = 0 }", "t");
    assertThat(other.differences(begun))
        .containsExactly(new Settings.Difference("training.batch", "5", "4"));
  }

  @Test
  void choicesAreWrittenInLowerCaseWithHyphens() {
    assertThat(ObjectiveSettings.Method.PROFESSOR_FORCING.key()).isEqualTo("professor-forcing");
    assertThat(TrainingSettings.Kernel.ND4J.key()).isEqualTo("nd4j");
  }
}
