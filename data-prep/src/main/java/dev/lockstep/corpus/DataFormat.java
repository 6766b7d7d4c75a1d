package dev.lockstep.corpus;

import java.io.Serializable;

/** What the steps of a corpus' sequences are, and what their numbers mean outside of it. */
public sealed interface DataFormat extends Serializable
    permits Vocabulary, Amplitudes, Bitmap, Raster, Channels {
  /** V where a step is one of V symbols, 0 where it is a vector. */
  int symbols();

  /** In a few words, for people. */
  String summary();

  /** The same for equal formats, now and later: SHA-256 in hexadecimal. */
  String checksum();
}
