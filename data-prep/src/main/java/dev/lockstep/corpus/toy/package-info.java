/** Corpora of generated points of the plane, each one vector. */
package dev.lockstep.corpus.toy;
