/** The classes that need {@code jdk.incubator.vector}: loaded only where that module is present. */
package dev.lockstep.nn.kernel.vector;
