package dev.lockstep.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SequenceTest {
  @Test
  void piecesAreConsecutiveAndAShortLastOneIsDropped() {
    Sequence symbols = Sequence.ofSymbols(1, 2, 3, 4, 5).given(9);
    assertThat(symbols.pieces(2, 1))
        .containsExactly(
            Sequence.ofSymbols(1, 2).given(9),
            Sequence.ofSymbols(3, 4).given(9),
            Sequence.ofSymbols(5).given(9));
    assertThat(symbols.pieces(2, 2)).hasSize(2);
    assertThat(symbols.pieces(7, 2)).containsExactly(symbols);
    assertThat(symbols.pieces(7, 6)).isEmpty();
    assertThat(Sequence.ofVectors(2, 1, 2, 3, 4).pieces(1, 1))
        .containsExactly(Sequence.ofVectors(2, 1, 2), Sequence.ofVectors(2, 3, 4));
  }
}
