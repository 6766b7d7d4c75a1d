package dev.lockstep.study;

/**
 * A sample of a run, as the page holds it.
 *
 * @param file where it is from, within the run
 * @param number of the sample in that file or in those of its name, from 1
 * @param content the text itself, or a data URI
 */
record RunSample(String file, int number, String content) {}
