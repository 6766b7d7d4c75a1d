package dev.lockstep.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What suffix automata say of texts, beside a look at every substring. */
class SubstringsTest {
  /** Few symbols, so that much is there twice. */
  private static List<int[]> texts(int seed, int symbols, int... lengths) {
    SplittableRandom random = new SplittableRandom(seed);
    List<int[]> texts = new ArrayList<>();
    for (int length : lengths) {
      texts.add(random.ints(length, 0, symbols).toArray());
    }
    return texts;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 20, 100_000})
  void aStateForEverySetOfPlacesAndASubstringInOneState(int symbols) {
    for (int seed = 0; seed < 30; seed++) {
      List<int[]> texts = texts(seed, symbols, 14, 1, 9, 14);
      SuffixAutomaton automaton = new SuffixAutomaton(texts);
      Set<List<Integer>> substrings = new HashSet<>();
      texts.forEach(text -> substrings.addAll(substrings(text)));
      int told = 0;
      for (int s = 1; s < automaton.states(); s++) {
        assertThat(automaton.longest(s)).isGreaterThan(automaton.longest(automaton.link(s)));
        told += automaton.longest(s) - automaton.longest(automaton.link(s));
      }
      assertThat(told).isEqualTo(substrings.size());
      assertThat(automaton.states()).isLessThanOrEqualTo(2 * (14 + 1 + 9 + 14));
    }
  }

  @Test
  void aReaderKnowsTheLongestSuffixThatIsASubstring() {
    for (int seed = 0; seed < 30; seed++) {
      List<int[]> texts = texts(seed, 3, 12, 7);
      Set<List<Integer>> substrings = new HashSet<>();
      texts.forEach(text -> substrings.addAll(substrings(text)));
      SuffixAutomaton.Reader reader = new SuffixAutomaton(texts).new Reader();
      // The fourth symbol is in no text.
      int[] other = texts(seed + 1000, 4, 60).get(0);
      for (int i = 0; i < other.length; i++) {
        reader.read(other[i]);
        assertThat(reader.matched()).isEqualTo(longestSuffix(other, i, substrings));
      }
    }
  }

  @Test
  void statesComeInOrderOfTheirLongest() {
    SuffixAutomaton automaton = new SuffixAutomaton(texts(3, 2, 40, 3));
    int[] order = automaton.longestFirst();
    assertThat(Arrays.stream(order).distinct()).hasSize(automaton.states());
    assertThat(Arrays.stream(order).map(s -> -automaton.longest(s)).boxed()).isSorted();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 40})
  void repetitionIsThatOfEverySubstring(int length) {
    for (int seed = 0; seed < 30; seed++) {
      int[] text = texts(seed, 1 + seed % 4, length).get(0);
      Repetition repetition = new Repetition(text);
      int longest = 0;
      for (int n = 1; n <= length; n++) {
        List<List<Integer>> grams = grams(text, n);
        int distinct = new HashSet<>(grams).size();
        assertThat(repetition.distinct(n))
            .isCloseTo((double) distinct / grams.size(), within(1e-15));
        longest = distinct < grams.size() ? n : longest;
      }
      assertThat(repetition.longestRepeat()).isEqualTo(longest);
      assertThat(repetition.distinct(length + 1)).isNaN();
    }
  }

  @Test
  void aRepeatMayOverlapItself() {
    assertThat(new Repetition(new int[] {1, 1, 1, 1}).longestRepeat()).isEqualTo(3);
    assertThat(new Repetition(new int[] {5, 6, 7, 5, 6, 8}).longestRepeat()).isEqualTo(2);
    assertThat(new Repetition(new int[] {1, 2, 3}).longestRepeat()).isZero();
  }

  @Test
  void copiesAreThoseOfEverySubstringHoweverTheReadingIsDividedUp() {
    for (int seed = 0; seed < 40; seed++) {
      int symbols = 2 + seed % 4;
      List<int[]> texts = texts(seed, symbols, 13, 1, 20, 6);
      List<int[]> others = texts(seed + 500, symbols + 1, 9, 30, 2);
      Set<List<Integer>> known = new HashSet<>();
      others.forEach(other -> known.addAll(substrings(other)));

      Copies all = new Copies(texts);
      others.forEach(all::read);
      Copies one = new Copies(texts);
      one.read(others.get(0));
      Copies rest = new Copies(texts);
      others.subList(1, 3).forEach(rest::read);
      one.merge(rest.seen());

      List<int[]> copied = all.copied();
      for (int t = 0; t < texts.size(); t++) {
        int[] text = texts.get(t);
        assertThat(copied.get(t)).hasSameSizeAs(text).isEqualTo(one.copied().get(t));
        for (int i = 0; i < text.length; i++) {
          assertThat(copied.get(t)[i]).isEqualTo(longestSuffix(text, i, known));
        }
      }
    }
  }

  /** abcabc and abd, where the training part has abc and b. */
  @Test
  void repeatsAreMeansOverTexts() {
    int[] first = {0, 1, 2, 0, 1, 2};
    int[] second = {0, 1, 3};
    Copies copies = new Copies(List.of(first, second));
    copies.read(new int[] {0, 1, 2});
    copies.read(new int[] {1});
    List<Repeats.Text> texts =
        List.of(
            new Repeats.Text(first, copies.copied().get(0)),
            new Repeats.Text(second, copies.copied().get(1)));
    Repeats repeats = Repeats.of(texts);
    assertThat(repeats.distinct().subList(0, 3))
        .containsExactly((3 / 6.0 + 1) / 2, (3 / 5.0 + 1) / 2, (3 / 4.0 + 1) / 2);
    // Of the first text only "ca" and what has it in it, of the second "d".
    assertThat(repeats.novel().subList(0, 3))
        .containsExactly((0 + 1 / 3.0) / 2, (1 / 5.0 + 1 / 2.0) / 2, (2 / 4.0 + 1) / 2);
    assertThat(repeats.distinct().get(3)).isNaN();
    assertThat(repeats.longestRepeat()).isEqualTo((3 + 0) / 2.0);
    assertThat(repeats.longestCopy()).isEqualTo((3 + 2) / 2.0);
    Repeats start = Repeats.of(texts.stream().map(text -> text.first(2)).toList());
    assertThat(start.longestCopy()).isEqualTo(2);
    assertThat(start.novel().get(0)).isZero();
  }

  private static List<List<Integer>> grams(int[] text, int n) {
    List<List<Integer>> grams = new ArrayList<>();
    for (int i = 0; i + n <= text.length; i++) {
      grams.add(list(text, i, i + n));
    }
    return grams;
  }

  private static Set<List<Integer>> substrings(int[] text) {
    Set<List<Integer>> all = new HashSet<>();
    for (int n = 1; n <= text.length; n++) {
      all.addAll(grams(text, n));
    }
    return all;
  }

  private static int longestSuffix(int[] text, int end, Set<List<Integer>> known) {
    int longest = 0;
    for (int from = 0; from <= end; from++) {
      if (known.contains(list(text, from, end + 1))) {
        longest = Math.max(longest, end + 1 - from);
      }
    }
    return longest;
  }

  private static List<Integer> list(int[] text, int from, int to) {
    return Arrays.stream(text, from, to).boxed().toList();
  }
}
