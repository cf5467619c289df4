#!/usr/bin/env bash
# Runs everything: format, lints, documentation, unit and integration tests, browser tests.
# Installs what is missing where it may, and says what is missing where it may not. A part
# that cannot run is a failure, never skipped.
set -euo pipefail
cd "$(dirname "$0")"

# Only what is said here is tested.
for name in $(compgen -e DAYBOOK_ || true); do unset "$name"; done
built=${CARGO_TARGET_DIR:-target}/debug/daybook

step() { printf '\n== %s\n' "$1"; }

# Packages of Debian that a command needs and that are not there.
need() {
    local command=$1
    shift
    if command -v "$command" >/dev/null; then return; fi
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "test.sh: '$command' is missing; install it first (Debian: apt-get install $*)" >&2
        exit 1
    fi
    step "Install $*"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
}

if ! command -v cargo >/dev/null; then
    echo "test.sh: cargo is missing; install Rust first (https://rustup.rs)" >&2
    exit 1
fi
need cc gcc libc6-dev
need node nodejs
need npm npm
need chromium chromium fonts-dejavu-core
need pkill procps
need unshare util-linux
# Tests fill small disks of their own.
map=(); [ "$(id -u)" = 0 ] || map=(--map-current-user)
if ! unshare --mount "${map[@]}" true; then
    echo "test.sh: mount namespaces are not allowed here; a container needs CAP_SYS_ADMIN, a user" \
        "'sysctl kernel.apparmor_restrict_unprivileged_userns=0' where that is set" >&2
    exit 1
fi
# Debian keeps the server's programs out of the way.
if ! compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; then
    need initdb postgresql
fi
need python3 python3
python3 -c "import ensurepip" 2>/dev/null || need ensurepip python3-venv

step "Format"
cargo fmt --all --check

step "Lints"
cargo clippy --workspace --all-targets --locked -- -D warnings

step "Documentation"
RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked --quiet

step "Tests on SQLite"
DAYBOOK_TEST_DATABASE=sqlite cargo test --workspace --locked

step "Tests on PostgreSQL"
DAYBOOK_TEST_DATABASE=postgres cargo test --workspace --locked

step "Browser tests"
npm --prefix tests/browser ci --silent --no-audit --no-fund
# `cargo test` has built the binary.
DAYBOOK=$built node --test tests/browser/*.test.js

step "Real exporters"
npm --prefix tests/exporters ci --silent --no-audit --no-fund --ignore-scripts
[ -x tests/exporters/.venv/bin/pip ] || python3 -m venv tests/exporters/.venv
tests/exporters/.venv/bin/pip install --quiet --disable-pip-version-check \
    --requirement tests/exporters/requirements.txt
export DAYBOOK=$built PYTHON=tests/exporters/.venv/bin/python
node --test tests/exporters/*.test.js
node tests/exporters/restarts.js --restarts 3 --rate 100
node tests/exporters/storm.js --clients 300 --seconds 3
