package dev.lockstep.benchmarks;

import dev.lockstep.metric.StreamLikelihood;
import dev.lockstep.model.Behaviour;
import dev.lockstep.model.Generator;
import dev.lockstep.model.RecurrentDiscriminator;
import dev.lockstep.model.Sequence;
import dev.lockstep.model.SequenceBatch;
import dev.lockstep.model.WordProposal;
import dev.lockstep.nn.kernel.KernelProvider;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.objective.Gates;
import dev.lockstep.objective.Objective;
import dev.lockstep.objective.ProfessorForcing;
import dev.lockstep.objective.StepMetrics;
import dev.lockstep.objective.TeacherForcing;
import dev.lockstep.objective.WordSampler;
import dev.lockstep.random.RandomStreams;
import dev.lockstep.random.RandomStreams.Purpose;
import dev.lockstep.training.MinibatchSchedule;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The softmax over a vocabulary of words beside softmaxes over some of them, on a text in files
 * {@code ptb.train.txt} and {@code ptb.valid.txt}: an update each in turn, or one run with its
 * validation.
 */
@Command(name = "softmax", mixinStandardHelpOptions = true)
public final class SoftmaxComparison implements Callable<Integer> {
  private static final int STEPS = 35;
  private static final int BATCH = 32;
  private static final int STREAMS = 64;

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

  @Option(names = "--data", required = true)
  private Path data;

  @Option(names = "--size", defaultValue = "SMALL")
  private Size size;

  @Option(names = "--professor", description = "Professor forcing in place of teacher forcing.")
  private boolean professor;

  @Option(names = "--open", description = "Gates that are open whatever the accuracy.")
  private boolean open;

  @Option(names = "--samples", split = ",", description = "Words drawn; 0 = full softmax.")
  private List<Integer> samples = List.of(0, 1000);

  @Option(names = "--power", defaultValue = "1", description = "Of the counts in the proposal.")
  private double power;

  @Option(names = "--rate", defaultValue = "1", description = "Times the step size.")
  private double rate;

  @Option(names = "--unigram-bias", description = "Begin with the words' shares in the biases.")
  private boolean unigramBias;

  @Option(names = "--threads", defaultValue = "2")
  private int threads;

  @Option(names = "--seed", defaultValue = "1")
  private long seed;

  @Option(names = "--turns", defaultValue = "0", description = "Updates each, timed in turn.")
  private int turns;

  @Option(names = "--warm-up", defaultValue = "10")
  private int warmUp;

  @Option(names = "--epochs", defaultValue = "1")
  private int epochs;

  @Option(names = "--updates", defaultValue = "0", description = "At most; 0 = all epochs.")
  private int updates;

  @Option(names = "--validate-every", defaultValue = "200")
  private int validateEvery;

  private String[] words;
  private int[] train;
  private int[] valid;

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new SoftmaxComparison()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    read();
    if (turns > 0) {
      time();
    } else {
      for (int count : samples) {
        learn(count);
      }
    }
    return 0;
  }

  private void read() throws IOException {
    String[] text = tokens("ptb.train.txt");
    words = Stream.of(text).distinct().sorted().toArray(String[]::new);
    train = numbers(text);
    valid = numbers(tokens("ptb.valid.txt"));
    System.out.printf("%d words, %d and %d steps%n", words.length, train.length, valid.length);
  }

  private String[] tokens(String file) throws IOException {
    return Files.readString(data.resolve(file)).replace("\n", " <eos> ").strip().split(" +", 0);
  }

  private int[] numbers(String[] text) {
    return Stream.of(text).mapToInt(word -> Arrays.binarySearch(words, word)).toArray();
  }

  private MinibatchSchedule schedule() {
    int sequences = (train.length + STEPS - 1) / STEPS;
    return new MinibatchSchedule(sequences, 1, BATCH, epochs, 1, seed);
  }

  private SequenceBatch batch(MinibatchSchedule schedule, int update) {
    return SequenceBatch.of(
        Arrays.stream(schedule.minibatch(0, update, 0))
            .mapToObj(
                i -> Arrays.copyOfRange(train, i * STEPS, Math.min(train.length, (i + 1) * STEPS)))
            .toArray(int[][]::new));
  }

  private double[] weights(double power) {
    double[] counts = new double[words.length];
    for (int word : train) {
      counts[word]++;
    }
    return Arrays.stream(counts).map(c -> Math.pow(c + 1, power)).toArray();
  }

  private record Contender(int samples, Generator generator, Objective objective) {}

  private Contender contender(int count) {
    Kernels kernels = KernelProvider.create(KernelProvider.Choice.AUTO, DataType.FLOAT, threads);
    Generator.Shape shape = new Generator.Shape(words.length, size.embedding, size.hidden, 1);
    Generator generator =
        new Generator(
            initialised(
                Generator.configuration(
                    shape,
                    DataType.FLOAT,
                    new Adam(rate * size.rate),
                    RandomStreams.key(seed, Purpose.GENERATOR_PARAMETERS))),
            kernels);
    if (unigramBias) {
      double[] counts = weights(1);
      double all = Arrays.stream(counts).sum();
      generator
          .network()
          .getParam("2_b")
          .assign(
              Nd4j.createFromArray(Arrays.stream(counts).map(c -> Math.log(c / all)).toArray())
                  .castTo(DataType.FLOAT)
                  .reshape(1, counts.length));
      generator.refresh();
    }
    Optional<WordSampler> sampler =
        count > 0
            ? Optional.of(new WordSampler(new WordProposal(weights(power)), count))
            : Optional.empty();
    return new Contender(
        count,
        generator,
        professor
            ? professorForcing(generator, kernels, sampler)
            : new TeacherForcing(generator, size.clip, 0, sampler));
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
        new ProfessorForcing.Options(
            Behaviour.HIDDEN,
            false,
            open ? new Gates(-1, 2) : new Gates(0.75, 0.99),
            size.clip,
            ProfessorForcing.UpdateOrder.SIMULTANEOUS,
            0,
            0),
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
        contenders.get(i).objective().step(batch, random(turn + warmUp));
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

  private void learn(int count) {
    MinibatchSchedule schedule = schedule();
    Contender contender = contender(count);
    int all = updates > 0 ? Math.min(updates, schedule.rounds()) : schedule.rounds();
    double sum = 0;
    double seconds = 0;
    for (int update = 0; update < all; update++) {
      long start = System.nanoTime();
      StepMetrics metrics = contender.objective().step(batch(schedule, update), random(update));
      seconds += (System.nanoTime() - start) / 1e9;
      sum += metrics.nll();
      if ((update + 1) % validateEvery == 0 || update + 1 == all) {
        int since = update % validateEvery + 1;
        System.out.printf(
            "S = %d, %d updates, %.1f s: training %.4f, validation %.4f%n",
            count, update + 1, seconds, sum / since, validation(contender.generator()));
        sum = 0;
      }
    }
  }

  private double validation(Generator generator) {
    List<Sequence> streams = new ArrayList<>();
    int length = (valid.length + STREAMS - 1) / STREAMS;
    for (int from = 0; from < valid.length; from += length) {
      streams.add(
          Sequence.ofSymbols(
              Arrays.copyOfRange(valid, from, Math.min(valid.length, from + length))));
    }
    StreamLikelihood.Sum sum =
        StreamLikelihood.Sum.total(StreamLikelihood.of(generator, streams, STEPS, length));
    return sum.nats() / sum.symbols();
  }
}
