package dev.lockstep.corpus.reader;

import dev.lockstep.config.UserError;
import dev.lockstep.corpus.input.Damage;
import dev.lockstep.corpus.input.FileChecksums;
import dev.lockstep.corpus.input.SourceFile;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.util.SerializableConfiguration;

/** The task that reads files of which each is an item, named after the file. */
public abstract class ItemReader implements Function<SourceFile, Item> {
  private static final long serialVersionUID = 1L;

  private final SerializableConfiguration hadoop;
  private final FileChecksums checksums;

  protected ItemReader(SerializableConfiguration hadoop, FileChecksums checksums) {
    this.hadoop = hadoop;
    this.checksums = checksums;
  }

  /**
   * Makes an item of a file.
   *
   * @throws Damage if it cannot be read
   */
  protected abstract Item item(SourceFile file, InputStream in) throws IOException, Damage;

  @Override
  public final Item call(SourceFile file) throws IOException {
    try (DigestInputStream in = file.openDigested(hadoop.value())) {
      Item item = itemOrDamage(file, in);
      checksums.add(file, SourceFile.checksum(in));
      return item;
    } catch (IOException e) {
      RuntimeException told = file.explain(e);
      if (told instanceof UserError) {
        return Item.damaged(file.name(), told.getMessage() + Damage.OR_SKIP);
      }
      throw told;
    }
  }

  private Item itemOrDamage(SourceFile file, InputStream in) throws IOException {
    try {
      return item(file, in);
    } catch (Damage e) {
      return Item.damaged(file.name(), e.getMessage(), Damage.line(file, e.getMessage()));
    }
  }
}
