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
    assertThat(open.symbols()).containsExactly("\n", "a", "b", "🎵", "\uFFFD");
    assertThat(open.size()).isEqualTo(5);
    assertThat(open.startSymbol()).isEqualTo(5);
    assertThat(open.isOpen()).isTrue();
    assertThat(closed.symbols()).containsExactly("/", "\\");
    assertThat(closed.startSymbol()).isEqualTo(2);
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
        .isNotEqualTo(Vocabulary.closed(open.characters()).checksum())
        .isNotEqualTo(Vocabulary.open(List.of(97)).checksum());
    // SHA-256 of 00000000 0000002f 0000005c: written into checkpoints, so it must never change.
    assertThat(closed.checksum())
        .isEqualTo("720cdbfb335ecf8283797804fd7b4e51e614495b500ae69c88aacc2fc6780bcd");
  }

  @Test
  void equalityIsThatOfTheSymbols() {
    assertThat(open)
        .isEqualTo(Vocabulary.open(open.characters()))
        .hasSameHashCodeAs(Vocabulary.open(open.characters()));
    assertThat(open).isNotEqualTo(Vocabulary.closed(open.characters()));
  }
}
