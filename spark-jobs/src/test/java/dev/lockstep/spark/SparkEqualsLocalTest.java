package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.algorithm.TrainingMetrics;
import dev.lockstep.checkpoint.RunDirectory;
import dev.lockstep.config.Settings;
import dev.lockstep.config.TrainingSettings;
import dev.lockstep.corpus.Corpus;
import dev.lockstep.corpus.Part;
import dev.lockstep.corpus.prepare.Corpora;
import dev.lockstep.model.Sequence;
import dev.lockstep.model.SequenceBatch;
import dev.lockstep.model.StepShape;
import dev.lockstep.random.RandomStreams;
import dev.lockstep.random.RandomStreams.Purpose;
import dev.lockstep.results.RoundMetrics;
import dev.lockstep.testing.LocalSpark;
import dev.lockstep.testing.TinyText;
import dev.lockstep.training.MinibatchSchedule;
import dev.lockstep.training.Networks;
import dev.lockstep.training.ReplicaState;
import dev.lockstep.training.RoundTotals;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A run on Spark is what the same steps in plain loops are, to the last bit. */
class SparkEqualsLocalTest {
  @RegisterExtension static final LocalSpark SPARK = new LocalSpark();

  private static final int ROUNDS = 3;

  @TempDir static Path folder;
  private static StepShape steps;
  private static int[][] sequences;
  private static StepShape wordSteps;
  private static int[][] wordSequences;

  @BeforeAll
  static void prepare() {
    TinyText.write(folder.resolve("text"));
    Corpora.prepare(SPARK.session(), settings("none", "professor-forcing", 1));
    Corpus corpus = Corpus.open(SPARK.session(), folder.resolve("corpus").toString());
    steps = corpus.descriptor().shape();
    sequences = training(corpus);

    TinyText.writeWords(folder.resolve("words"));
    Corpora.prepare(SPARK.session(), wordSettings("none", "professor-forcing"));
    Corpus words = Corpus.open(SPARK.session(), folder.resolve("word-corpus").toString());
    wordSteps = words.descriptor().shape();
    wordSequences = training(words);
  }

