package dev.lockstep.corpus.toy;

import dev.lockstep.config.DataSettings;
import dev.lockstep.corpus.Part;
import dev.lockstep.random.RandomStreams;
import java.io.Serializable;
import java.util.SplittableRandom;

/**
 * Points of the plane, each a function of (seed, part, number): a place on a shape of radius 1,
 * drawn evenly, and Gaussian noise.
 *
 * @param toy the shape and its noise
 * @param seed of the draws
 */
record ToyPoints(DataSettings.Toy toy, long seed) implements Serializable {
  private static final int MODES = 8;
  private static final double TURN = 2 * Math.PI;

  /** In turns; the spiral's radius grows with its angle. */
  private static final double SPIRAL_BEGIN = 0.75;

  private static final double SPIRAL_END = 2.25;

  /** The point's x and y. */
  double[] point(Part part, long number) {
    SplittableRandom random =
        RandomStreams.stream(seed, RandomStreams.Purpose.CORPUS, part.key().hashCode(), number);
    double[] point =
        switch (toy.shape()) {
          case MIXTURE -> polar(1, (double) random.nextInt(MODES) / MODES);
          case CIRCLE -> polar(1, random.nextDouble());
          case SWISS_ROLL -> spiral(random.nextDouble());
        };
    for (int i = 0; i < point.length; i++) {
      point[i] += toy.noise() * random.nextGaussian();
    }
    return point;
  }

  private static double[] spiral(double place) {
    double turns = SPIRAL_BEGIN + place * (SPIRAL_END - SPIRAL_BEGIN);
    return polar(turns / SPIRAL_END, turns);
  }

  /** Strict, so that all machines draw the same. */
  private static double[] polar(double radius, double turns) {
    return new double[] {
      radius * StrictMath.cos(TURN * turns), radius * StrictMath.sin(TURN * turns)
    };
  }
}
