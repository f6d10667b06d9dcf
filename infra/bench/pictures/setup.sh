#!/bin/sh
# What pictures are compared with, into the folder given: Pillow in a Python
# environment, sharp by npm, both as their registries ship them.
set -eu
folder=${1:?a folder, such as target/pictures}
mkdir -p "$folder"
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pillow numpy scikit-image
npm install --silent --no-fund --no-audit --prefix "$folder" sharp
"$folder/venv/bin/python" "$(dirname "$0")/inputs.py" "$folder/inputs"
