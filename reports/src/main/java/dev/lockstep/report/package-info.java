/** Pages that show what came out of runs. */
package dev.lockstep.report;
