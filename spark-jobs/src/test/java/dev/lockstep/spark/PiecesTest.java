package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import scala.Tuple2;

class PiecesTest {
  @RepeatedTest(50)
  void anyStreamCutInAnyWayJoinsBack(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    int[] stream = IntStream.range(0, 1 + random.nextInt(60)).toArray();
    int stored = 1 + random.nextInt(12);
    int length = 1 + random.nextInt(70);

    List<int[]> pieces = pieces(stream, stored, length, random);

    assertThat(pieces).hasSize((stream.length + length - 1) / length);
    assertThat(pieces.subList(0, pieces.size() - 1))
        .allSatisfy(piece -> assertThat(piece).hasSize(length));
    assertThat(pieces.stream().flatMapToInt(Arrays::stream).toArray()).isEqualTo(stream);
  }

  @Test
  void aSequenceFallsIntoThePiecesThatItTouches() {
    List<Tuple2<Long, Pieces.Fragment>> fragments =
        Pieces.of(8, new int[] {80, 90, 100, 110, 120, 130, 140}, 3);
    assertThat(fragments).extracting(Tuple2::_1).containsExactly(2L, 3L, 4L);
    assertThat(fragments).extracting(f -> f._2().at).containsExactly(8L, 9L, 12L);
    assertThat(fragments)
        .extracting(f -> f._2().symbols)
        .containsExactly(new int[] {80}, new int[] {90, 100, 110}, new int[] {120, 130, 140});
  }

  @Test
  void placesBeyondTheRangeOfAnIntAreExact() {
    long start = 6_000_000_001L;
    List<Tuple2<Long, Pieces.Fragment>> fragments =
        Pieces.of(start, new int[] {1, 2, 3}, 3_000_000_001L);
    assertThat(fragments).extracting(Tuple2::_1).containsExactly(1L, 2L);
    assertThat(fragments)
        .extracting(f -> f._2().symbols)
        .containsExactly(new int[] {1}, new int[] {2, 3});
  }

  private static List<int[]> pieces(int[] stream, int stored, int length, Random random) {
    List<Tuple2<Long, Pieces.Fragment>> fragments = new ArrayList<>();
    for (int from = 0; from < stream.length; from += stored) {
      int[] some = Arrays.copyOfRange(stream, from, Math.min(from + stored, stream.length));
      fragments.addAll(Pieces.of(from, some, length));
    }
    Collections.shuffle(fragments, random);
    Map<Long, List<Pieces.Fragment>> grouped = new TreeMap<>();
    fragments.forEach(f -> grouped.computeIfAbsent(f._1(), k -> new ArrayList<>()).add(f._2()));
    return grouped.values().stream().map(Pieces::join).toList();
  }
}
