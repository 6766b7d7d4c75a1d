package dev.lockstep.spark;

/** The unit of information that two symbols of the same probability have. */
final class Bits {
  private Bits() {}

  /** So many nats in bits. */
  static double of(double nats) {
    return nats / Math.log(2);
  }
}
