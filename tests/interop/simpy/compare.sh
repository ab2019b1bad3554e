#!/usr/bin/env bash
# Records simulated per second, by SimPy and by Logyard, on the same model and one core each, and their ratio.
# Needs python3 with venv and access to PyPI; builds the bench if it is not there.
#   tests/interop/simpy/compare.sh [SIMULATED_SECONDS]
set -euo pipefail
cd "$(dirname "$0")/../../.."
seconds=${1:-1000}
venv=${LOGYARD_SIMPY_VENV:-target/simpy}
if [ ! -x "$venv/bin/python" ]; then
    python3 -m venv "$venv"
    "$venv/bin/pip" --quiet --disable-pip-version-check install simpy==4.1.1
fi
read -r simpy wait < <("$venv/bin/python" tests/interop/simpy/model.py "$seconds")
if [ -n "${LOGYARD_BENCH:-}" ]; then
    logyard=$("$LOGYARD_BENCH" --like-simpy 20000)
else
    logyard=$(cargo bench --quiet --bench simulate -- --like-simpy 20000)
fi
echo "SimPy    $simpy records/s (mean wait $wait s)"
echo "Logyard  $logyard records/s"
echo "ratio    $((logyard / simpy))"
