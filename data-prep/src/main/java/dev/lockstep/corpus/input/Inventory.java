package dev.lockstep.corpus.input;

import dev.lockstep.config.UserError;
import dev.lockstep.storage.Entry;
import dev.lockstep.storage.Location;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.apache.hadoop.fs.FileStatus;

/**
 * All that is at {@code data.input}, in the order of the names: the files to read, and what is left
 * out and why. Checksums that Hadoop keeps beside local files are nothing of their own.
 */
public final class Inventory {
  /** Why a file is left out that nobody would take for data of the kind. */
  public static final String OTHER_NAME = "files of other names";

  /** Why a file or a folder is left out whose name begins with a dot or an underscore. */
  public static final String HIDDEN = "hidden files and folders";

  private static final String FOLDER = "folders";

  private final Location input;
  private final boolean deep;
  private final Predicate<String> fitting;
  private final List<SourceFile> files = new ArrayList<>();
  private final List<LeftOut> leftOut = new ArrayList<>();

  /**
   * Something that is not read.
   *
   * @param name its path from {@code data.input}
   * @param reason the same words for all with that reason
   * @param damaged whether it is of the data and cannot be read
   * @param refusal the line for the user about data without which there is nothing
   */
  public record LeftOut(String name, String reason, boolean damaged, String refusal) {
    /** The line for the user about data that can be left out. */
    public String line() {
      return refusal + Damage.OR_SKIP;
    }
  }

  private Inventory(Location input, boolean deep, Predicate<String> fitting) {
    this.input = input;
    this.deep = deep;
    this.fitting = fitting;
  }

  /**
   * Looks at the input: a file, whatever it is called, or else a directory.
   *
   * @param deep whether what is in its folders counts, too
   * @param fitting which paths from {@code data.input} are of the data, if they are files
   */
  public static Inventory of(Location input, boolean deep, Predicate<String> fitting) {
    Inventory inventory = new Inventory(input, deep, fitting);
    if (input.isDirectory()) {
      inventory.list(input, "");
      inventory.files.sort(Comparator.comparing(SourceFile::name));
      inventory.leftOut.sort(Comparator.comparing(LeftOut::name));
    } else {
      inventory.files.add(SourceFile.of(input));
    }
    return inventory;
  }

  private void list(Location folder, String prefix) {
    for (Entry entry : folder.entries()) {
      String name = prefix + entry.name();
      if (InputFiles.hidden(entry.name())) {
        leave(name, HIDDEN);
      } else if (entry.status().isPresent()) {
        note(entry.status().get(), name);
      } else {
        note(entry, name);
      }
    }
  }

  private void note(FileStatus status, String name) {
    if (status.isDirectory() && deep) {
      list(new Location(status.getPath(), input.files()), name + "/");
    } else if (status.isDirectory()) {
      leave(name, FOLDER);
    } else if (fitting.test(name)) {
      files.add(SourceFile.of(input, status));
    } else {
      leave(name, OTHER_NAME);
    }
  }

  /** What cannot be read may be a folder of data. */
  private void note(Entry entry, String name) {
    if (fitting.test(name) || (deep && !entry.name().contains("."))) {
      String place = Excerpt.line(input + "/" + name);
      String trouble = Excerpt.line(entry.trouble().orElseThrow());
      leftOut.add(new LeftOut(name, trouble, true, place + ": " + trouble));
    } else {
      leave(name, OTHER_NAME);
    }
  }

  private void leave(String name, String reason) {
    leftOut.add(new LeftOut(name, reason, false, ""));
  }

  /** The files to read. */
  public List<SourceFile> files() {
    return files;
  }

  /**
   * The same for a reader that leaves nothing out that is of its data.
   *
   * @throws UserError if some of that cannot be read
   */
  public Inventory whole() {
    leftOut.stream()
        .filter(LeftOut::damaged)
        .findFirst()
        .ifPresent(
            one -> {
              throw new UserError(one.refusal());
            });
    return this;
  }

  /** The rest. */
  public List<LeftOut> leftOut() {
    return leftOut;
  }
}
