package dev.lockstep.config;

import java.util.Locale;

/** A setting's value out of a fixed set; implemented by enums. */
public interface Choice {
  /** The constant's name, as {@link Enum#name()}. */
  String name();

  /** How the value is written in a configuration file, such as {@code professor-forcing}. */
  default String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
