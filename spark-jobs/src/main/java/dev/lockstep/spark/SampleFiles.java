package dev.lockstep.spark;

import dev.lockstep.config.DataSettings;
import dev.lockstep.corpus.Amplitudes;
import dev.lockstep.corpus.Bitmap;
import dev.lockstep.corpus.Channels;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.corpus.PenStrokes;
import dev.lockstep.corpus.Raster;
import dev.lockstep.corpus.StepFormat;
import dev.lockstep.corpus.Vocabulary;
import dev.lockstep.model.Sequence;
import dev.lockstep.render.AudioClip;
import dev.lockstep.render.AudioRenderer;
import dev.lockstep.render.Forecast;
import dev.lockstep.render.ImageSheet;
import dev.lockstep.render.InkLine;
import dev.lockstep.render.InkRenderer;
import dev.lockstep.render.Picture;
import dev.lockstep.render.SeriesPlot;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What a person looks at or listens to: the files that samples become, by the kind of data. Text is
 * one file and so is a forecast; of images and handwriting there is a sheet of all and, as of
 * sounds, a file for each, numbered from 1.
 */
final class SampleFiles implements StepFormat.Visitor<Map<String, byte[]>> {
  private static final int IMAGE_ZOOM = 3;

  private final CorpusDescriptor corpus;
  private final String name;
  private final List<Sample> samples;
  private final Sequence prefix;
  private final List<Sequence> truth;
  private final Map<String, byte[]> files = new LinkedHashMap<>();

  private SampleFiles(
      CorpusDescriptor corpus,
      String name,
      List<Sample> samples,
      Sequence prefix,
      List<Sequence> truth) {
    this.corpus = corpus;
    this.name = name;
    this.samples = samples;
    this.prefix = prefix;
    this.truth = truth;
  }

  /**
   * The files of some samples.
   *
   * @param name what their names begin with
   * @param prefix what all samples continue
   * @param truth what is known to come after it, for a series
   */
  static Map<String, byte[]> of(
      CorpusDescriptor corpus,
      String name,
      List<Sample> samples,
      Sequence prefix,
      List<Sequence> truth) {
    return corpus.steps().accept(new SampleFiles(corpus, name, samples, prefix, truth));
  }

  /** The samples as text, each with its prefix and what it depends on; none of other kinds. */
  static List<String> texts(CorpusDescriptor corpus, List<Sample> samples, Sequence prefix) {
    return corpus.steps() instanceof Vocabulary vocabulary
        ? samples.stream().map(s -> text(corpus, vocabulary, s.sequence(), prefix)).toList()
        : List.of();
  }

  private static String text(
      CorpusDescriptor corpus, Vocabulary vocabulary, Sequence sample, Sequence prefix) {
    int[] all =
        IntStream.concat(Arrays.stream(prefix.symbols()), Arrays.stream(sample.symbols()))
            .toArray();
    String text = vocabulary.decode(all);
    if (sample.condition().length == 0) {
      return text;
    }
    // What depends on something ends where its line does.
    return corpus.condition().orElseThrow().decode(sample.condition())
        + " -> "
        + text.lines().findFirst().orElse("");
  }

  /** Samples may hold any character, so they are set apart by numbered lines. */
  @Override
  public Map<String, byte[]> visit(Vocabulary vocabulary) {
    List<String> texts = texts(corpus, samples, prefix);
    StringBuilder page = new StringBuilder();
    for (int i = 0; i < texts.size(); i++) {
      page.append("--- ").append(i + 1).append(" ---\n").append(texts.get(i)).append("\n\n");
    }
    files.put(name + ".txt", page.toString().getBytes(StandardCharsets.UTF_8));
    return files;
  }

  @Override
  public Map<String, byte[]> visit(Amplitudes amplitudes) {
    for (int i = 0; i < samples.size(); i++) {
      double[] wave =
          Arrays.stream(samples.get(i).sequence().symbols())
              .mapToDouble(amplitudes::decode)
              .toArray();
      AudioClip clip = new AudioClip(wave, amplitudes.rate());
      files.put(name + "-" + (i + 1) + ".wav", AudioRenderer.wav(clip));
      files.put(name + "-" + (i + 1) + ".png", AudioRenderer.picture(clip).png());
    }
    return files;
  }

