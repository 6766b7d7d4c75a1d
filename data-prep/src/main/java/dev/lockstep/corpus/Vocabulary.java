package dev.lockstep.corpus;

import dev.lockstep.config.UserError;
import dev.lockstep.model.StepShape;
import dev.lockstep.model.WordCounts;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The characters or words that a corpus is made of and their numbers: in their order, from 0. A
 * character is a Unicode code point. An open vocabulary has one more place, the last, for all that
 * training did not see; a closed one refuses it.
 */
public final class Vocabulary implements StepFormat {
  /** What stands in decoded text for a character that training did not see. */
  public static final String UNSEEN = "\uFFFD";

  /** The character that ends a sequence, where sequences end by themselves. */
  public static final int END = '\n';

  private static final long serialVersionUID = 3L;

  /** What a symbol is. */
  public enum Unit {
    /** A code point; text is its symbols side by side. */
    CHARACTER,
    /** A word; text is its symbols with a space between, or a line's end. */
    WORD
  }

  private final Unit unit;
  private final String[] known;

  /** Of characters; the numbers of code points are asked for by the million. */
  private final int[] codePoints;

  private final String unseen;

  /** Of a text's words, or null. */
  private final WordCounts counts;

  private Vocabulary(Unit unit, Stream<String> symbols, String unseen) {
    this(unit, symbols, unseen, null);
  }

  private Vocabulary(Unit unit, Stream<String> symbols, String unseen, WordCounts counts) {
    this.counts = counts;
    this.unit = unit;
    this.known = symbols.sorted(order(unit)).distinct().toArray(String[]::new);
    this.codePoints =
        unit == Unit.CHARACTER
            ? Arrays.stream(known).mapToInt(symbol -> symbol.codePointAt(0)).toArray()
            : new int[0];
    this.unseen = unseen;
    if (known.length == 0) {
      throw new IllegalArgumentException("a vocabulary needs symbols");
    }
  }

  /** Strings compare by UTF-16 units, which is not the order of code points. */
  private static Comparator<String> order(Unit unit) {
    return unit == Unit.CHARACTER
        ? Comparator.comparingInt(symbol -> symbol.codePointAt(0))
        : Comparator.naturalOrder();
  }

  /** These characters and a place for those unseen. */
  public static Vocabulary open(Collection<Integer> codePoints) {
    return new Vocabulary(Unit.CHARACTER, codePoints.stream().map(Character::toString), UNSEEN);
  }

  /** These characters and no others. */
  public static Vocabulary closed(Collection<Integer> codePoints) {
    return new Vocabulary(Unit.CHARACTER, codePoints.stream().map(Character::toString), null);
  }

  /**
   * These words and a place for all others.
   *
   * @param unknown what stands in text for a word that has no place of its own
   */
  public static Vocabulary ofWords(Collection<String> words, String unknown) {
    return new Vocabulary(Unit.WORD, words.stream().filter(w -> !w.equals(unknown)), unknown);
  }

  /**
   * The same of a text.
   *
   * @param counts how often its training part has each word and, under {@code unknown}, all others
   */
  public static Vocabulary ofText(Map<String, Long> counts, String unknown) {
    Vocabulary words = ofWords(counts.keySet(), unknown);
    long[] byNumber =
        words.texts().stream().mapToLong(word -> counts.getOrDefault(word, 0L)).toArray();
    return words.counted(new WordCounts(byNumber));
  }

  /** The same words, with their counts. */
  Vocabulary counted(WordCounts byNumber) {
    return new Vocabulary(unit, Arrays.stream(known), unseen, byNumber);
  }

  /** These words and no others, as labels are. */
  public static Vocabulary ofLabels(Collection<String> labels) {
    return new Vocabulary(Unit.WORD, labels.stream(), null);
  }

  /** What a symbol is. */
  public Unit unit() {
    return unit;
  }

  /** How often a text's training part has each of its words; empty of all else. */
  public Optional<WordCounts> counts() {
    return Optional.ofNullable(counts);
  }

