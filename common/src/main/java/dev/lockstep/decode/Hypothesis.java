package dev.lockstep.decode;

import dev.lockstep.model.Sequence;
import java.io.Serializable;

/**
 * What a beam search found.
 *
 * @param sequence its symbols, the end symbol with them; the prefix is not included
 * @param logProbability the sum of its symbols' log-probabilities given all before them, nats
 * @param score by which hypotheses are ranked: the same, normalised by the length
 * @param ended whether its last symbol is the end symbol; else it was cut at the greatest length
 */
public record Hypothesis(Sequence sequence, double logProbability, double score, boolean ended)
    implements Serializable {}
