/**
 * What a trained generator is evaluated by. Measures here take arrays and passes; where the data
 * comes from is not theirs to know.
 */
package dev.lockstep.metric;
