package dev.lockstep.decode;

import dev.lockstep.model.Generator;
import dev.lockstep.model.GeneratorActivations;
import dev.lockstep.model.Sequence;
import dev.lockstep.output.SamplingOptions;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Generates whole sequences: reads a prefix, then its own draws. */
public final class FreeRunning {
  /** Rows of a pass: few enough to stay in the cache, whatever the number of sequences. */
  private static final int TAPE_ROWS = 256;

  private FreeRunning() {}

  /**
   * Generates one sequence for each random stream, all at once; what a stream gives does not depend
   * on the others.
   *
   * @param prefix steps read before the first draw, after the start symbol; may be of no length.
   *     What it depends on, all sequences do
   * @param length steps drawn
   * @param streams one a sequence
   * @return the sequences, the prefix not included
   */
  public static List<Sequence> generate(
      Generator generator,
      Sequence prefix,
      int length,
      SamplingOptions sampling,
      SplittableRandom... streams) {
    int[][] conditions = {prefix.condition()};
    return generate(generator, prefix, conditions, length, sampling, streams);
  }

  /**
   * Generates sequences that each depend on something of their own.
   *
   * @param conditions the symbols that sequence n, and every one a multiple of their number after
   *     it, depends on; their number divides that of the streams
   */
  public static List<Sequence> generate(
      Generator generator,
      Sequence prefix,
      int[][] conditions,
      int length,
      SamplingOptions sampling,
      SplittableRandom... streams) {
    int count = streams.length;
    int total = prefix.length() + length;
    Written written = new Written(generator, count, total);
    AncestralSampler sampler =
        AncestralSampler.perRow(streams, length, generator.uniforms(), sampling);
    int chunk = Math.min(total, Math.max(1, TAPE_ROWS / count));
    GeneratorActivations activations = generator.forwardActivations(chunk, count);
    generator.start(activations, conditions);
    for (int from = 0; from < total; from += activations.steps()) {
      if (from > 0) {
        activations.carryState();
      }
      int done = from;
      generator.run(
          activations,
          (step, row, output) -> {
            int at = done + step;
            if (at < prefix.length()) {
              prefix.emit(at, output);
            } else {
              // The last chunk runs past the end; nobody reads what it draws there.
              sampler.draw(Math.min(at, total - 1) - prefix.length(), row, output);
            }
          });
      written.keep(activations, done);
    }
    return IntStream.range(0, count)
        .mapToObj(
            n ->
                written
                    .sequence(n, prefix.length(), total)
                    .given(conditions[n % conditions.length]))
        .toList();
  }

  /** What the rows emitted. */
  private static final class Written {
    private final int channels;
    private final int[][] symbols;
    private final float[][] values;

    Written(Generator generator, int count, int total) {
      this.channels = generator.shape().channels();
      this.symbols = new int[count][channels == 0 ? total : 0];
      this.values = new float[count][total * channels];
    }

    void keep(GeneratorActivations activations, int done) {
      for (int row = 0; row < activations.rows(); row++) {
        for (int step = 0; step < activations.steps(); step++) {
          int at = step * activations.rows() + row;
          if (channels == 0 && done + step < symbols[row].length) {
            symbols[row][done + step] = activations.outputs()[at];
          }
          for (int c = 0; c < channels && (done + step) * channels < values[row].length; c++) {
            values[row][(done + step) * channels + c] =
                (float) activations.emissions()[at * channels + c];
          }
        }
      }
    }

    Sequence sequence(int n, int from, int to) {
      return channels == 0
          ? Sequence.ofSymbols(Arrays.copyOfRange(symbols[n], from, to))
          : Sequence.ofVectors(
              channels, Arrays.copyOfRange(values[n], from * channels, to * channels));
    }
  }
}
