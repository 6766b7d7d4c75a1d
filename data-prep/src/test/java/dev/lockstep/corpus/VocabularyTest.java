package dev.lockstep.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.UserError;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class VocabularyTest {
  private static final int NOTE = "🎵".codePointAt(0);
  private final Vocabulary open = Vocabulary.open(List.of((int) 'b', NOTE, (int) '\n', (int) 'a'));
  private final Vocabulary closed = Vocabulary.closed(Set.of((int) '/', (int) '\\'));

  @Test
  void symbolsAreInTheOrderOfTheirCodePointsAndUnseenIsLast() {
    assertThat(open.texts()).containsExactly("\n", "a", "b", "🎵", "\uFFFD");
    assertThat(open.size()).isEqualTo(5);
    assertThat(open.isOpen()).isTrue();
    assertThat(closed.texts()).containsExactly("/", "\\");
    assertThat(closed.isOpen()).isFalse();
  }

  @Test
  void aCharacterOutsideTheBasicPlaneIsOneSymbol() {
    assertThat(open.encode("a🎵b")).containsExactly(1, 3, 2);
    assertThat(open.decode(new int[] {1, 3, 2})).isEqualTo("a🎵b");
  }

  @Test
  void unseenCharactersShareTheLastPlace() {
    assertThat(open.encode("xa🎶")).containsExactly(4, 1, 4);
    assertThat(open.decode(new int[] {4, 1, 4})).isEqualTo("\uFFFDa\uFFFD");
  }

  @Test
  void theReplacementCharacterItselfMayBeSeen() {
    Vocabulary vocabulary = Vocabulary.open(List.of(0xFFFD));
    assertThat(vocabulary.encode("\uFFFDa")).containsExactly(0, 1);
  }

  @Test
  void aClosedVocabularyRefusesOtherCharacters() {
    assertThatThrownBy(() -> closed.encode("/a"))
        .isInstanceOf(UserError.class)
        .hasMessage("character a is not in the corpus's vocabulary: allowed are / \\");
  }

  @Test
  void theStartSymbolIsNotText() {
    assertThatThrownBy(() -> open.decode(new int[] {5}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no symbol 5 of 5");
    assertThatThrownBy(() -> open.decode(new int[] {-1}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theChecksumTellsVocabulariesApartAndIsStable() {
    assertThat(open.checksum())
        .isEqualTo(Vocabulary.open(List.of(NOTE, 10, 97, 98, 97)).checksum())
        .isNotEqualTo(Vocabulary.closed(codePoints(open)).checksum())
        .isNotEqualTo(Vocabulary.open(List.of(97)).checksum());
    // SHA-256 of "CHARACTER", "closed", "/" and "\\" with a zero byte between.
    assertThat(closed.checksum())
        .isEqualTo("1dcd90fc3e5608f9eb251d27385ae8b54af1391660f169053c43fb66e8b73fc0");
  }

  @Test
  void equalityIsThatOfTheSymbols() {
    assertThat(open)
        .isEqualTo(Vocabulary.open(codePoints(open)))
        .hasSameHashCodeAs(Vocabulary.open(codePoints(open)));
    assertThat(open).isNotEqualTo(Vocabulary.closed(codePoints(open)));
  }

  @Test
  void wordsAreWhatWhiteSpaceSetsApartAndLinesEnds() {
    Vocabulary words = Vocabulary.ofWords(List.of("the", "cat", "\n", "<unk>"), "<unk>");
    assertThat(words.texts()).containsExactly("\n", "cat", "the", "<unk>");
    int[] encoded = words.encode(" the \tcat saw\nthe <unk>\n");
    assertThat(encoded).containsExactly(2, 1, 3, 0, 2, 3, 0);
    assertThat(words.decode(encoded)).isEqualTo("the cat <unk>\nthe <unk>\n");
  }

  @Test
  void aLabelThatIsNotOneIsRefused() {
    Vocabulary labels = Vocabulary.ofLabels(List.of("7", "3"));
    assertThat(labels.encode("7")).containsExactly(1);
    assertThatThrownBy(() -> labels.encode("8"))
        .isInstanceOf(UserError.class)
        .hasMessage("label 8 is not in the corpus's vocabulary: allowed are 3 7");
  }

  private static List<Integer> codePoints(Vocabulary vocabulary) {
    return vocabulary.known().stream().map(symbol -> symbol.codePointAt(0)).toList();
  }
}
