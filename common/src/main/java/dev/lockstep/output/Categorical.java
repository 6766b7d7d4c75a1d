package dev.lockstep.output;

/** Drawing one of V symbols; an instance holds the memory that it takes, for one thread. */
public final class Categorical {
  private final double[] weights;

  /** Symbols: a heap with the likeliest first, and behind it those that were taken from it. */
  private int[] symbols = {};

  /**
   * Room for draws.
   *
   * @param vocabulary V
   */
  public Categorical(int vocabulary) {
    this.weights = new double[vocabulary];
  }

  /**
   * The symbol that a uniform number falls to, where each symbol has its share of [0, 1), in the
   * order of their numbers.
   *
   * @param probabilities V numbers from {@code offset}, which sum to 1
   * @param uniform from [0, 1)
   */
  public int draw(double[] probabilities, int offset, double uniform, SamplingOptions sampling) {
    if (sampling.temperature() == 0) {
      return likeliest(probabilities, offset, weights.length);
    }
    weigh(probabilities, offset, sampling.temperature());
    if (sampling.truncates()) {
      truncate(sampling.topK(), sampling.topP());
    }
    return symbolAt(uniform);
  }

  /**
   * Relative to the likeliest symbol's, as the power itself would be 0 for all at temperature 0.01.
   */
  private void weigh(double[] probabilities, int offset, double temperature) {
    if (temperature == 1) {
      System.arraycopy(probabilities, offset, weights, 0, weights.length);
      return;
    }
    double largest = probabilities[offset + likeliest(probabilities, offset, weights.length)];
    for (int v = 0; v < weights.length; v++) {
      weights[v] = Math.exp(Math.log(probabilities[offset + v] / largest) / temperature);
    }
  }

  private int symbolAt(double uniform) {
    double left = uniform * sum();
    int last = 0;
    for (int v = 0; v < weights.length; v++) {
      if (weights[v] > 0) {
        if (left < weights[v]) {
          return v;
        }
        left -= weights[v];
        last = v;
      }
    }
    // Rounding left a crumb beyond the last symbol that can be drawn.
    return last;
  }

  private double sum() {
    double sum = 0;
    for (double weight : weights) {
      sum += weight;
    }
    return sum;
  }

  /** Sets the weights to 0 of all but the likeliest symbols; of equals the first are kept. */
  private void truncate(int topK, double topP) {
    int count = weights.length;
    int most = topK == 0 ? count : Math.min(topK, count);
    fillHeap();
    int taken = 0;
    double mass = 0;
    if (most < count) {
      while (taken < most) {
        mass += weights[take(taken++)];
      }
    } else {
      mass = sum();
    }
    double enough = topP < 1 ? topP * mass : Double.POSITIVE_INFINITY;
    int kept = 0;
    double seen = 0;
    do {
      if (kept == taken) {
        take(taken++);
      }
      kept++;
      seen += weights[symbols[count - kept]];
    } while (kept < most && seen < enough);
    for (int i = 0; i < count - kept; i++) {
      weights[symbols[i]] = 0;
    }
  }

  private void fillHeap() {
    int count = weights.length;
    if (symbols.length != count) {
      symbols = new int[count];
    }
    for (int v = 0; v < count; v++) {
      symbols[v] = v;
    }
    for (int i = count / 2 - 1; i >= 0; i--) {
      sink(i, count);
    }
  }

  /** Takes the likeliest symbol of the heap, and puts it right before those taken earlier. */
  private int take(int taken) {
    int size = weights.length - taken - 1;
    int first = symbols[0];
    symbols[0] = symbols[size];
    symbols[size] = first;
    sink(0, size);
    return first;
  }

  private void sink(int from, int size) {
    int symbol = symbols[from];
    int hole = from;
    while (2 * hole + 1 < size) {
      int child = 2 * hole + 1;
      if (child + 1 < size && isBefore(symbols[child + 1], symbols[child])) {
        child++;
      }
      if (!isBefore(symbols[child], symbol)) {
        break;
      }
      symbols[hole] = symbols[child];
      hole = child;
    }
    symbols[hole] = symbol;
  }

  private boolean isBefore(int a, int b) {
    return weights[a] > weights[b] || (weights[a] == weights[b] && a < b);
  }

  /** The likeliest of V symbols, the first of equals. */
  public static int likeliest(double[] probabilities, int offset, int vocabulary) {
    int best = 0;
    for (int v = 1; v < vocabulary; v++) {
      if (probabilities[offset + v] > probabilities[offset + best]) {
        best = v;
      }
    }
    return best;
  }
}
