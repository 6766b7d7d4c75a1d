package dev.lockstep.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** A setting's value out of a fixed set; implemented by enums. */
public interface Choice {
  /** The constant's name, as {@link Enum#name()}. */
  String name();

  /** How the value is written in a configuration file, such as {@code professor-forcing}. */
  default String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The choice that a key stands for.
   *
   * @param known an enum's constants
   * @param key as {@link #key} writes it
   * @return the choice, or nothing if none has that key
   */
  static <C extends Choice> Optional<C> of(C[] known, String key) {
    return Arrays.stream(known).filter(choice -> choice.key().equals(key)).findAny();
  }
}
