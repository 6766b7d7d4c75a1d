package dev.lockstep.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WordProposalTest {
  private static final int VOCABULARY = 40;
  private static final int THROWS = 20_000;
  private static final int[] CERTAIN = {7, 0, 7, 39};
  private static final int HEAVY = 5;

  /** Of one word the weight is more than ten draws can give it. */
  private static double[] weights() {
    double[] weights = new SplittableRandom(3).doubles(VOCABULARY, 0.1, 3).toArray();
    weights[HEAVY] = 1000;
    return weights;
  }

  private static SampledWords draw(int count, double comb) {
    return new WordProposal(weights()).draw(CERTAIN, count, comb);
  }

  /** How often each word is drawn when combs are thrown evenly. */
  private static double[] shares(int count) {
    double[] shares = new double[VOCABULARY];
    for (int i = 0; i < THROWS; i++) {
      for (int word : draw(count, (i + 0.5) / THROWS).words()) {
        shares[word]++;
      }
    }
    return IntStream.range(0, VOCABULARY).mapToDouble(v -> shares[v] / THROWS).toArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 20, 36})
  void everyWordIsThereAsOftenAsItsCorrectionSays(int count) {
    double[] shares = shares(count);
    for (double comb : new double[] {0.1, 0.5, 0.9}) {
      SampledWords words = draw(count, comb);
      double[] corrections = words.corrected(new double[VOCABULARY]);
      for (int i = 0; i < words.count(); i++) {
        double share = shares[words.words()[i]];
        assertThat(Math.exp(-corrections[i])).isCloseTo(share, within(3.0 / THROWS));
      }
    }
  }

  @Test
  void wordsAreDrawnInProportionToTheirWeightsOrAlways() {
    double[] shares = shares(10);
    double scale = shares[11] / weights()[11];
    for (int v = 0; v < VOCABULARY; v++) {
      boolean always = v == HEAVY || v == 7 || v == 0 || v == 39;
      double expected = always ? 1 : scale * weights()[v];
      assertThat(shares[v]).as("word " + v).isCloseTo(expected, within(5.0 / THROWS));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 30, 35})
  void soManyAreDrawnBesideTheMinibatchs(int count) {
    for (double comb : new double[] {0, 0.3, 0.999}) {
      SampledWords words = draw(count, comb);
      assertThat(words.count()).isEqualTo(3 + count);
      assertThat(words.words()).isSorted().contains(0, 7, 39);
      assertThat(words.words()[words.place(39)]).isEqualTo(39);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {37, 38, 1000})
  void withEnoughDrawsEveryWordIsCertain(int count) {
    SampledWords words = draw(count, 0.4);
    assertThat(words.words()).isEqualTo(IntStream.range(0, VOCABULARY).toArray());
    assertThat(words.corrected(weights())).isEqualTo(weights());
  }

  /** The estimate of a softmax's denominator is right on average, whatever the logits. */
  @Test
  void theEstimateOfTheDenominatorIsUnbiased() {
    double[] logits = new SplittableRandom(4).doubles(VOCABULARY, -3, 3).toArray();
    double mean = 0;
    for (int i = 0; i < THROWS; i++) {
      double[] corrected = draw(4, (i + 0.5) / THROWS).corrected(logits);
      for (double logit : corrected) {
        mean += Math.exp(logit) / THROWS;
      }
    }
    double all = 0;
    for (double logit : logits) {
      all += Math.exp(logit);
    }
    assertThat(mean).isCloseTo(all, within(1e-3 * all));
  }

  @Test
  void theDrawIsAFunctionOfTheStream() {
    WordProposal proposal = new WordProposal(weights());
    int[] words = proposal.draw(CERTAIN, 9, new SplittableRandom(1)).words();
    assertThat(proposal.draw(CERTAIN, 9, new SplittableRandom(1)).words()).isEqualTo(words);
    assertThat(proposal.draw(CERTAIN, 9, new SplittableRandom(2)).words()).isNotEqualTo(words);
  }

  @Test
  void aWordThatIsNotThereHasNoPlace() {
    SampledWords words = draw(1, 0.5);
    int missing =
        IntStream.range(0, VOCABULARY)
            .filter(v -> IntStream.of(words.words()).noneMatch(w -> w == v))
            .findFirst()
            .orElseThrow();
    assertThatThrownBy(() -> words.place(missing)).hasMessageContaining("word " + missing);
  }
}
