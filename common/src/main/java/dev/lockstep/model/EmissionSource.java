package dev.lockstep.model;

/**
 * Where what is emitted after each step comes from: this one line is the difference between the two
 * modes.
 */
@FunctionalInterface
public interface EmissionSource {
  /**
   * Makes row {@code row} emit something at step {@code step}, which it reads at the next, by one
   * of {@link StepOutput}'s methods. Called from several threads, for each (step, row) once.
   *
   * @param output what the generator gives, until the call returns
   */
  void next(int step, int row, StepOutput output);

  /** A source of symbols. */
  static EmissionSource of(SymbolSource source) {
    return (step, row, output) ->
        output.emit(source.symbol(step, row, output.probabilities(), output.offset()));
  }
}
