/**
 * One whole Professor Forcing step by Lockstep beside the same step by libtorch and by DL4J's own
 * layers. {@link dev.lockstep.benchmarks.versus.Versus} drives the contenders, which run in
 * processes of their own and take turns.
 */
package dev.lockstep.benchmarks.versus;
