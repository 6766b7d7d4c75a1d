/**
 * What the generator's last affine map means where a step emits real numbers: distributions, their
 * nlls and gradients in double precision, their draws, and the DL4J loss that trains them. No
 * networks and no arrays of ND4J but in that loss.
 */
package dev.lockstep.output;
