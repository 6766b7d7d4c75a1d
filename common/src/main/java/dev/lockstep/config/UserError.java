package dev.lockstep.config;

import java.util.List;

/**
 * A mistake in the command line, the configuration or the input, told in one line: what is wrong,
 * where, and what would be right. Or several of them, a line each. The command line turns it into
 * exit status 2.
 */
public final class UserError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // made by List.of, which can be
  private final List<String> messages;

  /**
   * A mistake found here.
   *
   * @param message one line, for the user: what, where, remedy
   */
  public UserError(String message) {
    this(List.of(message));
  }

  /**
   * Mistakes found here, each by itself.
   *
   * @param messages one line each, for the user: what, where, remedy
   */
  public UserError(List<String> messages) {
    super(String.join("\n", messages));
    this.messages = List.copyOf(messages);
  }

  /**
   * A mistake that another exception found.
   *
   * @param message one line, for the user: what, where, remedy
   * @param cause what a developer wants to see under {@code --verbose}
   */
  public UserError(String message, Throwable cause) {
    super(message, cause);
    messages = List.of(message);
  }

  /** The lines, one for each mistake. */
  public List<String> messages() {
    return messages;
  }
}
