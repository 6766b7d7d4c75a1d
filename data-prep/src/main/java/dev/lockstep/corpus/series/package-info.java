/** Corpora of series: tables of numbers from CSV and Parquet files. */
package dev.lockstep.corpus.series;
