package dev.lockstep.corpus.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import dev.lockstep.corpus.Bytes;
import dev.lockstep.corpus.Part;
import dev.lockstep.corpus.TestCorpora;
import dev.lockstep.corpus.audio.WavFiles;
import dev.lockstep.corpus.handwriting.Ink;
import dev.lockstep.corpus.images.IdxFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.serializer.KryoRegistrator;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is prepared is a function of input and settings, not of the cluster; with Kryo as the jobs
 * have.
 */
class CorpusOrderTest {
  /** Teaches Kryo records. */
  public static final class Records implements KryoRegistrator {
    @Override
    public void registerClasses(Kryo kryo) {
      kryo.addDefaultSerializer(Record.class, JavaSerializer.class);
    }
  }

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "characters",
        "words",
        "pairs",
        "series",
        "audio",
        "pixels",
        "images",
        "handwriting",
        "toy"
      })
  void moreCoresPrepareTheSameFiles(String kind) throws IOException {
    Path input = folder.resolve("in");
    switch (kind) {
      case "characters", "words" -> Files.writeString(input, words());
      case "pairs" -> Files.writeString(input, pairs());
      case "handwriting" -> Ink.ofForms(16).archives(input);
      case "toy" -> Files.createFile(input);
      case "audio" -> recordings(Files.createDirectory(input));
      case "pixels", "images" -> Files.write(input, Bytes.gzip(images()));
      default -> series(Files.createDirectory(input));
    }
    String hocon =
        """
        data { kind = %s, sequence-length = %d, words.vocabulary = 500, toy.train = 2500000 }
        data.split { valid = 0.25, test = 0.25 }
        """
            .formatted(kind, length(kind));
    assertThat(prepared("local[3]", "three", input, hocon))
        .isEqualTo(prepared("local[1]", "one", input, hocon));
  }

  private static int length(String kind) {
    return switch (kind) {
      case "handwriting" -> 100;
      case "images", "toy" -> 1;
      default -> 20;
    };
  }

  /** The description, then the checksums of all files. */
  private List<String> prepared(String master, String name, Path input, String hocon) {
    SparkSession spark =
        SparkSession.builder()
            .master(master)
            .config("spark.ui.enabled", false)
            .config("spark.serializer", KryoSerializer.class.getName())
            .config("spark.kryo.registrator", Records.class.getName())
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .getOrCreate();
    try {
      TestCorpora corpora = new TestCorpora(spark, folder);
      List<String> all = new ArrayList<>();
      all.add(corpora.prepare(name, input, hocon).descriptor().toString());
      for (Part part : Part.values()) {
        all.addAll(corpora.checksums(name, part));
      }
      return all;
    } finally {
      spark.stop();
    }
  }

  /** Enough for several shards. */
  private static String words() {
    Random random = new Random(1);
    return random.ints(1_300_000, 0, 2000).mapToObj(i -> "w" + i).collect(Collectors.joining(" "));
  }

  private static String pairs() {
    return IntStream.range(0, 60_000)
        .mapToObj(
            i -> "{\"x\": \"x%d\", \"y\": \"%s\"}\n".formatted(i, Integer.toHexString(i * 7919)))
        .collect(Collectors.joining());
  }

  /** Numbers whose sum depends on the order. */
  private static void series(Path directory) throws IOException {
    Random random = new Random(2);
    for (int s = 0; s < 7; s++) {
      String rows =
          IntStream.range(0, 500)
              .mapToObj(i -> random.nextGaussian() * Math.exp(random.nextInt(20)) + "\n")
              .collect(Collectors.joining());
      Files.writeString(directory.resolve(s + ".csv"), "a\n" + rows);
    }
  }

  /** Of several rates. */
  private static void recordings(Path directory) throws IOException {
    Random random = new Random(3);
    for (int i = 0; i < 60; i++) {
      byte[] samples = new byte[300 + i];
      random.nextBytes(samples);
      byte[] fmt = WavFiles.fmt(WavFiles.PCM, 1, 8000L * (1 + i % 2), 8);
      Files.write(
          directory.resolve(i + ".wav"), WavFiles.riff(fmt, WavFiles.chunk("data", samples)));
    }
  }

  /** Enough for several batches and several files. */
  private static byte[] images() {
    byte[] pixels = new byte[16 * 200_000];
    new Random(4).nextBytes(pixels);
    return IdxFiles.images(200_000, 4, 4, pixels);
  }
}
