package dev.lockstep.study;

import java.util.Locale;

/** How a participant takes a sample in. */
public enum Medium {
  TEXT,
  PICTURE,
  SOUND;

  /** The name on the page. */
  String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
