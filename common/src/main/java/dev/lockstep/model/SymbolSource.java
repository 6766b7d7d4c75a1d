package dev.lockstep.model;

/**
 * Where the symbol after each step comes from: this one line is the difference between the two
 * modes.
 */
@FunctionalInterface
public interface SymbolSource {
  /**
   * The symbol that row {@code row} emits at step {@code step} and reads at the next. Called from
   * several threads, for each (step, row) once.
   *
   * @param probabilities what the generator gives each symbol, V numbers from {@code offset}
   */
  int symbol(int step, int row, double[] probabilities, int offset);
}