  @Override
  public Map<String, byte[]> visit(Bitmap bitmap) {
    int pixels = bitmap.width() * bitmap.height();
    double[][] images = new double[samples.size()][];
    for (int i = 0; i < images.length; i++) {
      // What was drawn beyond an image's last pixel is no part of it; what is missing is black.
      int[] symbols = Arrays.copyOf(samples.get(i).sequence().symbols(), pixels);
      images[i] = Arrays.stream(symbols).mapToDouble(s -> s).toArray();
    }
    return sheets(
        images, new Raster(bitmap.width(), bitmap.height(), 1, DataSettings.View.BINARY, false));
  }

  /** Of a sequence its first step: an image has no second one. */
  @Override
  public Map<String, byte[]> visit(Raster raster) {
    double[][] images = new double[samples.size()][raster.numbers()];
    for (int i = 0; i < images.length; i++) {
      float[] values = samples.get(i).sequence().values();
      Arrays.setAll(images[i], pixel -> values[pixel]);
    }
    return sheets(images, raster);
  }

  private Map<String, byte[]> sheets(double[][] images, Raster raster) {
    files.put(name + ".png", sheet(images, raster));
    for (int i = 0; i < images.length; i++) {
      files.put(name + "-" + (i + 1) + ".png", sheet(new double[][] {images[i]}, raster));
    }
    return files;
  }

  private static byte[] sheet(double[][] images, Raster raster) {
    int columns = (int) Math.ceil(Math.sqrt(images.length));
    return ImageSheet.png(
        images, raster.planes(), raster.height(), raster.width(), columns, IMAGE_ZOOM);
  }

  @Override
  public Map<String, byte[]> visit(PenStrokes strokes) {
    Channels channels = strokes.channels();
    List<InkLine> lines = new ArrayList<>();
    for (Sample sample : samples) {
      String text = corpus.condition().map(c -> c.decode(sample.sequence().condition())).orElse("");
      lines.add(new InkLine(rows(channels, sample.sequence()), text));
    }
    picture(name, InkRenderer.sheet(lines));
    for (int i = 0; i < lines.size(); i++) {
      picture(name + "-" + (i + 1), InkRenderer.sheet(List.of(lines.get(i))));
      if (samples.get(i).attention().length > 0) {
        picture(
            name + "-attention-" + (i + 1),
            InkRenderer.attention(lines.get(i), samples.get(i).attention()));
      }
    }
    return files;
  }

  private static double[][] rows(Channels channels, Sequence sequence) {
    double[] values = channels.restore(sequence.values());
    int width = channels.list().size();
    double[][] rows = new double[sequence.length()][];
    Arrays.setAll(rows, t -> Arrays.copyOfRange(values, t * width, (t + 1) * width));
    return rows;
  }

  private void picture(String file, Picture picture) {
    files.put(file + ".svg", picture.svg().getBytes(StandardCharsets.UTF_8));
    files.put(file + ".png", picture.png());
  }

  @Override
  public Map<String, byte[]> visit(Channels channels) {
    List<Forecast> forecasts = new ArrayList<>();
    for (int c = 0; c < channels.list().size(); c++) {
      int channel = c;
      double[][] draws =
          samples.stream()
              .map(sample -> column(channels, sample.sequence(), channel))
              .toArray(double[][]::new);
      double[] known =
          truth.stream()
              .map(sequence -> column(channels, sequence, channel))
              .findFirst()
              .orElse(new double[0]);
      forecasts.add(
          Forecast.ofDraws(
              channels.list().get(c).name(),
              column(channels, prefix, c),
              Arrays.copyOf(known, Math.min(known.length, draws[0].length)),
              draws));
    }
    picture(name, SeriesPlot.forecasts(forecasts));
    return files;
  }

  private static double[] column(Channels channels, Sequence sequence, int channel) {
    return Arrays.stream(rows(channels, sequence)).mapToDouble(row -> row[channel]).toArray();
  }
}
