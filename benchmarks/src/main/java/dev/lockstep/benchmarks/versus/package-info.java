/**
 * One whole step of training by Lockstep beside the same step by peers, in processes of their own
 * that take turns: {@link dev.lockstep.benchmarks.versus.Versus} drives Professor Forcing beside
 * libtorch and DL4J's own layers, {@link dev.lockstep.benchmarks.versus.WalkVersus} variational
 * walkback beside DL4J.
 */
package dev.lockstep.benchmarks.versus;
