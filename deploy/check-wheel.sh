#!/bin/sh
# Takes the steps of deploy/Dockerfile in a fresh folder, which installs the package from what the
# image has of it, and runs it from another folder: whatever is forgotten shows here.
set -eu
root=$(pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"${PYTHON:-python3}" "$root/deploy/replay.py" "$root/deploy/Dockerfile" "$root" "$scratch/image"
bin="$scratch/image/opt/newswell/bin"
test -f "$scratch/image/opt/newswell/prefect.yaml"
mkdir "$scratch/elsewhere"
cd "$scratch/elsewhere"
"$bin/newswell" --version
"$bin/newswell" demo >demo.txt
grep -q 'Who repeats whom' demo.txt
"$bin/newswell" --config newswell-demo/newswell.toml doctor
"$bin/newswell" --config newswell-demo/newswell.toml backup --to kept
mkdir again && cd again && "$bin/newswell" restore ../kept && "$bin/newswell" doctor --all
echo "the image's steps and the wheel work"
