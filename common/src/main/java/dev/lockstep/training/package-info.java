/**
 * What a training run is made of whatever runs it: replicas of the networks, their flat state, the
 * order of the data. Spark only moves these between machines.
 */
package dev.lockstep.training;
