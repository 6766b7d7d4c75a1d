package dev.lockstep.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.lockstep.config.Limits.Above;
import dev.lockstep.config.Limits.AtLeast;
import dev.lockstep.config.Limits.AtMost;
import dev.lockstep.config.Limits.Below;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Every setting, checked. A key of the configuration is the path of record components that leads to
 * it, so {@code training().averagingFrequency()} is {@code training.averaging-frequency}. What each
 * one means in full and its default stand in {@code reference.conf} beside this class; the limits
 * stand here.
 *
 * @param data what is learned and how it is cut into sequences
 * @param generator the network that generates
 * @param discriminator the network that tells the generator's two modes apart
 * @param objective what training minimises
 * @param training how it is trained
 * @param evaluation how it is measured
 * @param generate what is generated
 */
public record Settings(
    Data data,
    Generator generator,
    Discriminator discriminator,
    Objective objective,
    Training training,
    Evaluation evaluation,
    Generate generate)
    implements Serializable {

  /** The defaults alone. */
  public static Settings defaults() {
    return SettingsReader.read(ConfigFactory.empty());
  }

  /**
   * Reads a file and the command line's changes to it; the rest are defaults.
   *
   * @param fileOrNull a HOCON file, or null for none
   * @param overrides {@code key=value} each; the value is taken literally, the last of a key wins
   * @throws UserError if anything is unknown or not allowed, naming the file and line
   */
  public static Settings load(Path fileOrNull, List<String> overrides) {
    Config file = fileOrNull == null ? ConfigFactory.empty() : SettingsSource.file(fileOrNull);
    return SettingsReader.read(SettingsSource.overrides(overrides).withFallback(file));
  }

  /**
   * Reads settings from text; the rest are defaults.
   *
   * @param hocon the text
   * @param origin what errors call it, where they would name a file
   * @throws UserError if anything is unknown or not allowed, naming the line
   */
  public static Settings parse(String hocon, String origin) {
    return SettingsReader.read(SettingsSource.text(hocon, origin));
  }

  /**
   * Reads settings from text and the command line's changes to it; the rest are defaults.
   *
   * @param hocon the text
   * @param origin what errors call it, where they would name a file
   * @param overrides {@code key=value} each, as for {@link #load}
   * @throws UserError if anything is unknown or not allowed, naming the line
   */
  public static Settings parse(String hocon, String origin, List<String> overrides) {
    return SettingsReader.read(
        SettingsSource.overrides(overrides).withFallback(SettingsSource.text(hocon, origin)));
  }

  /** All settings as HOCON, which {@link #parse} and {@link #load} read back to equal settings. */
  public String render() {
    return SettingsWriter.write(this);
  }

  /** A setting that two configurations have otherwise. */
  public record Difference(String key, String own, String other) {}

  /** Where these settings differ from others, in the order of declaration. */
  public List<Difference> differences(Settings other) {
    Map<String, String> theirs = SettingsWriter.flat(other);
    return SettingsWriter.flat(this).entrySet().stream()
        .filter(own -> !own.getValue().equals(theirs.get(own.getKey())))
        .map(own -> new Difference(own.getKey(), own.getValue(), theirs.get(own.getKey())))
        .toList();
  }

  /**
   * The same with {@code training.threads} resolved where it is 0: another number of threads splits
   * the rows of a product elsewhere and can change its last bits, so a run records the number that
   * it used.
   */
  public Settings withThreads(int resolved) {
    Training t = training;
    int threads = t.threads > 0 ? t.threads : resolved;
    Training same =
        new Training(
            t.output,
            t.batch,
            t.epochs,
            t.maxRounds,
            t.workers,
            threads,
            t.averagingFrequency,
            t.learningRate,
            t.discriminatorLearningRate,
            t.gradientClip,
            t.recomputeWindow,
            t.seed,
            t.validateEvery,
            t.patience,
            t.checkpointEvery,
            t.keepCheckpoints,
            t.outer,
            t.health,
            t.kernel);
    return new Settings(data, generator, discriminator, objective, same, evaluation, generate);
  }

  /** Steps over which the drift is measured: {@code evaluation.length} with its 0 resolved. */
  public int driftLength() {
    return evaluation.length == 0 ? data.sequenceLength : evaluation.length;
  }

  /**
   * What is learned and how it is cut into sequences.
   *
   * @param input where the raw data is, a path or URI; empty if not given
   * @param kind kind of data
   * @param corpus the prepared directory, a path or URI; empty if not given
   * @param sequenceLength most steps of one sequence
   * @param split how input that comes in one piece is split
   * @param damaged what becomes of items that cannot be read
   * @param words how text becomes words
   * @param handwriting how lines of handwriting become sequences
   * @param audio how recordings become sequences
   * @param pixels how images become sequences
   * @param series which numbers of a table are learned
   * @param sawtooth sizes of the generated sawtooth corpus
   */
  public record Data(
      String input,
      Kind kind,
      String corpus,
      @AtLeast(1) int sequenceLength,
      Split split,
      Damaged damaged,
      Words words,
      Handwriting handwriting,
      Audio audio,
      Pixels pixels,
      Series series,
      Sawtooth sawtooth)
      implements Serializable {}

  /** Kinds of data. */
  public enum Kind implements Choice {
    /** UTF-8 text, one symbol a character. */
    CHARACTERS,
    /** UTF-8 text, one symbol a word. */
    WORDS,
    /** JSON lines with a text x and a text y that depends on it, one symbol a character. */
    PAIRS,
    /** IAM-OnDB's lines: pen offsets and pen lifts, with their text. */
    HANDWRITING,
    /** WAV files, one symbol an amplitude. */
    AUDIO,
    /** IDX images, one symbol a pixel, black or white. */
    PIXELS,
    /** Tables of real numbers, one vector a step. */
    SERIES,
    /** Generated: up nine steps, down one. */
    SAWTOOTH
  }

  /** What becomes of items of raw data that cannot be read. */
  public enum Damaged implements Choice {
    /** The first one ends the job. */
    REFUSE,
    /** They are named and left out. */
    SKIP
  }

  /**
   * How text becomes words.
   *
   * @param vocabulary most words, the most frequent; all others are unknown
   * @param unknown what stands for an unknown word
   */
  public record Words(@AtLeast(2) int vocabulary, String unknown) implements Serializable {}

  /**
   * How lines of handwriting become sequences.
   *
   * @param lines whether a line is one sequence or cut into several
   * @param jump largest offset between two points, in standard deviations; lines with a larger one
   *     are set aside
   */
  public record Handwriting(Lines lines, @Above(0) double jump) implements Serializable {}

  /** What a line of handwriting becomes. */
  public enum Lines implements Choice {
    /** One sequence with its text; lines of more steps than a sequence may have are set aside. */
    WHOLE,
    /** Segments, without the text. */
    SEGMENTS
  }

  /**
   * How recordings become sequences.
   *
   * @param rate samples a second, after resampling
   * @param bins number of amplitudes
   * @param scale how amplitudes are spaced
   * @param label pattern whose first group, found in a file's name, is the recording's label; empty
   *     for none
   */
  public record Audio(
      @AtLeast(1) int rate, @AtLeast(2) int bins, AmplitudeScale scale, String label)
      implements Serializable {}

  /** How amplitudes are spaced. */
  public enum AmplitudeScale implements Choice {
    /** Evenly. */
    UNIFORM,
    /** By the μ-law: finer near silence. */
    MU_LAW
  }

  /**
   * How images become sequences.
   *
   * @param binarise how a grey pixel becomes black or white
   */
  public record Pixels(Binarise binarise) implements Serializable {}

  /** How a grey pixel becomes black or white. */
  public enum Binarise implements Choice {
    /** White from half the range up. */
    THRESHOLD,
    /** White with its brightness as probability, drawn once. */
    STOCHASTIC
  }

  /**
   * Which numbers of a table are learned.
   *
   * @param columns their names, with commas between; empty for all columns of numbers
   */
  public record Series(String columns) implements Serializable {}

  /**
   * How a single input file is split; training takes the rest.
   *
   * @param valid fraction of the symbols for validation
   * @param test fraction of the symbols for the test; the two add up to less than 1
   */
  public record Split(@Above(0) @Below(1) double valid, @Above(0) @Below(1) double test)
      implements Serializable {}

  /**
   * Sizes of the generated sawtooth corpus.
   *
   * @param train sequences for training
   * @param valid sequences for validation
   * @param test sequences for the test
   */
  public record Sawtooth(@AtLeast(1) int train, @AtLeast(1) int valid, @AtLeast(1) int test)
      implements Serializable {}

  /**
   * The network that generates.
   *
   * @param input how a symbol enters it
   * @param embedding width of the embedding, where the input is one
   * @param hidden width of each layer
   * @param layers number of layers
   * @param mixture Gaussians of the output, where steps are real numbers
   * @param condition how what a sequence depends on enters it
   * @param window components of the attention window, where there is one
   * @param softmaxSamples words drawn for the likelihood of a minibatch; 0 for the whole vocabulary
   */
  public record Generator(
      Input input,
      @AtLeast(1) int embedding,
      @AtLeast(1) int hidden,
      @AtLeast(1) int layers,
      @AtLeast(1) int mixture,
      Condition condition,
      @AtLeast(1) int window,
      @AtLeast(0) int softmaxSamples)
      implements Serializable {}

  /** How what a sequence depends on enters the generator. */
  public enum Condition implements Choice {
    /** Not at all: unconditional. */
    NONE,
    /** A label, read at every step. */
    LABEL,
    /** A text, under an attention window that moves along it. */
    WINDOW,
    /** A text, read by an encoder whose last state the generator starts from. */
    ENCODER
  }

  /** How a symbol enters the generator. */
  public enum Input implements Choice {
    /** A vector of zeros with a one. */
    ONE_HOT,
    /** A learned vector. */
    EMBEDDING
  }

  /**
   * The network that tells teacher-forced from free-running behaviour.
   *
   * @param kind how it looks at a sequence
   * @param hidden width of its layers, the recurrent one in each direction, or of the first
   *     convolution
   * @param behaviour what of the generator it reads
   */
  public record Discriminator(DiscriminatorKind kind, @AtLeast(1) int hidden, Behaviour behaviour)
      implements Serializable {}

  /** How the discriminator looks at a sequence. */
  public enum DiscriminatorKind implements Choice {
    /** Along time, forward and backward. */
    RECURRENT,
    /** As an image, whose pixels the steps are. */
    CONVOLUTIONAL
  }

  /** What of the generator the discriminator reads at each step. */
  public enum Behaviour implements Choice {
    /** The hidden state and the probabilities of the next symbol. */
    HIDDEN_AND_PROBABILITIES,
    /** The hidden state and the symbol that was read. */
    HIDDEN_AND_INPUT,
    /** The hidden state alone. */
    HIDDEN
  }

  /**
   * What training minimises.
   *
   * @param method the objective
   * @param matchTeacherForced whether C_t is added to the generator's loss
   * @param updateOrder which discriminator the generator hears
   * @param freeRunningLength steps that a free-running sequence goes on for, from minibatch to
   *     minibatch; 0 = as many as a sequence has
   * @param gate who is updated when
   */
  public record Objective(
      Method method,
      boolean matchTeacherForced,
      UpdateOrder updateOrder,
      @AtLeast(0) int freeRunningLength,
      Gate gate)
      implements Serializable {}

  /** Which discriminator the generator hears. */
  public enum UpdateOrder implements Choice {
    /** The one that judged the minibatch. */
    SIMULTANEOUS,
    /** The one that has just learned from it. */
    DISCRIMINATOR_FIRST
  }

  /** Training objectives. */
  public enum Method implements Choice {
    /** Likelihood alone. */
    TEACHER_FORCING,
    /** Likelihood, and behaviour that the discriminator cannot tell apart. */
    PROFESSOR_FORCING
  }

  /**
   * Bounds on the discriminator's accuracy.
   *
   * @param generatorAbove the generator hears the discriminator only above this accuracy
   * @param discriminatorBelow the discriminator is not updated above this accuracy
   */
  public record Gate(
      @AtLeast(0) @AtMost(1) double generatorAbove,
      @AtLeast(0) @AtMost(1) double discriminatorBelow)
      implements Serializable {}

  /**
   * How it is trained.
   *
   * @param output the run directory, a path or URI; empty if not given
   * @param batch sequences of one minibatch of one worker
   * @param epochs passes over the training part
   * @param maxRounds rounds after which training stops; 0 = no limit
   * @param workers workers side by side
   * @param threads threads of one worker's kernels; 0 = cores divided by workers, or a task's own
   * @param averagingFrequency minibatches of each worker in one round
   * @param learningRate the generator's step size
   * @param discriminatorLearningRate the discriminator's step size
   * @param gradientClip largest L2 norm of a network's gradients; 0 = off
   * @param recomputeWindow steps whose gates are held for the backward pass; 0 = all
   * @param seed where every random number comes from
   * @param validateEvery rounds between validations; 0 = only at the end
   * @param patience validations without a better one after which training stops; 0 = never
   * @param checkpointEvery rounds between checkpoints
   * @param keepCheckpoints how many of the newest are kept, beside the best
   * @param outer what becomes of the workers' results
   * @param health which workers' results are left out
   * @param kernel what computes the recurrent layers
   */
  public record Training(
      String output,
      @AtLeast(1) int batch,
      @AtLeast(1) int epochs,
      @AtLeast(0) int maxRounds,
      @AtLeast(1) int workers,
      @AtLeast(0) int threads,
      @AtLeast(1) int averagingFrequency,
      @Above(0) double learningRate,
      @Above(0) double discriminatorLearningRate,
      @AtLeast(0) double gradientClip,
      @AtLeast(0) int recomputeWindow,
      long seed,
      @AtLeast(0) int validateEvery,
      @AtLeast(0) int patience,
      @AtLeast(1) int checkpointEvery,
      @AtLeast(1) int keepCheckpoints,
      Outer outer,
      Health health,
      Kernel kernel)
      implements Serializable {}

  /**
   * What becomes of the workers' results after a round.
   *
   * @param optimizer how the parameters move towards their mean
   * @param learningRate η of Nesterov's step
   * @param momentum μ of Nesterov's step
   * @param updaterState what becomes of Adam's moments
   */
  public record Outer(
      OuterMethod optimizer,
      @Above(0) double learningRate,
      @AtLeast(0) @Below(1) double momentum,
      UpdaterState updaterState)
      implements Serializable {}

  /** How the parameters move after a round. */
  public enum OuterMethod implements Choice {
    /** To the mean of the workers'. */
    AVERAGE,
    /** By Nesterov momentum on the difference between the mean and where the round began. */
    NESTEROV
  }

  /** What becomes of Adam's moments after a round. */
  public enum UpdaterState implements Choice {
    /** Averaged like the parameters. */
    AVERAGE,
    /** Every worker begins each round without any. */
    RESTART
  }

  /**
   * Which workers' results are left out of the mean.
   *
   * @param explodeFactor times its first value in the round that a worker's loss, or the norm of a
   *     network's parameters, may come to
   * @param maxLeftOut share of the workers that may be left out before training stops
   */
  public record Health(@Above(1) double explodeFactor, @AtLeast(0) @Below(1) double maxLeftOut)
      implements Serializable {}

  /** What computes the recurrent layers. */
  public enum Kernel implements Choice {
    /** The fastest that the machine has. */
    AUTO,
    /** Java's vector instructions. */
    VECTOR,
    /** Plain Java. */
    SCALAR,
    /** ND4J's operations. */
    ND4J
  }

  /**
   * How it is measured.
   *
   * @param streams contiguous pieces of a part, read side by side with carried state
   * @param sequences sequences over which the drift is measured
   * @param length steps over which the drift is measured; 0 = the corpus's sequence length
   * @param freeRunning whether free-running output is compared with the data beyond that length
   */
  public record Evaluation(
      @AtLeast(1) int streams,
      @AtLeast(1) int sequences,
      @AtLeast(0) int length,
      boolean freeRunning)
      implements Serializable {}

  /**
   * What is generated.
   *
   * @param count sequences
   * @param length steps of each
   * @param temperature sharpness of the draw, 1 = as learned
   * @param bias sharpness of draws from a mixture of Gaussians, 0 = as learned
   * @param prefix what each sequence continues
   * @param condition what the sequences depend on, one a line
   * @param seed where the draws come from
   */
  public record Generate(
      @AtLeast(1) int count,
      @AtLeast(1) int length,
      @Above(0) double temperature,
      @AtLeast(0) double bias,
      String prefix,
      String condition,
      long seed)
      implements Serializable {}
}
