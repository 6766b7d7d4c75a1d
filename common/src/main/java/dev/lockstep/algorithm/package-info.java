/**
 * What the networks are trained for, one class an objective, each telling its training step as its
 * paper does.
 */
package dev.lockstep.algorithm;
