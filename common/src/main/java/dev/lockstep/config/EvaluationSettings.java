package dev.lockstep.config;

import dev.lockstep.config.Limits.AtLeast;
import java.io.Serializable;

/**
 * How it is measured.
 *
 * @param streams contiguous pieces of a part, read side by side with carried state
 * @param sequences sequences over which the drift is measured
 * @param length steps over which the drift is measured; 0 = the corpus's sequence length
 * @param freeRunning whether free-running output is compared with the data beyond that length
 */
public record EvaluationSettings(
    @AtLeast(1) int streams, @AtLeast(1) int sequences, @AtLeast(0) int length, boolean freeRunning)
    implements Serializable {}
