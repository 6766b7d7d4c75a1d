package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void numbersAreFlushRightAndTextFlushLeft() {
    String table =
        Table.of("split", "tokens", "nll")
            .row("valid", 396_000, 1.25)
            .row("test é", 7, null)
            .row("x", 1234L, Double.NaN)
            .toString();

    assertThat(table.lines())
        .containsExactly(
            "split    tokens     nll",
            "------  -------  ------",
            "valid   396,000  1.2500",
            "test é        7       -",
            "x         1,234     NaN");
  }

  @Test
  void aColumnWithOneTextIsText() {
    assertThat(Table.of("a", "b").row(1, 2).row("none", 3).toString().lines())
        .containsExactly("a     b", "----  -", "1     2", "none  3");
  }

  @Test
  void aTableWithoutRowsIsItsHeader() {
    assertThat(Table.of("a", "bc").toString().lines()).containsExactly("a  bc", "-  --");
  }

  @Test
  void aRowOfAnotherLengthIsRefused() {
    Table table = Table.of("a", "b");

    assertThatThrownBy(() -> table.row(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("1 cells for 2 columns [a, b]");
  }
}
