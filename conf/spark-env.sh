#!/usr/bin/env bash
# Environment of Spark's processes for Lockstep: append it to conf/spark-env.sh of the Spark installation on each node.
# Standalone workers pass it on to their executors; on YARN and Kubernetes set spark.executorEnv.* instead.

# Names of files in any script; else the JVM's locale decides which ones it can read.
export LC_ALL=C.UTF-8

# ND4J's small operations lose more to OpenMP than they gain; the kernels bring their own threads.
export OMP_NUM_THREADS="${OMP_NUM_THREADS:-1}"

# OpenBLAS does not know newer processors by name and would use half of what they can.
if grep -qsw avx512f /proc/cpuinfo; then
  export OPENBLAS_CORETYPE="${OPENBLAS_CORETYPE:-SKYLAKEX}"
fi
