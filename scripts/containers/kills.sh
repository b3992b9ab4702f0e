# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034,SC2317 # scripts/test-containers sources this beside the others
# This source file is part of Stepcast: live steps of browser agents.
# SPDX-License-Identifier: Apache-2.0
#
# Kills and restarts each container of deploy/docker-compose.yml in the middle of a run.

say "Killing the gateway, Redis, a viewer and the demo site in the middle of a run"
start_viewer kills-a kills
start_viewer kills-b kills
start_run kills "$long"
await_records kills-a 3
since=$(milliseconds)
kill_inside "$(container stream-gateway)" stream-gateway
await_records kills-a $(($(records kills-a | wc -l) + 1))
figure "a viewer's pause when the gateway was killed" "at most $(in_seconds $(($(milliseconds) - since)))"
since=$(milliseconds)
kill_inside "$(container redis)" redis-server
await_records kills-a $(($(records kills-a | wc -l) + 1))
figure "a viewer's pause when Redis was killed" "at most $(in_seconds $(($(milliseconds) - since)))"
# After a viewer was killed, another one can start after the last record seen.
docker kill "$project-kills-b" >/dev/null
seen=$(records kills-b | tail -n 1 | ids)
start_viewer kills-c kills --last-event-id "$seen"
kill_inside "$(container demo-site)" demo-site
await_records kills-a $(($(records kills-a | wc -l) + 1))
cancel_run kills
check_run kills cancelled kills-a
{ records kills-b && await 60 "the end of kills-c" has_ended kills-c && records kills-c; } | ids | diff "$work/truth.ids" - ||
    fail "the viewer that was killed and its successor together received different records from those in Redis"
passed

say "Killing agent-api in the middle of a run"
start_viewer lost-a lost
start_viewer lost-b lost
start_run lost "$long"
await_records lost-a 4
since=$(milliseconds)
kill_inside "$(container agent-api)" agent-api
check_run lost failed lost-a lost-b
figure "from the kill of agent-api to the run's end" "$(in_seconds $(($(milliseconds) - since)))"
grep -q 'worker lost' "$work/truth" || fail "the end of the run does not say that its worker was lost"
passed
await 60 "the health of agent-api" service_is_healthy agent-api
# shellcheck disable=SC2016 # the shell in the container expands it
expect "the processes of agent-api that nobody collects" "" \
    "$(docker exec "$(container agent-api)" sh -c 'cat /proc/[0-9]*/stat' 2>/dev/null | sed 's/.*) //' | grep '^Z' || true)"
start_viewer after-a after
start_run after "$hello"
check_run after completed after-a

say "Restarting everything in the middle of a run"
start_viewer restart-a restart
start_run restart "$long"
await_records restart-a 4
for service in redis stream-gateway; do
    compose restart "$service" >>"$work/up.log" 2>&1 || fail "docker-compose restart $service failed"
    await_records restart-a $(($(records restart-a | wc -l) + 1))
done
# A stop is not a crash: agent-api ends its run itself.
compose restart agent-api >>"$work/up.log" 2>&1 || fail "docker-compose restart agent-api failed"
check_run restart "$(redis HGET '{browser_use_logs:restart}:run' run </dev/null | sed 's/.*"status":"\([a-z_]*\)".*/\1/')" restart-a

# The log survives everything until it expires.
say "docker-compose down, and up again"
compose down >>"$work/up.log" 2>&1
compose up --detach >>"$work/up.log" 2>&1 || fail "docker-compose up failed: $(tail -n 5 "$work/up.log")"
await 60 "stream-gateway" curl --silent --fail --output "$work/ready" "$gateway/readyz"
start_viewer again-a hello
check_run hello completed again-a
