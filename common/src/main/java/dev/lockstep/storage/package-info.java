/**
 * Files and directories on any file system that Hadoop knows, written whole or not at all. Nothing
 * here knows what is in them.
 */
package dev.lockstep.storage;
