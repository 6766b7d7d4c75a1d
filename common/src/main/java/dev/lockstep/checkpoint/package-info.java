/**
 * What a run leaves on disk: its directory and its checkpoints. Nothing here knows what the
 * networks are trained on.
 */
package dev.lockstep.checkpoint;
