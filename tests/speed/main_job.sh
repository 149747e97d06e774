#!/bin/sh
# How long the two commands of the README take in a fresh clone with a clean environment.
# Run from a checkout: tests/speed/main_job.sh [demo|test ...]; by default both, in this order.
set -eu
source=$(cd "$(dirname "$0")/../.." && pwd)
folder=$(mktemp -d)
home=$(mktemp -d)
git clone --quiet "$source" "$folder/plumbline"
cd "$folder/plumbline"
[ $# -gt 0 ] || set -- demo test
for target in "$@"; do
    start=$(date +%s)
    env -i HOME="$home" PATH=/usr/local/bin:/usr/bin:/bin LANG=C.UTF-8 make "$target" SERVE=0
    echo "make $target: $(($(date +%s) - start)) s"
done
rm -rf "$folder" "$home"
