package dev.lockstep.spark;

import dev.lockstep.checkpoint.Checkpoint;
import dev.lockstep.checkpoint.RunDirectory;
import dev.lockstep.config.Settings;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.Corpus;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.corpus.CorpusJson;
import dev.lockstep.training.ReplicaState;
import java.util.Locale;
import org.apache.spark.sql.SparkSession;

/**
 * A run that has a checkpoint, as the jobs after training see it.
 *
 * @param directory of the run
 * @param settings those of the run, but what is evaluated and generated as asked for now
 * @param corpus what it was trained on
 * @param checkpoint the one that was asked for
 */
public record TrainedRun(
    RunDirectory directory, Settings settings, CorpusDescriptor corpus, Checkpoint checkpoint) {

  /** Which checkpoint of a run. */
  public enum Which {
    /** The last. */
    NEWEST,
    /** The one with the best validation. */
    BEST;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Opens the run that {@code training.output} names.
   *
   * @throws UserError if there is none, or it has no such checkpoint
   */
  public static TrainedRun open(SparkSession spark, Settings asked, Which which) {
    RunDirectory directory = RunDirectory.open(asked, spark.sparkContext().hadoopConfiguration());
    TaskDevice.bind();
    Settings run = directory.settings();
    Settings merged =
        new Settings(
            run.data(),
            run.generator(),
            run.discriminator(),
            run.operator(),
            run.objective(),
            run.training(),
            asked.evaluation(),
            asked.generate());
    CorpusDescriptor corpus =
        CorpusJson.read(directory.corpus(), directory.corpusFile().toString());
    return new TrainedRun(
        directory, merged, corpus, which == Which.BEST ? directory.best() : directory.newest());
  }

  /** All that the checkpoint's networks learnt. */
  public ReplicaState state() {
    return ReplicaState.of(checkpoint.networks());
  }

  /**
   * Opens a corpus to evaluate the run on.
   *
   * @param uri the directory, or empty for the run's own corpus
   * @throws UserError if its symbols mean something else
   */
  public Corpus openCorpus(SparkSession spark, String uri) {
    String place = uri.isBlank() ? settings.data().corpus() : uri;
    Corpus other = Corpus.open(spark, place);
    if (!other.descriptor().formatChecksum().equals(corpus.formatChecksum())) {
      throw new UserError(
          "data.corpus %s (%s) is not what the run %s was trained with (%s): name the corpus of that run"
              .formatted(
                  place,
                  other.descriptor().steps().summary(),
                  directory,
                  corpus.steps().summary()));
    }
    return other;
  }
}
