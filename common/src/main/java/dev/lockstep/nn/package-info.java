/**
 * Layers that DL4J lacks, as DL4J layers: configuration, parameter initialiser and implementation,
 * so that networks holding them are built, saved, loaded and extended like any other; and what
 * brings Lockstep's time-major rows into DL4J's own. The layers' arithmetic is in {@link
 * dev.lockstep.nn.kernel}.
 */
package dev.lockstep.nn;
