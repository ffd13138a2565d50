#!/usr/bin/env bash
# Biome from npm, which lints the page's scripts and styles; nothing of it is part of a map. In a folder of its own, since
# npm would take away axe-core beside it.
set -euo pipefail
cd "$(dirname "$0")/.."
version=2.6.8
if grep -qs "\"version\": \"$version\"" .tools/node_modules/@biomejs/biome/package.json; then exit 0; fi
command -v npm >/dev/null || { echo "npm is not on PATH; the page's scripts will not be linted" >&2; exit 3; }
mkdir -p .tools
npm install --prefix .tools --no-save --no-package-lock --no-audit --no-fund --silent "@biomejs/biome@$version"
