package dev.lockstep.algorithm;

import dev.lockstep.model.SampledWords;
import dev.lockstep.model.SequenceBatch;
import dev.lockstep.model.WordProposal;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Draws the words that a minibatch's likelihood is computed with.
 *
 * @param proposal of the words that the minibatch does not have
 * @param count how many of them are drawn
 */
public record WordSampler(WordProposal proposal, int count) {
  SampledWords draw(SequenceBatch batch, SplittableRandom random) {
    int[] own =
        IntStream.range(0, batch.sequences())
            .flatMap(n -> IntStream.of(batch.sequence(n).symbols()))
            .toArray();
    return proposal.draw(own, count, random);
  }
}