  /** Number of symbols V, with the place for what is unseen. */
  public int size() {
    return known.length + (isOpen() ? 1 : 0);
  }

  @Override
  public int symbols() {
    return size();
  }

  /** Whether the last symbol is the place for what is unseen. */
  public boolean isOpen() {
    return unseen != null;
  }

  /** Each symbol as text, in the order of their numbers. */
  public List<String> texts() {
    return IntStream.range(0, size()).mapToObj(this::text).toList();
  }

  /** The same without the place for what is unseen. */
  public List<String> known() {
    return List.of(known);
  }

  /** What stands for what is unseen, or null in a closed vocabulary. */
  String unseen() {
    return unseen;
  }

  /**
   * The number of a character.
   *
   * @throws UserError if the vocabulary is closed and does not have it
   */
  public int encode(int codePoint) {
    int number = Arrays.binarySearch(codePoints, codePoint);
    return number >= 0 ? number : unseen(Character.toString(codePoint));
  }

  /**
   * The number of a word.
   *
   * @throws UserError if the vocabulary is closed and does not have it
   */
  public int encodeWord(String word) {
    int number = Arrays.binarySearch(known, word);
    return number >= 0 ? number : unseen(word);
  }

  private int unseen(String symbol) {
    if (isOpen()) {
      return known.length;
    }
    throw new UserError(
        "%s %s is not in the corpus's vocabulary: allowed are %s"
            .formatted(
                unit == Unit.CHARACTER ? "character" : "label",
                symbol,
                texts().stream().limit(50).collect(Collectors.joining(" "))));
  }

  /**
   * The numbers of a text's characters or words. A line's end is a character and a word.
   *
   * @throws UserError if the vocabulary is closed and does not have one of them
   */
  public int[] encode(String text) {
    return unit == Unit.CHARACTER
        ? text.codePoints().map(this::encode).toArray()
        : words(text).mapToInt(this::encodeWord).toArray();
  }

  /** A text's characters or words, in the order of {@link #encode}'s numbers. */
  public List<String> pieces(String text) {
    return unit == Unit.CHARACTER
        ? text.codePoints().mapToObj(Character::toString).toList()
        : words(text).toList();
  }

  /** What stands between two symbols in text. */
  public String separator() {
    return unit == Unit.CHARACTER ? "" : " ";
  }

  /** What white space sets apart, and every line's end. */
  public static Stream<String> words(String text) {
    return Arrays.stream(text.replace("\n", " \n ").split("[ \\t\\r]+", 0))
        .filter(word -> !word.isEmpty());
  }

  /**
   * The text of these numbers; the place for what is unseen becomes what stands for it.
   *
   * @throws IllegalArgumentException if a number is not a symbol's, as the start symbol's is not
   */
  public String decode(int[] symbols) {
    Stream<String> texts = Arrays.stream(symbols).mapToObj(this::text);
    return unit == Unit.CHARACTER
        ? texts.collect(Collectors.joining())
        : texts.collect(Collectors.joining(" ")).replaceAll(" ?\n ?", "\n");
  }

  private String text(int number) {
    if (number < 0 || number >= size()) {
      throw new IllegalArgumentException("no symbol " + number + " of " + size());
    }
    return number < known.length ? known[number] : unseen;
  }

  @Override
  public StepShape shape(int conditions, boolean texts) {
    return new StepShape(size(), 0, false, conditions, texts, 0, counts);
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }

  @Override
  public String summary() {
    return "%d symbols in the vocabulary".formatted(size());
  }

  @Override
  public String checksum() {
    String all = unit + "\0" + (isOpen() ? "open\0" + unseen : "closed") + "\0";
    return Checksum.of((all + String.join("\0", known)).getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Vocabulary that
        && unit == that.unit
        && Objects.equals(unseen, that.unseen)
        && Objects.equals(counts, that.counts)
        && Arrays.equals(known, that.known);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(known) + Objects.hash(unit, unseen);
  }

  @Override
  public String toString() {
    return "Vocabulary" + texts();
  }
}
