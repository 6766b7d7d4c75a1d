package dev.lockstep.benchmarks;

import dev.lockstep.config.DiscriminatorSettings.Behaviour;
import dev.lockstep.config.TrainingSettings.Kernel;
import dev.lockstep.model.Generator;
import dev.lockstep.model.RecurrentDiscriminator;
import dev.lockstep.model.SequenceBatch;
import dev.lockstep.model.WordCounts;
import dev.lockstep.model.WordProposal;
import dev.lockstep.nn.kernel.KernelProvider;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.objective.Gates;
import dev.lockstep.objective.GeneratorUpdates;
import dev.lockstep.objective.Objective;
import dev.lockstep.objective.ProfessorForcing;
import dev.lockstep.objective.ProfessorForcingOptions;
import dev.lockstep.objective.TeacherForcing;
import dev.lockstep.objective.WordSampler;
import dev.lockstep.random.RandomStreams;
import dev.lockstep.random.RandomStreams.Purpose;
import dev.lockstep.training.MinibatchSchedule;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Updates with the softmax over a vocabulary of words beside updates with softmaxes over some of
 * them, in turn.
 */
@Command(name = "benchmarks/run softmax", mixinStandardHelpOptions = true)
public final class SoftmaxComparison implements Callable<Integer> {
  private static final int STEPS = 35;
  private static final int BATCH = 32;

  /** The widths of {@code conf/ptb-word-small.conf} and {@code conf/ptb-word.conf}. */
  enum Size {
    SMALL(100, 128, 64, 2e-3, 2e-4, 1),
    PAPER(300, 650, 256, 1e-3, 1e-4, 5);

    private final int embedding;
    private final int hidden;
    private final int discriminator;
    private final double rate;
    private final double discriminatorRate;
    private final double clip;

