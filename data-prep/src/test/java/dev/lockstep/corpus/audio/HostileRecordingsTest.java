package dev.lockstep.corpus.audio;

import static dev.lockstep.corpus.Bytes.latin1;
import static dev.lockstep.corpus.audio.WavFiles.FLOAT;
import static dev.lockstep.corpus.audio.WavFiles.PCM;
import static dev.lockstep.corpus.audio.WavFiles.chunk;
import static dev.lockstep.corpus.audio.WavFiles.claiming;
import static dev.lockstep.corpus.audio.WavFiles.data;
import static dev.lockstep.corpus.audio.WavFiles.extensible;
import static dev.lockstep.corpus.audio.WavFiles.fmt;
import static dev.lockstep.corpus.audio.WavFiles.riff;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.lockstep.config.Settings;
import dev.lockstep.corpus.SparkExtension;
import dev.lockstep.corpus.TestCorpora;
import dev.lockstep.corpus.input.FileChecksums;
import dev.lockstep.corpus.input.InputFiles;
import dev.lockstep.corpus.input.SourceFile;
import dev.lockstep.corpus.prepare.Corpora;
import dev.lockstep.corpus.reader.Item;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.util.SerializableConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that are called recordings and are none, or lie about themselves. */
class HostileRecordingsTest {
  @RegisterExtension static final SparkExtension SPARK = new SparkExtension();

  /** A filter of the most taps takes 32 MB. */
  private static final long MOST_ALLOCATED = 64L << 20;

  private static final byte[] FMT = fmt(PCM, 1, 8000, 16);
  private static final byte[] DATA = data(PCM, 16, 0, 0.1, 0.2, 0.3);
  private static final byte[] GOOD = riff(FMT, DATA);

  private static final String SPLIT =
      """
      data { kind = audio, sequence-length = 4, damaged = %s }
      data.split { valid = 0.3, test = 0.3 }
      """;

  @TempDir Path folder;

