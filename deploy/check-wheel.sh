#!/bin/sh
# Builds the wheel, installs it into an empty environment, and runs it from another folder:
# whatever the package forgets to bring along shows here.
set -eu
root=$(pwd)
build=$(pwd)/${BUILD:?the python that has build}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$build" -m build --wheel --outdir "$scratch/dist" "$root" >"$scratch/build.log" 2>&1 ||
    { cat "$scratch/build.log"; exit 1; }
"${PYTHON:-python3}" -m venv "$scratch/venv"
"$scratch/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    -c "$root/constraints.txt" "$scratch"/dist/*.whl
mkdir "$scratch/elsewhere"
cd "$scratch/elsewhere"
"$scratch/venv/bin/newswell" --version
"$scratch/venv/bin/newswell" demo >demo.txt
grep -q 'Who repeats whom' demo.txt
"$scratch/venv/bin/newswell" --config newswell-demo/newswell.toml doctor
echo "the wheel works"