    Size(
        int embedding,
        int hidden,
        int discriminator,
        double rate,
        double discriminatorRate,
        double clip) {
      this.embedding = embedding;
      this.hidden = hidden;
      this.discriminator = discriminator;
      this.rate = rate;
      this.discriminatorRate = discriminatorRate;
      this.clip = clip;
    }
  }

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE",
      description = "A text, one sentence a line, words between blanks: ptb.train.txt.")
  private Path data;

  @Option(
      names = "--size",
      defaultValue = "PAPER",
      description = "Widths of conf/ptb-word-small.conf (SMALL) or conf/ptb-word.conf (PAPER).")
  private Size size;

  @Option(names = "--professor", description = "Professor forcing in place of teacher forcing.")
  private boolean professor;

  @Option(names = "--samples", split = ",", description = "Words drawn; 0 = full softmax.")
  private List<Integer> samples = List.of(0, 1000);

  @Option(names = "--threads", defaultValue = "2")
  private int threads;

  @Option(names = "--seed", defaultValue = "1")
  private long seed;

  @Option(names = "--turns", defaultValue = "15", description = "Updates each that are timed.")
  private int turns;

  @Option(names = "--warm-up", defaultValue = "10", description = "Updates each before that.")
  private int warmUp;

  private String[] words;
  private int[] train;

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new SoftmaxComparison()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    String[] text = Files.readString(data).replace("\n", " <eos> ").strip().split(" +", 0);
    words = Stream.of(text).distinct().sorted().toArray(String[]::new);
    train = Stream.of(text).mapToInt(word -> Arrays.binarySearch(words, word)).toArray();
    System.out.printf("%d words, %d steps%n", words.length, train.length);
    time();
    return 0;
  }

  private MinibatchSchedule schedule() {
    int sequences = (train.length + STEPS - 1) / STEPS;
    return new MinibatchSchedule(sequences, 1, BATCH, 1, 1, seed);
  }

  private SequenceBatch batch(MinibatchSchedule schedule, int update) {
    return SequenceBatch.of(
        Arrays.stream(schedule.minibatch(0, update, 0))
            .mapToObj(
                i -> Arrays.copyOfRange(train, i * STEPS, Math.min(train.length, (i + 1) * STEPS)))
            .toArray(int[][]::new));
  }

  private WordCounts counts() {
    long[] counts = new long[words.length];
    for (int word : train) {
      counts[word]++;
    }
    return new WordCounts(counts);
  }

  private record Contender(int samples, Generator generator, Objective objective) {}

  private Contender contender(int count) {
    Kernels kernels = KernelProvider.create(Kernel.AUTO, DataType.FLOAT, threads);
    Generator.Shape shape = new Generator.Shape(words.length, size.embedding, size.hidden, 1);
    Generator generator =
        new Generator(
            initialised(
                Generator.configuration(
                    shape,
                    DataType.FLOAT,
                    new Adam(size.rate),
                    RandomStreams.key(seed, Purpose.GENERATOR_PARAMETERS))),
            kernels);
    Optional<WordSampler> sampler =
        count > 0
            ? Optional.of(new WordSampler(new WordProposal(counts().shares()), count))
            : Optional.empty();
    return new Contender(
        count,
        generator,
        professor
            ? professorForcing(generator, kernels, sampler)
            : new TeacherForcing(generator, new GeneratorUpdates(size.clip, 0), 0, sampler));
  }

  private ProfessorForcing professorForcing(
      Generator generator, Kernels kernels, Optional<WordSampler> sampler) {
    MultiLayerNetwork discriminator =
        initialised(
            RecurrentDiscriminator.configuration(
                size.hidden,
                size.discriminator,
                DataType.FLOAT,
                new Adam(size.discriminatorRate),
                RandomStreams.key(seed, Purpose.DISCRIMINATOR_PARAMETERS)));
    return new ProfessorForcing(
        generator,
        new RecurrentDiscriminator(discriminator, kernels),
        ProfessorForcingOptions.paper(Behaviour.HIDDEN)
            .gates(new Gates(-1, 2))
            .updates(new GeneratorUpdates(size.clip, 0))
            .discriminatorGradientClip(size.clip)
            .build(),
        sampler);
  }

  private static MultiLayerNetwork initialised(MultiLayerConfiguration configuration) {
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init();
    return network;
  }

  private SplittableRandom random(int update) {
    return RandomStreams.stream(seed, Purpose.FREE_RUNNING, update, 0);
  }

  private void time() {
    MinibatchSchedule schedule = schedule();
    List<Contender> contenders = samples.stream().map(this::contender).toList();
    double[][] seconds = new double[contenders.size()][turns];
    for (int turn = -warmUp; turn < turns; turn++) {
      SequenceBatch batch = batch(schedule, turn + warmUp);
      for (int i = 0; i < contenders.size(); i++) {
        long start = now();
        contenders.get(i).objective().step(batch, turn + warmUp, random(turn + warmUp));
        if (turn >= 0) {
          seconds[i][turn] = (now() - start) / 1e9;
        }
      }
    }
    for (int i = 0; i < contenders.size(); i++) {
      double[] own = seconds[i];
      double[] ratios =
          IntStream.range(0, turns).mapToDouble(t -> seconds[0][t] / own[t]).sorted().toArray();
      System.out.printf(
          "S = %5d: median %7.1f ms, times as fast as the first %.2f (quartiles %.2f to %.2f)%n",
          contenders.get(i).samples(),
          1000 * quantile(own.clone(), 0.5),
          quantile(ratios, 0.5),
          quantile(ratios, 0.25),
          quantile(ratios, 0.75));
    }
  }

  /** Of one thread the processor's time, which others on the machine do not lengthen by waiting. */
  private long now() {
    return threads == 1
        ? ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime()
        : System.nanoTime();
  }

  private static double quantile(double[] values, double share) {
    Arrays.sort(values);
    return values[(int) Math.min(values.length - 1L, Math.round(share * (values.length - 1)))];
  }
}
