package dev.lockstep.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.lockstep.checkpoint.RunDirectory;
import dev.lockstep.config.ObjectiveSettings;
import dev.lockstep.config.Settings;
import dev.lockstep.results.EvaluationReport;
import dev.lockstep.results.ResultFiles;
import dev.lockstep.results.RoundMetrics;
import dev.lockstep.results.SequenceReport;
import dev.lockstep.results.TsnePicture;
import dev.lockstep.results.WalkReport;
import dev.lockstep.storage.Location;
import java.util.ArrayList;
import java.util.List;

/**
 * What a run's directory holds; what it does not hold is null or empty, and among {@code missing}.
 *
 * @param name short
 * @param directory as it was named
 * @param method the objective's
 * @param adversarialWeight the weight of C_f (+ C_t) in the generator's loss
 * @param generatorAbove the accuracy above which the generator's gate is open
 * @param discriminatorBelow the accuracy below which the discriminator is updated
 * @param rounds of training
 * @param evaluation on the test part, or null
 * @param tsne map of hidden states, or null
 * @param samples files to look at or listen to
 * @param leftOut the samples that did not go into the page, and why
 * @param missing what the run could have beside that
 * @param config the whole configuration, HOCON
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record ShownRun(
    String name,
    String directory,
    String method,
    double adversarialWeight,
    double generatorAbove,
    double discriminatorBelow,
    List<RoundMetrics> rounds,
    EvaluationReport evaluation,
    TsnePicture tsne,
    List<Sample> samples,
    List<String> leftOut,
    List<Missing> missing,
    String config) {
  private static final String EVALUATE_AGAIN = "run evaluate again";

  /**
   * What a run does not have yet.
   *
   * @param what in words
   * @param command that brings it
   */
  public record Missing(String what, String command) {}

  static ShownRun read(RunDirectory run, String name, Settings settings) {
    List<RoundMetrics> rounds =
        present(run.child(ResultFiles.ROUNDS))
            ? JsonFile.lines(
                run.child(ResultFiles.ROUNDS), RoundMetrics.class, "mend the file or remove it")
            : List.of();
    EvaluationReport evaluation = read(run.child(ResultFiles.EVALUATION), evaluation(settings));
    TsnePicture tsne = read(run.child(ResultFiles.TSNE), TsnePicture.class);
    SampleReader samples = SampleReader.read(run.child("samples"));
    ObjectiveSettings.Gate gate = settings.objective().gate();
    return new ShownRun(
        name,
        run.toString(),
        settings.objective().method().key(),
        settings.objective().adversarialWeight(),
        gate.generatorAbove(),
        gate.discriminatorBelow(),
        rounds,
        evaluation,
        tsne,
        samples.shown(),
        samples.leftOut(),
        missing(run, rounds, evaluation, tsne, samples),
        settings.render());
  }

  private static Class<? extends EvaluationReport> evaluation(Settings settings) {
    return switch (settings.objective().method().model()) {
      case GENERATOR -> SequenceReport.class;
      case OPERATOR -> WalkReport.class;
    };
  }

  private static <T> T read(Location file, Class<T> type) {
    return present(file) ? JsonFile.read(file, type, EVALUATE_AGAIN) : null;
  }

  private static boolean present(Location file) {
    return file.status().isPresent();
  }

  private static List<Missing> missing(
      RunDirectory run,
      List<RoundMetrics> rounds,
      EvaluationReport evaluation,
      TsnePicture tsne,
      SampleReader samples) {
    List<Missing> missing = new ArrayList<>();
    if (rounds.isEmpty()) {
      missing.add(new Missing("Training has not finished a round", command(run, "train --resume")));
    }
    if (evaluation == null) {
      missing.add(
          new Missing(
              "Likelihood on the test part and drift of the hidden states are not measured",
              command(run, "evaluate")));
    } else if (tsne == null) {
      missing.add(
          new Missing(
              "There are no t-SNE maps of the hidden states (evaluation.tsne.runs must be above 0)",
              command(run, "evaluate")));
    }
    if (samples.isEmpty()) {
      missing.add(new Missing("There are no samples", command(run, "generate")));
    }
    return missing;
  }

  /** A local run brings its own configuration; elsewhere {@code --config} cannot reach it. */
  private static String command(RunDirectory run, String command) {
    Location config = run.child("config.conf");
    boolean local = "file".equals(config.files().getUri().getScheme());
    return "bin/lockstep %s%s --set %s"
        .formatted(
            command,
            local ? " --config " + quoted(config.toString()) : "",
            quoted("training.output=" + run));
  }

  /** As a shell takes it for one word. */
  private static String quoted(String word) {
    return word.matches("[\\w./:=@%+,-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
