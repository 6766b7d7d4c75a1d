package dev.lockstep.corpus.images;

import dev.lockstep.config.DataSettings;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.input.Damage;
import dev.lockstep.corpus.input.SourceFile;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.zip.ZipException;
import org.apache.hadoop.conf.Configuration;

/**
 * A file of images.
 *
 * @param file where it is
 * @param number of the file within the corpus, for draws of its own
 * @param format how it is laid out
 * @param header what it has
 * @param split what becomes of its images
 */
public record ImageFile(
    SourceFile file, int number, ImageFormat format, ImageHeader header, DataSettings.Split split)
    implements Serializable {
  /**
   * A file of which only the header is read.
   *
   * @throws UserError if that is wrong
   */
  static ImageFile of(
      SourceFile file,
      int number,
      ImageFormat format,
      DataSettings.Split split,
      Configuration hadoop) {
    try (InputStream in = file.open(hadoop)) {
      return new ImageFile(file, number, format, format.open(file, in).header(), split);
    } catch (Damage e) {
      throw new UserError(Damage.refusal(file, e.getMessage()), e);
    } catch (EOFException | ZipException e) {
      throw new UserError(Damage.refusal(file, "its compressed data are wrong or break off"), e);
    } catch (IOException e) {
      throw file.explain(e);
    }
  }

  /** What errors call an image, and its name; in the order of the numbers. */
  public String image(long number) {
    return "%s image %010d".formatted(file.name(), number);
  }
}
