#!/usr/bin/env bash
# Sourced by proofs that are tests.

# ran COMMAND...: runs tests and shows what they say; fails too where none ran, as after one has been renamed.
ran() {
    local said status=0
    said=$(mktemp)
    "$@" 2>&1 | tee "$said" || status=$?
    if [ $status = 0 ] && ! grep -qE '^test result: ok\. [1-9]' "$said"; then
        echo "no test ran: $*" >&2
        status=1
    fi
    rm "$said"
    return $status
}
