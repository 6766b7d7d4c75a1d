package dev.lockstep.corpus;

import dev.lockstep.model.StepShape;
import java.io.Serializable;

/** What the steps of a corpus' sequences are, and what their numbers mean outside of it. */
public sealed interface StepFormat extends Serializable
    permits Vocabulary, Amplitudes, Bitmap, Raster, Channels, PenStrokes {
  /** V where a step is one of V symbols, 0 where it is a vector. */
  int symbols();

  /**
   * What networks need to know of such steps.
   *
   * @param conditions number of the symbols that what a sequence depends on is written in; 0 if it
   *     depends on nothing
   * @param texts whether that is a text, of any length; else it is one symbol, a label
   */
  StepShape shape(int conditions, boolean texts);

  /** Asks what there is to know of each form of steps, and answers for this one. */
  <R> R accept(Visitor<R> visitor);

  /**
   * A question with one answer for each form of steps.
   *
   * @param <R> the answer
   */
  interface Visitor<R> {
    /** Of symbols that are characters or words. */
    R visit(Vocabulary vocabulary);

    /** Of symbols that are samples of sound. */
    R visit(Amplitudes amplitudes);

    /** Of symbols that are pixels. */
    R visit(Bitmap bitmap);

    /** Of vectors that are images. */
    R visit(Raster raster);

    /** Of vectors of real numbers. */
    R visit(Channels channels);

    /** Of vectors that are a pen's. */
    R visit(PenStrokes strokes);
  }

  /** In a few words, for people. */
  String summary();

  /** The same for equal formats, now and later: SHA-256 in hexadecimal. */
  String checksum();
}
