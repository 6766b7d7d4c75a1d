/**
 * The command line: one small class per command, and what all of them share (options, exit
 * statuses, progress, tables). No training, preparation or arithmetic here: a command reads its
 * settings, calls the job and tells the result.
 */
package dev.lockstep.cli;