  private static int[][] training(Corpus corpus) {
    return corpus.part(Part.TRAIN).sequencesById().sortByKey().values().collect().stream()
        .map(Sequence::symbols)
        .toArray(int[][]::new);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"teacher-forcing", "professor-forcing", "scheduled-sampling", "curriculum"})
  void oneWorkerIsAPlainLoop(String method) {
    oneWorker(settings("one-" + method, method, 1), steps, sequences);
  }

  /** Which words are drawn is a function of the round's stream as well. */
  @ParameterizedTest
  @ValueSource(strings = {"teacher-forcing", "professor-forcing"})
  void oneWorkerThatSamplesWordsIsAPlainLoop(String method) {
    oneWorker(wordSettings("words-" + method, method), wordSteps, wordSequences);
  }

  /** What is dropped is a function of the round's stream, and nothing is dropped of validation. */
  @ParameterizedTest
  @ValueSource(
      strings = {"teacher-forcing", "professor-forcing", "scheduled-sampling", "curriculum"})
  void oneWorkerThatDropsIsAPlainLoop(String method) {
    String[] drops = {"generator.dropout.input=0.2", "generator.dropout.output=0.4"};
    Settings settings = settings("drops-" + method, method, 1, drops);
    RoundMetrics last = oneWorker(settings, steps, sequences);
    Settings whole = settings("none", method, 1);
    assertThat(Trained.newest(SPARK.session(), settings, ROUNDS).parameters().get(0))
        .isNotEqualTo(loops(whole).parameters().get(0));
    Corpus corpus = Corpus.open(SPARK.session(), folder.resolve("corpus").toString());
    ReplicaState state =
        ReplicaState.of(
            RunDirectory.open(settings, SPARK.session().sparkContext().hadoopConfiguration())
                .newest()
                .networks());
    for (Settings evaluated : List.of(settings, whole)) {
      assertThat(
              new Evaluation(SPARK.session(), evaluated, corpus)
                  .likelihood(Part.VALID, state)
                  .nll())
          .isEqualTo(last.validNll());
    }
  }

  /** Rows are contiguous streams of the text, which go on from minibatch to minibatch. */
  @ParameterizedTest
  @CsvSource({
    "teacher-forcing, 1, 0",
    "professor-forcing, 1, 0",
    "professor-forcing, 1, 33",
    "scheduled-sampling, 1, 0",
    "teacher-forcing, 2, 0",
    "professor-forcing, 2, 0"
  })
  void workersThatCarryTheStateArePlainLoops(String method, int workers, int freeRunning) {
    Settings settings =
        settings(
            "carries-%s-%d-%d".formatted(method, workers, freeRunning),
            method,
            workers,
            "training.carry-state=true",
            "training.epochs=2",
            "objective.free-running-length=" + freeRunning);
    new TrainJob(SPARK.session(), settings, (m, rounds) -> {}).run();
    Trained.newest(SPARK.session(), settings, ROUNDS).assertSameBits(loops(settings));
  }

  private static RoundMetrics oneWorker(Settings settings, StepShape steps, int[][] sequences) {
    RoundMetrics last = new TrainJob(SPARK.session(), settings, (m, rounds) -> {}).run();

    Networks networks = Networks.create(settings, steps);
    MinibatchSchedule schedule = schedule(settings, sequences);
    RoundTotals totals = new RoundTotals();
    for (int round = 0; round < ROUNDS; round++) {
      totals = new RoundTotals();
      SplittableRandom random = drawing(settings, round, 0);
      for (int step = 0; step < schedule.batches(round); step++) {
        totals.add(step(settings, networks, sequences, schedule, 0, round, step, random));
      }
    }

    Trained local = Trained.of(networks.algorithm().networks());
    Trained.newest(SPARK.session(), settings, ROUNDS).assertSameBits(local);
    assertThat(local.updates()).containsOnly(5 + 5 + 3);
    assertThat(last.nll()).isEqualTo(totals.nll());
    assertThat(last.steps()).isEqualTo(totals.symbols());
    return last;
  }

  @Test
  void twoWorkersAreTwoLoopsAveragedAfterEachRound() {
    Settings settings = settings("two", "professor-forcing", 2);
    new TrainJob(SPARK.session(), settings, (m, rounds) -> {}).run();

    Trained.newest(SPARK.session(), settings, schedule(settings, sequences).rounds())
        .assertSameBits(loops(settings));
  }

  /** As many loops as workers, averaged after each round. */
  private static Trained loops(Settings settings) {
    MinibatchSchedule schedule = schedule(settings, sequences);
    int workers = schedule.workers();
    Networks networks = Networks.create(settings, steps);
    List<MultiLayerNetwork> all = networks.algorithm().networks();
    for (int round = 0; round < Math.min(ROUNDS, schedule.rounds()); round++) {
      ReplicaState start = ReplicaState.of(all);
      List<ReplicaState> states = new ArrayList<>();
      double[] symbols = new double[workers];
      for (int worker = 0; worker < workers; worker++) {
        start.restore(all);
        networks.algorithm().parametersChanged();
        SplittableRandom random = drawing(settings, round, worker);
        for (int step = 0; step < schedule.batches(round); step++) {
          symbols[worker] +=
              step(settings, networks, sequences, schedule, worker, round, step, random).symbols();
        }
        states.add(ReplicaState.of(all));
      }
      if (workers > 1) {
        assertThat(states.get(0).parameters(0)).isNotEqualTo(states.get(1).parameters(0));
      }
      ReplicaState.mean(states, symbols).restore(all);
    }
    return Trained.of(all);
  }

  @Test
  void parametersMove() {
    Settings settings = settings("moving", "professor-forcing", 1);
    Trained before = Trained.of(Networks.create(settings, steps).algorithm().networks());
    new TrainJob(SPARK.session(), settings, (m, rounds) -> {}).run();
    Trained after = Trained.newest(SPARK.session(), settings, ROUNDS);
    for (int network = 0; network < 2; network++) {
      float[] from = before.parameters().get(network);
      float[] to = after.parameters().get(network);
      int moved = 0;
      for (int i = 0; i < from.length; i++) {
        moved += from[i] == to[i] ? 0 : 1;
      }
      // Adam moves what has any gradient; a few inputs never occur, a few ReLUs never open.
      assertThat(moved).isGreaterThan(from.length / 2);
    }
  }

  private static TrainingMetrics step(
      Settings settings,
      Networks networks,
      int[][] sequences,
      MinibatchSchedule schedule,
      int worker,
      int round,
      int step,
      SplittableRandom random) {
    int[][] batch =
        Arrays.stream(schedule.minibatch(worker, round, step))
            .mapToObj(place -> sequences[(int) schedule.id(worker, place)])
            .toArray(int[][]::new);
    long update = (long) round * schedule.frequency() + step;
    networks.setProgress(settings.training(), (double) update / schedule.batches());
    if (settings.training().carryState() && update % schedule.batchesPerEpoch() == 0) {
      networks.algorithm().parametersChanged();
    }
    return networks.algorithm().step(SequenceBatch.of(batch), update, random);
  }

  private static SplittableRandom drawing(Settings settings, int round, int worker) {
    return RandomStreams.stream(settings.training().seed(), Purpose.FREE_RUNNING, round, worker);
  }

  private static MinibatchSchedule schedule(Settings settings, int[][] sequences) {
    TrainingSettings t = settings.training();
    return new MinibatchSchedule(
        sequences.length,
        t.workers(),
        t.batch(),
        t.epochs(),
        t.averagingFrequency(),
        t.seed(),
        t.carryState());
  }

  private static Settings wordSettings(String run, String method) {
    return Settings.parse(
        TinyText.settings(
            folder.resolve("words"), folder.resolve("word-corpus"), folder.resolve(run)),
        "test",
        List.of(
            "objective.method=" + method,
            "data.kind=words",
            "generator.softmax-samples=6",
            "discriminator.behaviour=hidden"));
  }

  private static Settings settings(String run, String method, int workers, String... more) {
    List<String> overrides =
        new ArrayList<>(
            List.of(
                "objective.method=" + method,
                "objective.scheduled-sampling.half-after=4",
                "objective.curriculum.length=2",
                "objective.curriculum.double-after=4",
                "training.learning-rate-decay=linear",
                "training.workers=" + workers));
    overrides.addAll(Arrays.asList(more));
    return Settings.parse(
        TinyText.settings(folder.resolve("text"), folder.resolve("corpus"), folder.resolve(run)),
        "test",
        overrides);
  }
}
