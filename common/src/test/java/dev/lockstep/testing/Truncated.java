package dev.lockstep.testing;

import dev.lockstep.output.SamplingOptions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** What a draw's distribution is once it is sharpened, by the definitions, step by step. */
public final class Truncated {
  private Truncated() {}

  /** Of V symbols with these probabilities; the temperature is not 0. */
  public static double[] distribution(double[] probabilities, SamplingOptions sampling) {
    double[] tempered =
        normalised(
            DoubleStream.of(probabilities)
                .map(p -> Math.pow(p, 1 / sampling.temperature()))
                .toArray());
    List<Integer> order =
        IntStream.range(0, tempered.length)
            .boxed()
            .sorted(Comparator.<Integer>comparingDouble(v -> -tempered[v]).thenComparing(v -> v))
            .toList();
    int k = sampling.topK() == 0 ? tempered.length : sampling.topK();
    double[] first = normalised(kept(tempered, order.stream().limit(k).toList()));
    int nucleus = 0;
    double mass = 0;
    while (nucleus < tempered.length && mass < sampling.topP()) {
      mass += first[order.get(nucleus++)];
    }
    return normalised(kept(first, order.subList(0, nucleus)));
  }

  private static double[] kept(double[] p, List<Integer> which) {
    return IntStream.range(0, p.length).mapToDouble(v -> which.contains(v) ? p[v] : 0).toArray();
  }

  private static double[] normalised(double[] weights) {
    double sum = DoubleStream.of(weights).sum();
    return DoubleStream.of(weights).map(w -> w / sum).toArray();
  }
}
