package dev.lockstep.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import dev.lockstep.model.Sequence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.serializer.KryoRegistrator;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Has sessions of its own, of different parallelism, with Kryo as the jobs have. */
class HandwritingOrderTest {
  /** Teaches Kryo records. */
  public static final class Records implements KryoRegistrator {
    @Override
    public void registerClasses(Kryo kryo) {
      kryo.addDefaultSerializer(Record.class, JavaSerializer.class);
    }
  }

  @TempDir Path folder;

  @Test
  void theRowsAndTheStatisticsDoNotDependOnTheCluster() throws IOException {
    Path archives = Ink.ofForms(16).archives(folder.resolve("in"));
    Map<Part, List<Sequence>> one = prepare(1, archives);
    Map<Part, List<Sequence>> five = prepare(5, archives);
    assertThat(five).isEqualTo(one);
    assertThat(one.get(Part.TRAIN)).hasSizeGreaterThan(20);
    assertThat(CorpusJson.read(description(5), "five"))
        .isEqualTo(CorpusJson.read(description(1), "one"));
  }

  private byte[] description(int threads) throws IOException {
    return Files.readAllBytes(folder.resolve(threads + "/corpus.json"));
  }

  private Map<Part, List<Sequence>> prepare(int threads, Path input) {
    SparkSession spark =
        SparkSession.builder()
            .master("local[%d]".formatted(threads))
            .config("spark.ui.enabled", false)
            .config("spark.serializer", KryoSerializer.class.getName())
            .config("spark.kryo.registrator", Records.class.getName())
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .getOrCreate();
    try {
      Corpus corpus = HandwritingCorpusTest.prepare(spark, folder.resolve("" + threads), input, "");
      Map<Part, List<Sequence>> sequences = new EnumMap<>(Part.class);
      for (Part part : Part.values()) {
        sequences.put(part, HandwritingCorpusTest.sequences(corpus, part));
      }
      return sequences;
    } finally {
      spark.stop();
    }
  }
}
