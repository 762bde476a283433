#!/usr/bin/env bash
# Sourced by what plays the demo.

# build: builds midroll by $PROFILE (dev; the proofs take release) and sets $midroll to where it is.
build() {
    local profile=${PROFILE:-dev}
    cargo build --locked --quiet --bin midroll --profile "$profile"
    midroll=${CARGO_TARGET_DIR:-target}/${profile/dev/debug}/midroll
}

# start_demo: builds and starts it, and sets $base (its address) and $data (its data directory); it ends with the script.
start_demo() {
    local work demo
    work=$(mktemp -d)
    data=$work/data
    build
    "$midroll" demo --listen 127.0.0.1:0 --data-dir "$data" >"$work/out" 2>"$work/log" &
    demo=$!
    # shellcheck disable=SC2064 # both are known now
    trap "kill $demo 2>/dev/null || true; wait $demo 2>/dev/null || true; rm -rf '$work'" EXIT
    for _ in $(seq 100); do
        grep -q 'open http' "$work/out" && break
        kill -0 "$demo" || { cat "$work/log" >&2; exit 1; }
        sleep 0.2
    done
    base=$(grep -o 'http://[^ ]*' "$work/out" | head -1)
    export base=${base%/} data
}
