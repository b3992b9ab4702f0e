# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034,SC2317 # scripts/test-containers sources this beside the others
# This source file is part of Stepcast: live steps of browser agents.
# SPDX-License-Identifier: Apache-2.0
#
# Functions shared by the parts of scripts/test-containers: counted checks, figures, waiting.

begun=$SECONDS
checks=0

# Counts a passed check. A failed one ends the script.
passed() { checks=$((checks + 1)); }
fail() {
    # Nothing runs yet while the images are checked.
    if [[ -n ${labelled:-} ]]; then show_logs; fi
    die "$*"
}
expect() {
    local what=$1 wanted=$2 found=$3
    [[ $found == "$wanted" ]] || fail "$what: expected '$wanted', found '$found'"
    passed
}
figures=()
figure() {
    figures+=("$(printf '%-58s %s' "$1" "$2")")
    say "$1: $2"
}

# Waits up to $1 seconds until the command in the remaining arguments succeeds.
await() {
    local limit=$((SECONDS + $1)) what=$2
    shift 2
    until "$@"; do
        ((SECONDS < limit)) || fail "timed out waiting for $what"
        sleep 0.1
    done
}

milliseconds() { date +%s%3N; }
# A number of milliseconds, in seconds.
in_seconds() { printf '%d.%d s' $(($1 / 1000)) $(($1 % 1000 / 100)); }

# The lines of the shell block of docs/operations.md that follows the comment <!-- $1 -->.
documented() {
    local lines
    lines=$(awk -v mark="<!-- $1 -->" '
        $0 == mark { wanted = 1 }
        wanted && /^```$/ { exit }
        started { print }
        wanted && /^```sh$/ { started = 1 }' "$root/docs/operations.md")
    [[ -n $lines ]] || fail "docs/operations.md has no lines for $1"
    printf '%s\n' "$lines"
}
