package dev.lockstep.corpus;

import dev.lockstep.config.Choice;

/** The parts of a corpus; {@link #key()} is the name of a part's directory. */
public enum Part implements Choice {
  /** What is learned. */
  TRAIN,
  /** What training is watched on. */
  VALID,
  /** What is reported. */
  TEST
}
