package dev.lockstep.results;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;

/**
 * How much free-running output repeats itself and copies the training part, beside the test part;
 * means over texts that begin at their start symbol. What is told of the data is null where these
 * have no texts of that length.
 *
 * @param multiple of the drift's steps
 * @param steps of each text
 * @param distinct for n = 1 … 4, distinct n-grams over all n-grams of a text; null where there are
 *     none
 * @param distinctData of the data
 * @param novel for n = 1 … 4, share of the n-grams that the training part does not have
 * @param novelData of the data
 * @param longestRepeat symbols of the longest substring that a text has twice
 * @param longestRepeatData of the data
 * @param longestCopy symbols of the longest substring that a text has from the training part
 * @param longestCopyData of the data
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record RepeatReport(
    int multiple,
    int steps,
    List<Double> distinct,
    List<Double> distinctData,
    List<Double> novel,
    List<Double> novelData,
    double longestRepeat,
    Double longestRepeatData,
    double longestCopy,
    Double longestCopyData) {}
