/**
 * Pictures and sound of generated samples: arrays in, PNG, SVG or WAV out. Everything here is drawn
 * on white, so that it reads on any page. Nothing here opens a file or a window, or knows where
 * samples come from.
 */
package dev.lockstep.render;
