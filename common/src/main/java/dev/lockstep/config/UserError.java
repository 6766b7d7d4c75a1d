package dev.lockstep.config;

/**
 * A mistake in the command line, the configuration or the input, told in one line: what is wrong,
 * where, and what would be right. The command line turns it into exit status 2.
 */
public final class UserError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * A mistake found here.
   *
   * @param message one line, for the user: what, where, remedy
   */
  public UserError(String message) {
    super(message);
  }

  /**
   * A mistake that another exception found.
   *
   * @param message one line, for the user: what, where, remedy
   * @param cause what a developer wants to see under {@code --verbose}
   */
  public UserError(String message, Throwable cause) {
    super(message, cause);
  }
}
