package dev.lockstep.config;

import dev.lockstep.config.Limits.Above;
import dev.lockstep.config.Limits.AtLeast;
import java.io.Serializable;

/**
 * What is generated.
 *
 * @param count sequences
 * @param length steps of each
 * @param temperature sharpness of the draw, 1 = as learned
 * @param bias sharpness of draws from a mixture of Gaussians, 0 = as learned
 * @param prefix what each sequence continues
 * @param condition what the sequences depend on, one a line
 * @param seed where the draws come from
 */
public record GenerateSettings(
    @AtLeast(1) int count,
    @AtLeast(1) int length,
    @Above(0) double temperature,
    @AtLeast(0) double bias,
    String prefix,
    String condition,
    long seed)
    implements Serializable {}
