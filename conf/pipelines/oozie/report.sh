#!/usr/bin/env bash
# Tells what evaluate measured, as properties that Oozie captures, and fails when that is too bad.
#   report.sh RUN-DIRECTORY MAX-BPC|none
set -euo pipefail
export LC_ALL=C

run=$1
bound=$2
metrics=$(hdfs dfs -cat "$run/evaluation/metrics.json")

# A number of the JSON object, which has one key a line, its own ones two spaces in; empty if it is none.
number() {
  sed -n 's/^  "'"$1"'" : \([-+0-9.Ee]*\),*$/\1/p' <<<"$metrics"
}

printf 'run=%s\n' "$run"
for key in round steps nll bpc perplexity discriminator_accuracy; do
  printf '%s=%s\n' "$key" "$(number "$key")"
done

if [ "$bound" != none ]; then
  bpc=$(number bpc)
  if [ -z "$bpc" ] || ! awk -v bpc="$bpc" -v bound="$bound" 'BEGIN { exit !(bpc + 0 <= bound + 0) }'; then
    printf '%s: the test BPC is %s, but maxBpc is %s\n' "$run" "${bpc:-no number}" "$bound" >&2
    exit 1
  fi
fi
