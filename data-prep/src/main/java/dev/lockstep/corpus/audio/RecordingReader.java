package dev.lockstep.corpus.audio;

import dev.lockstep.config.DataSettings;
import dev.lockstep.corpus.Amplitudes;
import dev.lockstep.corpus.Vocabulary;
import dev.lockstep.corpus.input.Damage;
import dev.lockstep.corpus.input.FileChecksums;
import dev.lockstep.corpus.input.SourceFile;
import dev.lockstep.corpus.reader.Item;
import dev.lockstep.corpus.reader.ItemReader;
import dev.lockstep.model.Sequence;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.util.SerializableConfiguration;

/** The task that reads recordings: each becomes amplitudes at one rate, cut into pieces. */
final class RecordingReader extends ItemReader {
  private static final long serialVersionUID = 1L;

  /** With one sample there is nothing to learn from what went before. */
  static final int FEWEST_SAMPLES = 2;

  private final Amplitudes amplitudes;
  private final int length;

  /** Finds the label in a file's name; null for none. */
  private final Pattern pattern;

  private final Vocabulary labels;

  /** Files that are neighbours mostly have one rate. */
  private transient Resampler resampler;

  private transient int resamplerRate;

  /**
   * @param patternOrNull whose first group, found in a file's name, is its label
   * @param labels that it finds; null if it finds none
   */
  RecordingReader(
      DataSettings data,
      Pattern patternOrNull,
      Vocabulary labels,
      SerializableConfiguration hadoop,
      FileChecksums checksums) {
    super(hadoop, checksums);
    DataSettings.Audio audio = data.audio();
    this.amplitudes = new Amplitudes(audio.bins(), audio.scale(), audio.rate());
    this.length = data.sequenceLength();
    this.pattern = patternOrNull;
    this.labels = labels;
  }

  Amplitudes amplitudes() {
    return amplitudes;
  }

  /** The label of a file, if its name has one, or its path for a pattern that knows of folders. */
  static Optional<String> label(Pattern pattern, SourceFile file) {
    String name =
        pattern.pattern().contains("/")
            ? file.name()
            : file.name().substring(file.name().lastIndexOf('/') + 1);
    Matcher matcher = pattern.matcher(name);
    return matcher.find()
        ? Optional.ofNullable(matcher.group(1)).filter(label -> !label.isEmpty())
        : Optional.empty();
  }

  @Override
  protected Item item(SourceFile file, InputStream in) throws IOException, Damage {
    float[] samples = atOneRate(WavReader.read(in));
    if (samples.length < FEWEST_SAMPLES) {
      return Item.setAside(file.name(), "shorter than two samples");
    }
    int[] condition = condition(file);
    return Item.of(
        file.name(),
        file.name(),
        Sequence.ofSymbols(symbols(samples)).given(condition).pieces(length, FEWEST_SAMPLES));
  }

  private int[] condition(SourceFile file) throws Damage {
    if (pattern == null) {
      return new int[0];
    }
    String label =
        label(pattern, file)
            .orElseThrow(
                () ->
                    new Damage(
                        "data.audio.label = %s finds no label in its name".formatted(pattern)));
    return new int[] {labels.encodeWord(label)};
  }

  private float[] atOneRate(Recording recording) throws Damage {
    int rate = recording.rate();
    if (Resampler.taps(rate, amplitudes.rate()) > Resampler.MOST_TAPS) {
      throw new Damage(
          "its rate of %d Hz and data.audio.rate = %d have too small a common divisor to resample"
              .formatted(rate, amplitudes.rate()));
    }
    if (resampler == null || resamplerRate != rate) {
      resampler = new Resampler(rate, amplitudes.rate());
      resamplerRate = rate;
    }
    long length = resampler.length(recording.samples().length);
    if (length > WavReader.MOST_SAMPLES) {
      throw new Damage(
          "has %d samples at %d Hz, more than %d"
              .formatted(length, amplitudes.rate(), WavReader.MOST_SAMPLES));
    }
    return resampler.resample(recording.samples());
  }

  private int[] symbols(float[] samples) {
    int[] symbols = new int[samples.length];
    for (int t = 0; t < symbols.length; t++) {
      symbols[t] = amplitudes.encode(samples[t]);
    }
    return symbols;
  }
}
