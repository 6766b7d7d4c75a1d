#!/usr/bin/env bash
# Tells Spark which GPUs this node has: one line of JSON, as spark.*.resource.gpu.discoveryScript
# must print. Where that cannot be known the status is 1, and Spark's log has the line that says why.
set -u

die() {
  printf 'discover-gpus: %s\n' "$1" >&2
  exit 1
}

command -v nvidia-smi >/dev/null ||
  die 'no nvidia-smi on the PATH: install the NVIDIA driver on this node, or take the node out'
said=$(nvidia-smi --query-gpu=index --format=csv,noheader 2>&1) ||
  die "nvidia-smi failed with status $?: $said"

addresses=
while read -r index; do
  case $index in
    '') ;;
    *[!0-9]*) die "nvidia-smi printed \"$index\" where the index of a GPU was expected" ;;
    *) addresses="$addresses${addresses:+,}\"$index\"" ;;
  esac
done <<<"$said"
[ -n "$addresses" ] || die 'nvidia-smi tells of no GPU on this node'

printf '{"name": "gpu", "addresses": [%s]}\n' "$addresses"
