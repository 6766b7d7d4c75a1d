package dev.lockstep.corpus;

import dev.lockstep.config.Choice;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;

/** The parts of a corpus; {@link #key()} is the name of a part's directory. */
public enum Part implements Choice {
  /** What is learned. */
  TRAIN,
  /** What training is watched on. */
  VALID,
  /** What is reported. */
  TEST;

  /** Something of each part, in their order. */
  public static <T> Map<Part, T> each(Function<Part, T> something) {
    Map<Part, T> all = new EnumMap<>(Part.class);
    for (Part part : values()) {
      all.put(part, something.apply(part));
    }
    return all;
  }
}
