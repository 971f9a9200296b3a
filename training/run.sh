#!/usr/bin/env bash
# run.sh DATA OUT VERSION [SHARE]: train, export, calibrate, evaluate, write the card. PYTHON names the interpreter.
set -euo pipefail
data=$1 out=$2 version=$3 share=${4:-1.0}
python=${PYTHON:-python}
# Large buffers are kept by the allocator: giving them back to the kernel after every step costs a third of the time.
export MALLOC_MMAP_THRESHOLD_=8589934592 MALLOC_TRIM_THRESHOLD_=8589934592 MALLOC_TOP_PAD_=268435456
"$python" -m training.train --data "$data" --out "$out" --share "$share" --workers "${WORKERS:-2}"
"$python" -m training.export --weights "$out/final.pt" --data "$data" --out "$out" --keep "${KEEP:-0}"
"$python" -m training.calibrate --data "$data" --out "$out" --version "$version"
"$python" -m training.evaluate --data "$data" --out "$out" ${QUICK:+--quick}
