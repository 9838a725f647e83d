#!/usr/bin/env bash
# Makes `steward` a command of a pipeline's job: installs and compiles this checkout (once), and puts it on the PATH of later steps where
# the pipeline has a file for that (GitHub Actions). Elsewhere: export PATH="$PATH:<this checkout>/ci/bin"
set -euo pipefail
ci="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"

command -v node >/dev/null || { echo 'Node is needed: let the job use an image with it, or actions/setup-node.' >&2; exit 1; }
node "$ci/../local/install.mjs"
if [[ -n "${GITHUB_PATH:-}" ]]; then echo "$ci/bin" >>"$GITHUB_PATH"; fi
