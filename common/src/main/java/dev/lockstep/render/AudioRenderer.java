package dev.lockstep.render;

import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.stream.IntStream;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;

/** Sound as a WAV file, and as a picture of its waveform over its spectrogram. */
public final class AudioRenderer {
  private static final double WIDTH = 720;
  private static final double WAVE_HEIGHT = 110;
  private static final double SPECTRUM_HEIGHT = 240;
  private static final double TOP = 20;
  private static final double GAP = 18;
  private static final double RIGHT = 70;

  /** Levels further below the loudest than this are white. */
  private static final double DECIBELS = 70;

  /** Samples a second that every player knows: those of the telephone. */
  private static final int PLAYABLE = 8000;

  private AudioRenderer() {}

  /**
   * A RIFF file of 16-bit PCM, one channel. Its rate is the clip's, or below 8000 a second the
   * least multiple that is not: Chromium plays nothing below 3000.
   */
  public static byte[] wav(AudioClip recorded) {
    AudioClip clip = Upsampling.of(recorded, (PLAYABLE + recorded.rate() - 1) / recorded.rate());
    int length = clip.samples().length;
    ByteBuffer pcm = ByteBuffer.allocate(2 * length).order(ByteOrder.LITTLE_ENDIAN);
    for (int t = 0; t < length; t++) {
      pcm.putShort((short) Math.min(Math.round(clip.sample(t) * 32768), Short.MAX_VALUE));
    }
    AudioFormat format = new AudioFormat(clip.rate(), 16, 1, true, false);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (AudioInputStream sound =
        new AudioInputStream(new ByteArrayInputStream(pcm.array()), format, length)) {
      AudioSystem.write(sound, AudioFileFormat.Type.WAVE, file);
    } catch (IOException e) {
      throw new UncheckedIOException("a stream in memory does not fail", e);
    }
    return file.toByteArray();
  }

  /**
   * The waveform over the spectrogram (Hann windows of about 32 ms), on one axis of time. Levels
   * are in dB of a sine of amplitude 1 and span the 70 dB below the loudest; silence is white.
   */
  public static Picture picture(AudioClip clip) {
    Range time = new Range(0, clip.seconds());
    Axes wave = new Axes(Axes.LEFT + 6, TOP, WIDTH, WAVE_HEIGHT, time, new Range(-1, 1));
    double top = TOP + WAVE_HEIGHT + GAP;
    Range frequency = new Range(0, clip.rate() / 2d);
    Axes spectrum = new Axes(Axes.LEFT + 6, top, WIDTH, SPECTRUM_HEIGHT, time, frequency);
    double[][] levels = Spectrogram.of(clip, (int) WIDTH).levels();
    double loudest =
        Arrays.stream(levels)
            .flatMapToDouble(Arrays::stream)
            .reduce(Spectrogram.FLOOR + DECIBELS, Math::max);
    return new Picture(
        wave.plot().getMaxX() + RIGHT,
        spectrum.plot().getMaxY() + Axes.BELOW + 10,
        canvas -> {
          wave.drawGrid(canvas);
          wave.drawY(canvas, "amplitude");
          canvas.fill(envelope(clip, wave), Colors.BLUE);
          wave.drawFrame(canvas);
          canvas.image(heat(levels, loudest), spectrum.plot());
          spectrum.drawX(canvas, "time (s)");
          spectrum.drawY(canvas, "frequency (Hz)");
          spectrum.drawFrame(canvas);
          spectrum.drawHeatBar(canvas, decibels(loudest - DECIBELS), decibels(loudest), "dB");
        });
  }

  /**
   * The area between the least and the largest sample of each half pixel, a pixel tall at least.
   */
  private static Path2D envelope(AudioClip clip, Axes axes) {
    int length = clip.samples().length;
    int columns = (int) Math.min(2 * WIDTH, length);
    double[] times = new double[columns];
    double[] lows = new double[columns];
    double[] highs = new double[columns];
    double halfPixel = 1 / axes.plot().getHeight();
    for (int column = 0; column < columns; column++) {
      int from = (int) ((long) column * length / columns);
      int end = (int) ((long) (column + 1) * length / columns);
      // One sample more, so that neighbours meet.
      DoubleSummaryStatistics heard =
          IntStream.range(from, Math.min(end + 1, length))
              .mapToDouble(clip::sample)
              .summaryStatistics();
      times[column] = (column + 0.5) / columns * clip.seconds();
      lows[column] = heard.getMin() - halfPixel;
      highs[column] = heard.getMax() + halfPixel;
    }
    return axes.band(times, lows, highs);
  }

  /** Frequencies up, frames to the right. */
  private static BufferedImage heat(double[][] levels, double loudest) {
    int bands = levels[0].length;
    double[][] shares = new double[bands][levels.length];
    for (int k = 0; k < levels.length; k++) {
      for (int band = 0; band < bands; band++) {
        shares[bands - 1 - band][k] = 1 + (levels[k][band] - loudest) / DECIBELS;
      }
    }
    return Colors.heat(shares);
  }

  private static String decibels(double level) {
    return Long.toString(Math.round(level)).replace('-', '\u2212');
  }
}