  /** What the line must say, and the file. */
  static Stream<Arguments> wrong() {
    return Stream.of(
        Arguments.of("does not begin as a RIFF WAVE file", new byte[0]),
        Arguments.of("does not begin as a RIFF WAVE file", latin1("ID3\4\0\0\0\0\0\0\0\0\0\0")),
        Arguments.of(
            "does not begin as a RIFF WAVE file", latin1("\u00FF\u00FB\u0090d\n".repeat(9))),
        Arguments.of("does not begin as a RIFF WAVE file", latin1("RIFF\1\0\0\0AVI LIST")),
        Arguments.of("does not begin as a RIFF WAVE file", latin1("RF64\1\0\0\0WAVEds64")),
        Arguments.of("is big-endian (RIFX)", latin1("RIFX\0\0\0\1WAVEfmt ")),
        Arguments.of("ends at byte 12 without a data chunk", riff()),
        Arguments.of("ends at byte 36 without a data chunk", riff(FMT)),
        Arguments.of("has no fmt chunk before its samples", riff(DATA)),
        Arguments.of("has no fmt chunk before its samples", riff(DATA, FMT)),
        Arguments.of("has a second fmt chunk at byte 36", riff(FMT, FMT, DATA)),
        Arguments.of("its fmt chunk has 14 bytes", riff(chunk("fmt ", new byte[14]), DATA)),
        Arguments.of("its fmt chunk has 0 bytes", riff(chunk("fmt "), DATA)),
        Arguments.of("claims 4294967295 bytes", riff(claiming("fmt ", -1, new byte[16]), DATA)),
        Arguments.of("samples are of format 2,", riff(fmt(2, 1, 8000, 4), DATA)),
        Arguments.of("samples are of format 7,", riff(fmt(7, 1, 8000, 8), DATA)),
        Arguments.of("samples are of format 85,", riff(fmt(0x55, 1, 8000, 16), DATA)),
        Arguments.of("samples are of format 65535,", riff(fmt(0xFFFF, 1, 8000, 16), DATA)),
        Arguments.of("EXTENSIBLE in 16 bytes", riff(fmt(0xFFFE, 1, 8000, 16), DATA)),
        Arguments.of("samples are of format 2,", riff(extensible(2, 1, 8000, 16), DATA)),
        Arguments.of("a subformat that is neither", riff(foreign(), DATA)),
        Arguments.of("claims 0 channels", riff(fmt(PCM, 0, 8000, 16), DATA)),
        Arguments.of("claims 8 bytes, not one", riff(fmt(PCM, 65_535, 8000, 8), DATA)),
        Arguments.of("claims frames of 65534 bytes", riff(fmt(PCM, 65_535, 8000, 16), DATA)),
        Arguments.of("claims 0 samples a second", riff(fmt(PCM, 1, 0, 16), DATA)),
        Arguments.of("claims 1000001 samples a second", riff(fmt(PCM, 1, 1_000_001, 16), DATA)),
        Arguments.of("claims 4000000000 samples a", riff(fmt(PCM, 1, 4_000_000_000L, 16), DATA)),
        Arguments.of("its rate of 44101 Hz and", riff(fmt(PCM, 1, 44_101, 16), DATA)),
        Arguments.of("its rate of 999983 Hz and", riff(fmt(PCM, 1, 999_983, 16), DATA)),
        Arguments.of("has 72000000 samples at 8000 Hz", riff(fmt(PCM, 1, 1, 8), zeros(9000))),
        Arguments.of("claims samples of 0 bits", riff(fmt(PCM, 1, 8000, 0), DATA)),
        Arguments.of("claims samples of 12 bits", riff(fmt(PCM, 1, 8000, 12, 2), DATA)),
        Arguments.of("claims samples of 64 bits", riff(fmt(PCM, 1, 8000, 64), DATA)),
        Arguments.of("claims samples of 65535 bits", riff(fmt(PCM, 1, 8000, 65_535), DATA)),
        Arguments.of("claims samples of 16 bits", riff(fmt(FLOAT, 1, 8000, 16), DATA)),
        Arguments.of("claims frames of 0 bytes", riff(fmt(PCM, 1, 8000, 16, 0), DATA)),
        Arguments.of("claims frames of 1 bytes", riff(fmt(PCM, 1, 8000, 16, 1), DATA)),
        Arguments.of("claims frames of 65535 bytes", riff(fmt(PCM, 1, 8000, 16, 65_535), DATA)),
        Arguments.of("inside the chunk 'data'", riff(FMT, claiming("data", -2, new byte[8]))),
        Arguments.of("ends before its first sample", riff(FMT, claiming("data", -1, (byte) 1))),
        Arguments.of("inside the chunk 'data'", riff(FMT, claiming("data", 10, new byte[8]))),
        Arguments.of("inside the chunk 'data'", riff(FMT, claiming("data", 1 << 30, new byte[8]))),
        Arguments.of("claims 7 bytes, not one or", riff(FMT, claiming("data", 7, new byte[8]))),
        Arguments.of("claims 0 bytes, not one or", riff(FMT, claiming("data", 0, new byte[8]))),
        Arguments.of("inside the chunk 'LIST'", riff(FMT, claiming("LIST", -1, DATA), DATA)),
        Arguments.of("inside the chunk 'LIST'", riff(claiming("LIST", 99, FMT), DATA)),
        Arguments.of(
            "inside the chunk '\uFFFD\uFFFD\uFFFD\uFFFD'",
            riff(claiming("\n\r\0\7", 99, FMT), DATA)),
        Arguments.of("a sample of NaN", floats(32, 0, Double.NaN)),
        Arguments.of("a sample of NaN", floats(64, 0, Double.NaN)),
        Arguments.of("a sample of Infinity", floats(32, Double.POSITIVE_INFINITY, 0)),
        Arguments.of("a sample of -Infinity", floats(64, Double.NEGATIVE_INFINITY, 0)),
        Arguments.of("a sample of 32767.0", floats(32, 0, 32_767)),
        Arguments.of("a sample of 1.0E300", floats(64, 0, 1e300)));
  }

  private static byte[] foreign() {
    byte[] chunk = extensible(PCM, 1, 8000, 16);
    chunk[chunk.length - 1] ^= 1;
    return chunk;
  }

  private static byte[] zeros(int bytes) {
    return chunk("data", new byte[bytes]);
  }

