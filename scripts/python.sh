# Sourced by up and check: sets PYTHON to a Python 3.11 or later, or ends with advice.
PYTHON=
for candidate in python3 python3.14 python3.13 python3.12 python3.11 python; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        PYTHON=$candidate
        break
    fi
done
if [ -z "$PYTHON" ]; then
    echo "KONNEKTU needs Python 3.11 or later; none was found as python3." >&2
    exit 1
fi
