package dev.lockstep.config;

import dev.lockstep.config.Limits.Above;
import dev.lockstep.config.Limits.AtLeast;
import dev.lockstep.config.Limits.AtMost;
import dev.lockstep.config.Limits.Below;
import java.io.Serializable;

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
 * @param images how images become vectors
 * @param series which numbers of a table are learned
 * @param sawtooth sizes of the generated sawtooth corpus
 * @param toy shape and sizes of the generated points
 */
public record DataSettings(
    @MayChange String input,
    Kind kind,
    @MayChange String corpus,
    @AtLeast(1) int sequenceLength,
    @MayChange Split split,
    Damaged damaged,
    Words words,
    Handwriting handwriting,
    Audio audio,
    Pixels pixels,
    Images images,
    Series series,
    @MayChange Sawtooth sawtooth,
    Toy toy)
    implements Serializable {
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
    /** Images, each one vector. */
    IMAGES,
    /** Tables of real numbers, one vector a step. */
    SERIES,
    /** Generated: up nine steps, down one. */
    SAWTOOTH,
    /** Generated: points of the plane, each one vector. */
    TOY;

    /** How the sequences of a part, in the order of their ids, hang together. */
    public Order order() {
      return switch (this) {
        case CHARACTERS, WORDS -> Order.STREAM;
        case SERIES -> Order.SERIES;
        // Every sequence of the sawtooth begins somewhere else in its cycle.
        case SAWTOOTH, PAIRS, HANDWRITING, AUDIO, PIXELS, IMAGES, TOY -> Order.SEPARATE;
      };
    }

    /** What a sequence depends on, where the corpus has something that it depends on. */
    public Conditioning conditioning() {
      return switch (this) {
        case PAIRS, HANDWRITING -> Conditioning.TEXT;
        case AUDIO -> Conditioning.LABEL;
        case CHARACTERS, WORDS, PIXELS, IMAGES, SERIES, SAWTOOTH, TOY -> Conditioning.NONE;
      };
    }

    /** Whether sequences end by themselves, each with a symbol that stands for its end. */
    public boolean hasEndSymbol() {
      return switch (this) {
        case PAIRS -> true;
        case CHARACTERS, WORDS, HANDWRITING, AUDIO, PIXELS, IMAGES, SERIES, SAWTOOTH, TOY -> false;
      };
    }

    /** Whether a step's numbers are a pen's: offsets x and y, then 1 where the pen is lifted. */
    public boolean hasPen() {
      return switch (this) {
        case HANDWRITING -> true;
        case CHARACTERS, WORDS, PAIRS, AUDIO, PIXELS, IMAGES, SERIES, SAWTOOTH, TOY -> false;
      };
    }
  }

  /** How sequences hang together. */
  public enum Order {
    /** Pieces of one stream: each begins where the one before it ended. */
    STREAM,
    /** Pieces of one or several series of numbers over time. */
    SERIES,
    /** Each stands by itself. */
    SEPARATE
  }

  /** What a sequence depends on. */
  public enum Conditioning {
    /** Nothing. */
    NONE,
    /** One symbol. */
    LABEL,
    /** Symbols, as many as there are. */
    TEXT
  }

  /** What becomes of items of raw data that cannot be read. */
  public enum Damaged implements Choice {
    /** The first one ends the job. */
    REFUSE,
    /** They are named and left out. */
    SKIP;

    /** Whether the first one ends the job. */
    public boolean refuses() {
      return switch (this) {
        case REFUSE -> true;
        case SKIP -> false;
      };
    }
  }

  /**
   * How a single input file is split; training takes the rest.
   *
   * @param valid fraction of the symbols for validation
   * @param test fraction of the symbols for the test; the two add up to less than 1
   */
  public record Split(@Above(0) @Below(1) double valid, @Above(0) @Below(1) double test)
      implements Serializable {}

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
   * How images become vectors.
   *
   * @param view what a number of the vector is
   * @param dequantise whether a real brightness is spread over its 256th
   * @param size pixels of a side that photographs are scaled to
   */
  public record Images(View view, boolean dequantise, @AtLeast(1) @AtMost(512) int size)
      implements Serializable {}

  /** What a number of an image's vector is. */
  public enum View implements Choice {
    /** A brightness from 0 to 1. */
    REAL,
    /** 0 or 1, drawn once with the brightness as the probability of 1. */
    BINARY
  }

  /**
   * Which numbers of a table are learned.
   *
   * @param columns their names, with commas between; empty for all columns of numbers
   */
  public record Series(String columns) implements Serializable {}

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
   * Points that are generated, about shapes with the radius 1.
   *
   * @param shape that they lie about
   * @param train points for training
   * @param valid points for validation
   * @param test points for the test
   * @param noise standard deviation of the Gaussian noise in x and y
   */
  public record Toy(
      Shape shape,
      @AtLeast(2) int train,
      @AtLeast(1) int valid,
      @AtLeast(1) int test,
      @AtLeast(0) double noise)
      implements Serializable {}

  /** What generated points lie about. */
  public enum Shape implements Choice {
    /** Eight points, evenly on a circle. */
    MIXTURE,
    /** A circle. */
    CIRCLE,
    /** The swiss roll in the plane: an Archimedean spiral of one and a half turns. */
    SWISS_ROLL
  }
}
