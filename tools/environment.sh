#!/bin/sh
# Make .venv, or bring it up to date. $1: `package` (what users need) or `development` (what tests need, too).
# Uses uv where there is one, else venv and pip. PYTHON=/path/to/python chooses the interpreter.
set -eu

find_python() {
    for candidate in "${PYTHON:-}" python3 python3.13 python3.12 python3.11 python3.14 python; do
        if [ -n "$candidate" ] &&
            "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            command -v "$candidate"
            return
        fi
    done
    echo "Safelight needs Python 3.11 or newer, and none was found. Install one, or name it:" >&2
    echo "    make PYTHON=/path/to/python ..." >&2
    return 1
}

have_uv() {
    command -v uv >/dev/null 2>&1
}

make_venv() {
    python=$(find_python)
    echo "Making .venv with $python"
    rm -rf .venv
    "$python" -m venv .venv 2>/dev/null || { have_uv && uv venv --quiet --clear --python "$python" .venv; } || {
        rm -rf .venv
        echo "$python cannot make environments. On Debian and Ubuntu: apt install python3-venv" >&2
        return 1
    }
}

install() {
    if have_uv; then
        # Certificates of the system, as pip takes them: some networks have their own.
        UV_SYSTEM_CERTS=1 uv pip install --quiet --python .venv/bin/python --editable . "$@" && return
        echo "uv did not manage; trying pip." >&2
    fi
    has_pip || make_venv
    # Dependency groups need a newer pip than some Pythons bring.
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --upgrade pip
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --editable . "$@"
}

has_pip() {
    .venv/bin/python -m pip --version >/dev/null 2>&1
}

.venv/bin/python -c '' >/dev/null 2>&1 || make_venv
echo "Installing Safelight for $1 into .venv"
case $1 in
    package) install ;;
    development) install --group dev ;;
esac
touch ".venv/$1"
