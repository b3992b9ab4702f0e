# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034,SC2317 # scripts/test-containers sources this beside the others
# This source file is part of Stepcast: live steps of browser agents.
# SPDX-License-Identifier: Apache-2.0
#
# The sections of docs/operations.md about the Redis password, backups and restoring them.

# Runs documented lines from the repository's root. Usage: as_documented NAME [SED-EXPRESSION…]
as_documented() {
    local name=$1
    shift
    documented "$name" | sed -e "s|docker-compose -f deploy|${compose_command[*]} -f deploy|" "$@" >"$work/lines.sh"
    (cd "$root" && bash -euo pipefail "$work/lines.sh") >"$work/lines.log" 2>&1 || {
        cat "$work/lines.log" >&2
        fail "the documented lines for '$name' failed"
    }
}

compose --profile demo up --detach >>"$work/up.log" 2>&1 || fail "docker-compose up failed: $(tail -n 5 "$work/up.log")"

say "Changing the Redis password"
before=$(docker exec "$(container redis)" cat /run/secrets/redis_password)
as_documented password
after=$(docker exec "$(container redis)" cat /run/secrets/redis_password)
[[ -n $after && $after != "$before" ]] || fail "the password is still the old one"
passed
expect "what Redis says to the old password" 1 \
    "$(docker exec --env REDISCLI_AUTH="$before" "$(container redis)" redis-cli PING 2>&1 | grep -c '^NOAUTH\|WRONGPASS' | sed 's/^[1-9].*/1/')"
await 60 "agent-api" curl --silent --fail --output "$work/ready" "$api/readyz"
await 60 "stream-gateway" curl --silent --fail --output "$work/ready" "$gateway/readyz"
start_viewer password-a password
start_run password "$hello"
check_run password completed password-a

say "Taking a backup, and undoing later changes by restoring it"
as_documented backup -e "s|backup-|$work/backup-|g"
backup=$(ls "$work"/backup-*.tar)
tar --list --file "$backup" | grep -q '\.manifest$' || fail "the backup has no manifest of append-only files: $(tar --list --file "$backup")"
passed
start_viewer since-a since
start_run since "$hello"
check_run since completed since-a
as_documented restore -e "s|backup-[^ ]*|$backup|g"
await 60 "the health of redis" service_is_healthy redis
await 60 "agent-api" curl --silent --fail --output "$work/ready" "$api/readyz"
await 60 "stream-gateway" curl --silent --fail --output "$work/ready" "$gateway/readyz"
expect "whether the run since the backup is gone" 0 "$(redis EXISTS browser_use_logs:since </dev/null)"
start_viewer restored-a password
check_run password completed restored-a
# The restored data can not only be read, but also written, rewritten, and read again.
start_viewer beyond-a beyond
start_run beyond "$hello"
check_run beyond completed beyond-a
redis BGREWRITEAOF </dev/null >/dev/null
is_rewritten() { redis INFO persistence </dev/null | tr -d '\r' | grep -qx 'aof_rewrite_in_progress:0'; }
await 30 "the rewriting of the append-only file" is_rewritten
expect "the result of the rewriting" ok "$(redis INFO persistence </dev/null | tr -d '\r' | sed -n 's/^aof_last_bgrewrite_status://p')"
compose restart redis >>"$work/up.log" 2>&1 || fail "docker-compose restart redis failed"
await 60 "the health of redis" service_is_healthy redis
start_viewer beyond-b beyond
check_run beyond completed beyond-b
