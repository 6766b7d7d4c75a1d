/**
 * Configuration: the typed reader of HOCON files and the user's errors. No defaults here: those
 * stand in {@code reference.conf}.
 */
package dev.lockstep.config;
