package dev.lockstep.corpus.handwriting;

import dev.lockstep.config.DataSettings;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.reader.Item;
import dev.lockstep.model.Sequence;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;

/**
 * Makes an {@link Item} of a line's file. Its sequences are in the tablet's units; what they depend
 * on, if anything, are the code points of the line's text.
 */
final class InkReader implements Function<TreeFile, Item> {
  private static final long serialVersionUID = 1L;

  /** Channels of a step: dx, dy, pen. */
  static final int CHANNELS = 3;

  /** Of a sequence: after a single step nothing is left to learn. */
  static final int MIN_STEPS = 2;

  static final String SHORT = "lines of fewer than " + MIN_STEPS + " steps";
  static final String LONG = "lines of more steps than data.sequence-length";
  static final String NO_TEXT = "lines without a transcription";
  static final String OTHER_TEXT = "lines of forms whose transcription has another number of lines";

  /** A form's name, then the line's number in it. */
  private static final Pattern NAME = Pattern.compile("(.+)-(\\d\\d)\\.xml");

  private final int length;
  private final DataSettings.Lines lines;
  private final Broadcast<Forms> forms;

  /**
   * What a line needs to know of its form.
   *
   * @param texts of the lines, of each form that has some
   * @param counts number of lines of each form
   */
  private record Forms(Map<String, List<String>> texts, Map<String, Integer> counts)
      implements Serializable {}

  /**
   * @param names of all lines' files
   * @param texts of the forms that have some; unused where lines are cut into segments
   */
  InkReader(
      JavaSparkContext spark,
      DataSettings data,
      SortedSet<String> names,
      Map<String, List<String>> texts) {
    this.length = data.sequenceLength();
    this.lines = data.handwriting().lines();
    this.forms = spark.broadcast(new Forms(texts, counts(names)));
  }

  /** For each form the last number of a line, which is how many there are. */
  private static Map<String, Integer> counts(SortedSet<String> names) {
    Map<String, Integer> counts = new TreeMap<>();
    for (String name : names) {
      Matcher parts = NAME.matcher(name);
      if (parts.matches()) {
        counts.merge(parts.group(1), Integer.valueOf(parts.group(2)), Math::max);
      }
    }
    return counts;
  }

  @Override
  public Item call(TreeFile file) {
    Matcher parts = NAME.matcher(file.name());
    try {
      if (!parts.matches()) {
        throw new UserError(
            FileTree.damage(file.place(), "is not named as a line is, <form>-<two digits>.xml"));
      }
      Sequence line = Sequence.ofVectors(CHANNELS, StrokeReader.steps(file));
      String name = parts.group(1) + "-" + parts.group(2);
      return item(parts.group(1), name, Integer.parseInt(parts.group(2)), line);
    } catch (UserError e) {
      return Item.damaged(file.name(), e.getMessage());
    }
  }

  private Item item(String form, String name, int number, Sequence line) {
    if (line.length() < MIN_STEPS) {
      return Item.setAside(name, SHORT);
    }
    return switch (lines) {
      case WHOLE -> whole(form, name, number, line);
      case SEGMENTS -> Item.of(form, name, line.pieces(length, Math.min(MIN_STEPS, length)));
    };
  }

  /**
   * With its text. Where a form has another number of texts than of lines, nobody knows which text
   * belongs to which line.
   */
  private Item whole(String form, String name, int number, Sequence line) {
    List<String> ofForm = forms.value().texts().get(form);
    if (ofForm == null) {
      return Item.setAside(name, NO_TEXT);
    }
    if (ofForm.size() != forms.value().counts().get(form) || number < 1) {
      return Item.setAside(name, OTHER_TEXT);
    }
    return line.length() > length
        ? Item.setAside(name, LONG)
        : Item.of(form, name, List.of(line.given(ofForm.get(number - 1).codePoints().toArray())));
  }
}
