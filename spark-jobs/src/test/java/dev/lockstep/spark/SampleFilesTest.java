package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.config.DataSettings;
import dev.lockstep.corpus.Amplitudes;
import dev.lockstep.corpus.Bitmap;
import dev.lockstep.corpus.Channels;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.corpus.Part;
import dev.lockstep.corpus.PenStrokes;
import dev.lockstep.corpus.Raster;
import dev.lockstep.corpus.StepFormat;
import dev.lockstep.model.Sequence;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** Names of the files, which studies take samples from, one by one. */
class SampleFilesTest {
  private static final PenStrokes PEN =
      new PenStrokes(
          new Channels(
              Stream.of("x", "y", "end").map(name -> new Channels.Channel(name, 0, 1)).toList()));

  @Test
  void imagesAreOnASheetAndEachByItself() throws IOException {
    Map<String, byte[]> files =
        files(
            DataSettings.Kind.PIXELS,
            new Bitmap(2, 2),
            Sequence.ofSymbols(1, 0, 0, 0),
            Sequence.ofSymbols(0, 0, 0, 1));

    assertThat(files).containsOnlyKeys("n.png", "n-1.png", "n-2.png");
    BufferedImage first = ImageIO.read(new ByteArrayInputStream(files.get("n-1.png")));
    BufferedImage second = ImageIO.read(new ByteArrayInputStream(files.get("n-2.png")));
    int[] corners = {3, first.getWidth() - 4};
    assertThat(grey(first, corners[0])).isEqualTo(255);
    assertThat(grey(first, corners[1])).isZero();
    assertThat(grey(second, corners[0])).isZero();
    assertThat(grey(second, corners[1])).isEqualTo(255);
  }

  @Test
  void imagesThatAreVectorsKeepTheirColours() throws IOException {
    Map<String, byte[]> files =
        files(
            DataSettings.Kind.IMAGES,
            new Raster(2, 1, 3, DataSettings.View.REAL, false),
            Sequence.ofVectors(6, 1, 0, 0, 0.2f, 0.4f, 2),
            Sequence.ofVectors(6, 0, 0, 0, 0, 0, 0));

    assertThat(files).containsOnlyKeys("n.png", "n-1.png", "n-2.png");
    BufferedImage first = ImageIO.read(new ByteArrayInputStream(files.get("n-1.png")));
    assertThat(first.getRGB(3, 3)).isEqualTo(0xFF_FF_00_66);
    assertThat(first.getRGB(first.getWidth() - 4, 3)).isEqualTo(0xFF_00_33_FF);
  }

  private static int grey(BufferedImage image, int diagonal) {
    return image.getRaster().getSample(diagonal, diagonal, 0);
  }

  @Test
  void linesOfHandwritingAreOnASheetAndEachByItself() {
    Map<String, byte[]> files =
        files(
            DataSettings.Kind.HANDWRITING,
            PEN,
            Sequence.ofVectors(3, 1, 0, 0, 1, 1, 1),
            Sequence.ofVectors(3, 0, 1, 0, 5, 1, 1));

    assertThat(files)
        .containsOnlyKeys("n.svg", "n.png", "n-1.svg", "n-1.png", "n-2.svg", "n-2.png");
    assertThat(files.get("n-1.svg")).isNotEqualTo(files.get("n-2.svg"));
  }

  @Test
  void eachSoundHasAFileAndAPicture() {
    assertThat(
            files(
                DataSettings.Kind.AUDIO,
                new Amplitudes(256, DataSettings.AmplitudeScale.UNIFORM, 8000),
                Sequence.ofSymbols(1, 2, 3)))
        .containsOnlyKeys("n-1.wav", "n-1.png");
  }

  private static Map<String, byte[]> files(
      DataSettings.Kind kind, StepFormat steps, Sequence... sequences) {
    Map<Part, CorpusDescriptor.Contents> parts = new EnumMap<>(Part.class);
    for (Part part : Part.values()) {
      parts.put(part, new CorpusDescriptor.Contents(1, 1, Optional.empty()));
    }
    List<Sample> samples =
        Stream.of(sequences).map(sequence -> new Sample(sequence, new double[0][])).toList();
    return SampleFiles.of(
        new CorpusDescriptor(kind, steps, Optional.empty(), 4, parts, Map.of()),
        "n",
        samples,
        Sequence.ofSymbols(),
        List.of());
  }
}
