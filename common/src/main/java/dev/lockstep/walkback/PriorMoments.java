package dev.lockstep.walkback;

/**
 * Moments of p*, the distribution that walks end in, dimension by dimension.
 *
 * @param mean D means
 * @param variance D variances, above 0
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
public record PriorMoments(double[] mean, double[] variance) {}
