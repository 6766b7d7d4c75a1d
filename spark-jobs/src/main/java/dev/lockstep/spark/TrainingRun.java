package dev.lockstep.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.lockstep.checkpoint.Checkpoint;
import dev.lockstep.checkpoint.RunDirectory;
import dev.lockstep.checkpoint.Validations;
import dev.lockstep.config.Settings;
import dev.lockstep.config.UserError;
import dev.lockstep.model.StepShape;
import dev.lockstep.results.ResultFiles;
import dev.lockstep.results.RoundMetrics;
import dev.lockstep.training.Networks;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;

/**
 * A run as training finds it: new, or as its newest whole checkpoint left it.
 *
 * @param directory of the run
 * @param networks in the state after the rounds that are done
 * @param round rounds done
 * @param momentum of the outer optimiser
 * @param validations so far
 * @param lastMetrics of the last round, if one is done
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
record TrainingRun(
    RunDirectory directory,
    Networks networks,
    int round,
    float[] momentum,
    Validations validations,
    Optional<RoundMetrics> lastMetrics) {
  /** A new run. */
  static TrainingRun begin(
      Settings settings, byte[] corpus, StepShape steps, Configuration hadoop) {
    Networks networks = Networks.create(settings, steps);
    RunDirectory directory = RunDirectory.create(settings, corpus, hadoop);
    return new TrainingRun(
        directory, networks, 0, new float[0], Validations.NONE, Optional.empty());
  }

  /**
   * The run that is in {@code training.output}.
   *
   * @param warn hears of checkpoints that cannot be used
   * @throws UserError if it was trained on another corpus or with other settings
   */
  static TrainingRun goOn(
      Settings settings,
      byte[] corpus,
      StepShape steps,
      Configuration hadoop,
      Consumer<String> warn) {
    RunDirectory directory = RunDirectory.open(settings, hadoop);
    checkSame(directory, settings, corpus);
    Optional<Checkpoint> newest = directory.newestWhole(warn);
    int round = newest.map(Checkpoint::round).orElse(0);
    directory.goOn(settings, round);
    return new TrainingRun(
        directory,
        newest
            .map(checkpoint -> Networks.of(settings, steps, checkpoint.networks()))
            .orElseGet(() -> Networks.create(settings, steps)),
        round,
        newest.map(Checkpoint::momentum).orElse(new float[0]),
        newest.map(Checkpoint::validations).orElse(Validations.NONE),
        directory.lastMetrics().map(TrainingRun::metrics));
  }

  private static void checkSame(RunDirectory directory, Settings settings, byte[] corpus) {
    settings.differences(directory.settings()).stream()
        .findFirst()
        .ifPresent(
            difference -> {
              throw new UserError(
                  "training.output %s: the run was begun with %s = %s, not %s: set that to go on with it"
                      .formatted(
                          directory, difference.key(), difference.other(), difference.own()));
            });
    if (!Arrays.equals(directory.corpus(), corpus)) {
      throw new UserError(
          "data.corpus %s: is not the corpus that the run %s was begun on: name that one"
              .formatted(settings.data().corpus(), directory));
    }
  }

  private static RoundMetrics metrics(String line) {
    try {
      return ResultFiles.read(line, RoundMetrics.class);
    } catch (JsonProcessingException e) {
      throw new UserError(ResultFiles.ROUNDS + ": its last line is not that of a round", e);
    }
  }

  /** Of training so far. */
  double seconds() {
    return lastMetrics.map(RoundMetrics::seconds).orElse(0.0);
  }
}
