package dev.lockstep.results;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * What maps of the hidden states by t-SNE say: means over the maps, and standard errors of these.
 *
 * @param runs maps
 * @param points on each
 * @param centroidDistance between the mean points of both modes
 * @param centroidDistanceError of it; null with one map
 * @param pairDistance mean over pairs of a point of each mode
 * @param pairDistanceError of it; null with one map
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record TsneReport(
    int runs,
    int points,
    double centroidDistance,
    Double centroidDistanceError,
    double pairDistance,
    Double pairDistanceError) {}
