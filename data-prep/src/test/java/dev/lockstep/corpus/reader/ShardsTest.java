package dev.lockstep.corpus.reader;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShardsTest {
  @ParameterizedTest
  @CsvSource({
    "1, 1, 1",
    "1, 100, 1",
    "5101618, 100, 5",
    "1048576, 1048576, 1",
    "1048577, 1048576, 2",
    "3000000, 2147483647, 1",
    "1099511627776, 100, 1024",
  })
  void shardsCoverAllSequencesOnce(long symbols, int length, int count) {
    Shards shards = new Shards(symbols, length);
    assertThat(shards.count()).isEqualTo(count);
    assertThat(shards.first(0)).isZero();
    for (int shard = 1; shard < count; shard++) {
      assertThat(shards.first(shard)).isEqualTo(shards.end(shard - 1));
    }
    assertThat(shards.end(count - 1)).isEqualTo(shards.sequences());
    long last = shards.sequences() - 1;
    assertThat(last * length + shards.lengthOf(last)).isEqualTo(symbols);
    assertThat(shards.lengthOf(last)).isBetween(1, length);
  }
}
