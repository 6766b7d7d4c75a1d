package dev.lockstep.report;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * A file of {@code samples/}.
 *
 * @param name of the file
 * @param kind what it is to the page
 * @param text of a text, else null
 * @param data of a picture or a sound, a data URI, else null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Sample(String name, Kind kind, String text, String data) {
  /** What the page does with a file. */
  enum Kind {
    TEXT,
    PICTURE,
    SOUND
  }
}
