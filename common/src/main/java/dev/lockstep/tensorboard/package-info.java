/** Event files for TensorBoard. Nothing here knows what the numbers in them are. */
package dev.lockstep.tensorboard;
