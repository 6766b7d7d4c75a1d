package dev.lockstep.spark;

import dev.lockstep.config.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A GPU of this node, as {@code nvidia-smi} tells of it.
 *
 * @param index among the node's, from 0
 * @param uuid of the card
 * @param name of its kind
 * @param capability that code must be compiled for
 */
record Gpu(int index, String uuid, String name, Capability capability) {
  /** What {@link #parse} reads, in this order. */
  static final String FIELDS = "index,uuid,name,compute_cap";

  private static final Pattern LINE =
      Pattern.compile("(\\d+), *([^,]+), *([^,]+), *(\\d+)\\.(\\d+)");

  /**
   * All that ND4J 1.0.0-M2.1's library for CUDA 11.6 is compiled for, read from the library itself.
   * It has no PTX, which a driver could compile for a newer card.
   */
  private static final List<Capability> COMPILED =
      List.of(
          new Capability(3, 7),
          new Capability(5, 0),
          new Capability(5, 2),
          new Capability(6, 0),
          new Capability(6, 1),
          new Capability(7, 0),
          new Capability(7, 5),
          new Capability(8, 0),
          new Capability(8, 6));

  /** A compute capability: machine code for one runs on those of the same major from it upwards. */
  record Capability(int major, int minor) {
    boolean runs(Capability code) {
      return major == code.major && minor >= code.minor;
    }

    @Override
    public String toString() {
      return major + "." + minor;
    }
  }

  /**
   * Reads {@code nvidia-smi --query-gpu=FIELDS --format=csv,noheader}.
   *
   * @throws UserError if a line is not what that prints
   */
  static List<Gpu> parse(String csv) {
    List<Gpu> gpus = new ArrayList<>();
    for (String line : csv.lines().map(String::strip).filter(l -> !l.isEmpty()).toList()) {
      Matcher fields = LINE.matcher(line);
      if (!fields.matches()) {
        throw new UserError(
            "nvidia-smi tells of a GPU by \"%s\", not by its %s: install an NVIDIA driver of 510.39 or newer"
                .formatted(line, FIELDS));
      }
      gpus.add(
          new Gpu(
              Integer.parseInt(fields.group(1)),
              fields.group(2),
              fields.group(3),
              new Capability(
                  Integer.parseInt(fields.group(4)), Integer.parseInt(fields.group(5)))));
    }
    return gpus;
  }

  /** Whether a name means this GPU: its index, or its UUID or the beginning of it, as for CUDA. */
  boolean isCalled(String name) {
    return name.equals(Integer.toString(index))
        || (name.startsWith("GPU-") && uuid.startsWith(name));
  }

  /**
   * Says whether ND4J can run here; without asking, it dies in native code at its first operation.
   *
   * @throws UserError if not
   */
  void checkSupported() {
    if (COMPILED.stream().noneMatch(capability::runs)) {
      throw new UserError(
          ("this GPU, %s (compute capability %s), is not one that ND4J 1.0.0-M2.1 has code for (3.7,"
                  + " 5.x to 8.x): use a Pascal to Ada card, or the CPU build")
              .formatted(name, capability));
    }
  }

  @Override
  public String toString() {
    return "GPU %d, %s (compute capability %s)".formatted(index, name, capability);
  }
}
