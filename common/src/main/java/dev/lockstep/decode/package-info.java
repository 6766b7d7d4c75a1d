/**
 * Running a generator free: drawing symbols, and whole sequences from a start symbol or a prefix.
 */
package dev.lockstep.decode;
