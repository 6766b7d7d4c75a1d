/**
 * What the readers of all kinds of data have in common: what each must give, and how items and
 * streams fall into parts and files. Nothing about any one kind.
 */
package dev.lockstep.corpus.reader;
