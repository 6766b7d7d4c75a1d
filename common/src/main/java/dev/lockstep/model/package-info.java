/**
 * The two networks, as DL4J networks with Lockstep's own passes over their parameters. What a
 * network is trained for is the business of {@link dev.lockstep.algorithm}.
 */
package dev.lockstep.model;