  private static byte[] floats(int bits, double... samples) {
    return riff(fmt(FLOAT, 2, 8000, bits), data(FLOAT, bits, samples));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void whatIsWrongIsSaidInOneLine(String what, byte[] file) throws IOException {
    assertThat(damage(file)).contains(what);
  }

  static IntStream lengths() {
    return IntStream.range(0, GOOD.length);
  }

  @ParameterizedTest
  @MethodSource("lengths")
  void aFileThatIsCutShortIsDamaged(int length) throws IOException {
    assertThat(damage(Arrays.copyOf(GOOD, length))).isNotNull();
    // The same of a file that another chunk begins.
    byte[] second = riff(chunk("LIST", (byte) 1), extensible(FLOAT, 1, 8000, 32), GOOD);
    assertThat(damage(Arrays.copyOf(second, length))).isNotNull();
  }

  static IntStream seeds() {
    return IntStream.range(0, 100);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void flippedBitsAreReadOrNamed(int seed) throws IOException {
    Random random = new Random(seed);
    byte[] file = seed % 2 == 0 ? GOOD.clone() : riff(extensible(FLOAT, 2, 44_100, 32), DATA);
    for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
      file[random.nextInt(file.length)] ^= (byte) (1 << random.nextInt(8));
    }
    Item item = read(file);
    assertThat(item.damage() != null || item.reason() != null || item.steps() > 1)
        .as(item.toString())
        .isTrue();
  }

  @Test
  void theFileItselfIsGood() throws IOException {
    assertThat(read(GOOD).steps()).isEqualTo(4);
  }

  private String damage(byte[] file) throws IOException {
    Item item = read(file);
    assertThat(item.sequences()).isEmpty();
    return item.damage();
  }

  private Item read(byte[] file) throws IOException {
    Path path = Files.write(folder.resolve("x.wav"), file);
    Settings settings = Settings.parse("data { kind = audio, sequence-length = 4 }", "test");
    RecordingReader reader =
        new RecordingReader(
            settings.data(),
            null,
            null,
            new SerializableConfiguration(SPARK.session().sparkContext().hadoopConfiguration()),
            new FileChecksums(SPARK.session().sparkContext()));
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    Item item = reader.call(raw(path));
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(MOST_ALLOCATED);
    if (item.damage() != null) {
      assertThat(item.damage().lines()).hasSize(1);
      assertThat(item.damage())
          .startsWith(path + ": ")
          .endsWith(": repair, convert or remove it, or set data.damaged = skip");
    }
    return item;
  }

  private static SourceFile raw(Path file) {
    return SourceFile.of(InputFiles.input(SPARK.session(), file.toString(), "a recording"));
  }

  @Test
  void goodFilesAreReadWhereBadOnesAreSkipped() throws IOException {
    Map<String, byte[]> bad = new TreeMap<>();
    wrong().forEach(a -> bad.put("a bad %03d.wav".formatted(bad.size()), (byte[]) a.get()[1]));
    bad.put("a \n bad.wav", new byte[1]);
    for (int i = 0; i < 40; i++) {
      Files.write(folder.resolve("good %02d.wav".formatted(i)), GOOD);
    }
    List<List<Long>> alone = counts("alone", "refuse").parts();
    for (Map.Entry<String, byte[]> file : bad.entrySet()) {
      Files.write(folder.resolve(file.getKey()), file.getValue());
    }
    Counts skipping = counts("skipping", "skip");
    assertThat(skipping.parts()).isEqualTo(alone);
    assertThat(skipping.setAside()).containsEntry("damaged", (long) bad.size());
    assertThat(skipping.skipped()).hasSameSizeAs(bad.keySet());
    int i = 0;
    for (String name : bad.keySet()) {
      String line = skipping.skipped().get(i++);
      assertThat(line).contains("/" + name.replace('\n', '\uFFFD') + ": ");
      assertThat(line.lines()).hasSize(1);
    }
    assertThat(corpora().error(folder, SPLIT.formatted("refuse")))
        .isEqualTo(skipping.skipped().get(0));
  }

  private record Counts(List<List<Long>> parts, Map<String, Long> setAside, List<String> skipped) {}

  private Counts counts(String name, String damaged) {
    Corpora.Prepared prepared = corpora().prepared(name, folder, SPLIT.formatted(damaged));
    List<List<Long>> parts =
        prepared.descriptor().parts().values().stream()
            .map(contents -> List.of(contents.sequences(), contents.steps()))
            .toList();
    return new Counts(parts, prepared.descriptor().setAside(), prepared.skipped());
  }

  private TestCorpora corpora() {
    return new TestCorpora(SPARK.session(), folder);
  }
}
