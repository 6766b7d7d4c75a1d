/**
 * What people make of runs' samples: a blinded page for participants, the key that stays with the
 * experimenter, and the figures that come out. {@link dev.lockstep.study.StudyFolder} is the way
 * in, {@link dev.lockstep.study.Tally} the way out. Nothing here trains or samples.
 */
package dev.lockstep.study;
