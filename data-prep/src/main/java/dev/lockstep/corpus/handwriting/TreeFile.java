package dev.lockstep.corpus.handwriting;

import java.io.Serializable;

/**
 * A file that was read whole.
 *
 * @param name below the root of its {@link FileTree}
 * @param place what errors call it: its path, or its archive's and its own name in it
 * @param bytes what it holds
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
record TreeFile(String name, String place, byte[] bytes) implements Serializable {}
