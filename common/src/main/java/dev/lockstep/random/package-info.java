/**
 * Random streams keyed by what they are for, so that nothing depends on how often something ran or
 * where.
 */
package dev.lockstep.random;
