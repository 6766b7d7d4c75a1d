/**
 * Running a generator free: drawing symbols, and whole sequences from a start symbol or a prefix;
 * or searching for the likeliest ones.
 */
package dev.lockstep.decode;
