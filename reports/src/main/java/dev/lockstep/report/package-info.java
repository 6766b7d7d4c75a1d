/**
 * The page that shows runs. {@link dev.lockstep.report.Report} reads run directories into records,
 * which become one JSON object in the page; all that is seen is made of it by the scripts beside
 * {@code page.html}. Nothing here trains, evaluates or draws.
 */
package dev.lockstep.report;
