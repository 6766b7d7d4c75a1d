package dev.lockstep.benchmarks;

/**
 * What one measured operation does.
 *
 * @param name of the row in the report
 * @param amount of floating-point operations, or of bytes read and written at the least
 * @param unit of its rate
 */
record Work(String name, double amount, Unit unit) {
  /** What bounds an operation: arithmetic, or memory. */
  enum Unit {
    GFLOPS("GFLOP/s"),
    GBPS("GB/s");

    private final String text;

    Unit(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  static Work flops(String name, double amount) {
    return new Work(name, amount, Unit.GFLOPS);
  }

  static Work bytes(String name, double amount) {
    return new Work(name, amount, Unit.GBPS);
  }
}
