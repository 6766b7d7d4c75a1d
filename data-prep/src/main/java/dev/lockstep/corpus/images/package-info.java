/**
 * Files of images in the formats of their usual distributions, read image by image; and corpora of
 * images that are one vector each.
 */
package dev.lockstep.corpus.images;
