package dev.lockstep.corpus.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.corpus.Vocabulary;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SymbolReaderTest {
  private static final byte[] TEXT =
      "\r a\tß€ \n\n🎵x\n b \u0000c\n \n\u00a0".getBytes(StandardCharsets.UTF_8);

  @ParameterizedTest
  @EnumSource(Vocabulary.Unit.class)
  void readingGoesOnFromAnyOffset(Vocabulary.Unit unit) throws IOException {
    List<String> all = read(reader(unit, 0));
    assertThat(all).isEqualTo(symbols(unit));
    for (int symbol = 0; symbol <= all.size(); symbol++) {
      SymbolReader reader = reader(unit, 0);
      for (int i = 0; i < symbol; i++) {
        reader.next();
      }
      assertThat(read(reader(unit, (int) reader.offset())))
          .isEqualTo(all.subList(symbol, all.size()));
    }
  }

  private static List<String> symbols(Vocabulary.Unit unit) {
    String text = new String(TEXT, StandardCharsets.UTF_8);
    return unit == Vocabulary.Unit.WORD
        ? Vocabulary.words(text).toList()
        : text.codePoints().mapToObj(Character::toString).toList();
  }

  private static List<String> read(SymbolReader reader) throws IOException {
    List<String> symbols = new ArrayList<>();
    while (reader.next()) {
      symbols.add(reader.text());
    }
    assertThat(reader.next()).isFalse();
    return symbols;
  }

  private static SymbolReader reader(Vocabulary.Unit unit, int offset) {
    return SymbolReader.of(
        unit, new ByteArrayInputStream(TEXT, offset, TEXT.length - offset), "f", offset);
  }
}
