/**
 * What a run measures, as its files hold it: a line of {@code metrics.jsonl} for each round, {@code
 * evaluation/metrics.json} and {@code evaluation/tsne.json}. The jobs write these records and the
 * reports read them, so that each key is declared once. Nothing here measures.
 */
package dev.lockstep.results;
