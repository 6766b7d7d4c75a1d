package dev.lockstep.corpus.handwriting;

import dev.lockstep.config.UserError;
import dev.lockstep.corpus.input.Utf8Reader;
import dev.lockstep.corpus.reader.Item;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The texts of IAM-OnDB's forms. A form's file has a section {@code CSR:} whose lines that are not
 * blank are, in order, the texts of the form's lines of ink.
 */
final class Transcriptions {
  /** Of one form; IAM-OnDB's have some 800. */
  static final int MAX_BYTES = 1 << 16;

  private static final String SECTION = "CSR:";

  private final Map<String, List<String>> texts = new HashMap<>();
  private final List<Item> leftOut;

  /** What a task makes of a file. */
  private record Text(String name, List<String> lines, String damage) implements Serializable {}

  /** Reads all. */
  Transcriptions(FileTree files, JavaSparkContext spark) {
    this.leftOut = new ArrayList<>(files.leftOut());
    for (Text text : files.files(spark).map(Transcriptions::read).collect()) {
      if (text.damage() == null) {
        texts.put(form(text.name()), text.lines());
      } else {
        leftOut.add(Item.damaged(text.name(), text.damage()));
      }
    }
  }

  private static Text read(TreeFile file) {
    try {
      return new Text(file.name(), lines(file), null);
    } catch (UserError e) {
      return new Text(file.name(), List.of(), e.getMessage());
    }
  }

  private static String form(String name) {
    return name.substring(0, name.lastIndexOf('.'));
  }

  /** The texts of each form's lines, by the form's name without an ending. */
  Map<String, List<String>> texts() {
    return texts;
  }

  /** An item for each file that is not read. */
  List<Item> leftOut() {
    return leftOut;
  }

  /**
   * The lines of the section, without the space around them.
   *
   * @throws UserError if the file has no such section or is not UTF-8
   */
  static List<String> lines(TreeFile file) {
    List<String> all = text(file).lines().map(String::strip).toList();
    int section = all.indexOf(SECTION);
    if (section < 0) {
      throw new UserError(FileTree.damage(file.place(), "has no line " + SECTION));
    }
    return all.stream().skip(section + 1L).filter(line -> !line.isEmpty()).toList();
  }

  private static String text(TreeFile file) {
    StringBuilder text = new StringBuilder();
    try (Utf8Reader reader = new Utf8Reader(new ByteArrayInputStream(file.bytes()), file.place())) {
      for (int c = reader.read(); c >= 0; c = reader.read()) {
        text.appendCodePoint(c);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }
}
