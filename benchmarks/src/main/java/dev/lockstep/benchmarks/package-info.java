/**
 * What the kernels achieve on this machine, beside DL4J's own LSTM layer and plain matrix
 * multiplication. {@link dev.lockstep.benchmarks.KernelReport} measures all of it in one run.
 */
package dev.lockstep.benchmarks;
