package dev.lockstep.corpus.images;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.corpus.TestCorpora;
import dev.lockstep.corpus.prepare.Corpora;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Prepares a file of images that is none, or lies about itself. */
final class Hostile {
  private static final long MOST_ALLOCATED = 64L << 20;

  private final TestCorpora corpora;
  private final Path file;

  /**
   * @param name of the file
   */
  Hostile(SparkSession spark, Path folder, String name) {
    this.corpora = new TestCorpora(spark, folder);
    this.file = folder.resolve(name);
  }

  /** The one line that refuses the file. */
  String refusal(byte[] bytes, String damaged) {
    String error = TestCorpora.error(() -> prepare(bytes, damaged));
    assertThat(error).startsWith(file + ": ");
    return error;
  }

  Corpora.Prepared prepare(byte[] bytes, String damaged) throws IOException {
    Files.write(file, bytes);
    String hocon =
        """
        data { kind = images, sequence-length = 1, damaged = %s, images.size = 8 }
        data.split { valid = 0.3, test = 0.3 }
        """;
    return corpora.prepared("corpus", file, hocon.formatted(damaged));
  }

  /** A wrong end: refused, or so many images are left and the line is told. */
  void leaves(long usable, byte[] bytes, String what) throws IOException {
    assertThat(refusal(bytes, "refuse")).contains(what);
    Corpora.Prepared prepared = prepare(bytes, "skip");
    assertThat(prepared.skipped()).singleElement().asString().contains(what);
    assertThat(prepared.descriptor().setAside()).containsOnlyKeys("damaged");
    assertThat(images(prepared)).isEqualTo(usable);
  }

  private static long images(Corpora.Prepared prepared) {
    return prepared.descriptor().parts().values().stream()
        .mapToLong(CorpusDescriptor.Contents::sequences)
        .sum();
  }

  /** Does something that must not allocate by what is claimed. */
  static void inLittleMemory(ThrowingCallable action) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    try {
      action.call();
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(MOST_ALLOCATED);
  }

  static byte[] flipped(byte[] bytes, int at, int bits) {
    byte[] flipped = bytes.clone();
    flipped[at] ^= (byte) bits;
    return flipped;
  }
}
