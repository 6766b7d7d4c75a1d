package dev.lockstep.decode;

import dev.lockstep.model.Generator;
import dev.lockstep.model.Sequence;
import dev.lockstep.model.StepwisePass;
import dev.lockstep.nn.kernel.Kernels;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Search for likely sequences of symbols, breadth first:
 *
 * <pre>
 *   1. Begin with one hypothesis, what the prefix leads to.
 *   2. Let every hypothesis be followed by every symbol: of W hypotheses W·V candidates, ranked by
 *      log p, the sum of their symbols' log-probabilities.
 *   3. Candidates among the first W that end with the end symbol have ended.
 *   4. The first W of those that do not end are the hypotheses of the next step.
 *   5. Go on with 2 until W have ended, or none that goes on could still be among the n best, or
 *      the greatest length T is reached, where those that have not ended count as they are.
 *   6. The n best by log p / ((5 + length) / 6)^α  (Wu et al. 2016, equation 14; no coverage).
 * </pre>
 *
 * <p>Without an end symbol 6 changes no order. W = 1 is the greedy choice of the likeliest symbol;
 * W ≥ V^T looks at all sequences. All hypotheses of all sequences go through the network side by
 * side, as rows of one pass.
 */
public final class BeamSearch {
  /**
   * What to look for.
   *
   * @param width W, hypotheses that go on at a time
   * @param lengthPenalty α; 0 for no normalisation by the length
   * @param best n, hypotheses to return, at most W
   * @param length T, most symbols of a hypothesis
   */
  public record Options(int width, double lengthPenalty, int best, int length)
      implements Serializable {
    public Options {
      if (best < 1 || best > width || length < 1 || !(lengthPenalty >= 0)) {
        throw new IllegalArgumentException(
            "no search for the best %d with width %d, length penalty %s, length %d"
                .formatted(best, width, lengthPenalty, length));
      }
    }

    /** log p normalised by the length. */
    double score(double logProbability, int symbols) {
      return logProbability / Math.pow((5 + symbols) / 6.0, lengthPenalty);
    }
  }

  private final Kernels kernels;
  private final StepwisePass pass;
  private final Beam[] beams;
  private final int vocabulary;
  private final double[] logProbabilities;
  private final int[] from;
  private final int[] symbols;

  private BeamSearch(Generator generator, int[][] conditions, OptionalInt end, Options options) {
    this.kernels = generator.kernels();
    this.vocabulary = generator.shape().vocabulary();
    this.pass = new StepwisePass(generator, conditions, options.width());
    this.beams = new Beam[conditions.length];
    Arrays.setAll(beams, n -> new Beam(options, vocabulary, conditions[n], end));
    this.logProbabilities = new double[Math.multiplyExact(pass.rows(), vocabulary)];
    this.from = IntStream.range(0, pass.rows()).toArray();
    this.symbols = new int[pass.rows()];
  }

  /**
   * Searches for several sequences at once; what is found for one does not depend on the others.
   *
   * @param generator of symbols
   * @param prefix symbols read before the first one searched for, after the start symbol; may be of
   *     no length
   * @param conditions the symbols that each sequence depends on
   * @param end the symbol that ends a sequence; empty where they do not end by themselves
   * @return for each sequence its hypotheses, the best first; fewer than n where there are no more
   * @throws IllegalArgumentException if the generator's steps are no symbols
   */
  public static List<List<Hypothesis>> run(
      Generator generator, Sequence prefix, int[][] conditions, OptionalInt end, Options options) {
    if (generator.shape().vocabulary() == 0) {
      throw new IllegalArgumentException("a beam search is for symbols, not for vectors");
    }
    BeamSearch search = new BeamSearch(generator, conditions, end, options);
    search.read(prefix.symbols());
    search.search();
    return Arrays.stream(search.beams).map(Beam::best).toList();
  }

  private void read(int[] prefix) {
    for (int symbol : prefix) {
      pass.step(beams.length);
      Arrays.fill(symbols, 0, beams.length, symbol);
      pass.goOn(beams.length, from, symbols);
    }
  }

  private void search() {
    int sequences = beams.length;
    int live = 1;
    while (live > 0) {
      pass.step(live * sequences);
      pass.logProbabilities(live * sequences, logProbabilities);
      kernels.forEachRowRange(sequences, this::extend);
      live = Arrays.stream(beams).mapToInt(Beam::live).max().orElse(0);
      if (live > 0) {
        goOn(live);
      }
    }
  }

  private void extend(int first, int last) {
    for (int n = first; n < last; n++) {
      if (beams[n].live() > 0) {
        beams[n].extend(logProbabilities, n * vocabulary, beams.length * vocabulary);
      }
    }
  }

  /** Slot b of sequence n is row b · N + n. Rows of slots that are not in use idle. */
  private void goOn(int slots) {
    for (int n = 0; n < beams.length; n++) {
      for (int slot = 0; slot < slots; slot++) {
        int row = slot * beams.length + n;
        boolean used = slot < beams[n].live();
        from[row] = used ? beams[n].parent(slot) * beams.length + n : n;
        symbols[row] = used ? beams[n].symbol(slot) : 0;
      }
    }
    pass.goOn(slots * beams.length, from, symbols);
  }
}
