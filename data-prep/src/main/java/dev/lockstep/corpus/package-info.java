/**
 * What a prepared corpus is: its description, what its steps mean, its parts and their rows. Knows
 * no reader, no training and no network.
 */
package dev.lockstep.corpus;
