/** Everything that runs on Spark. No arithmetic on activations here: that is the networks' work. */
package dev.lockstep.spark;
