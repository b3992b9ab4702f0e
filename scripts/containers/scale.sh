# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034,SC2317 # scripts/test-containers sources this beside the others
# This source file is part of Stepcast: live steps of browser agents.
# SPDX-License-Identifier: Apache-2.0
#
# deploy/compose.scale.yml: many gateways behind nginx, scaled, killed and upgraded.

compose --profile demo down >>"$work/up.log" 2>&1 || compose down --remove-orphans >>"$work/up.log" 2>&1
stack=compose.scale.yml
say "Two agent-api and three gateways behind nginx"
compose --profile demo up --detach >>"$work/up.log" 2>&1 || {
    tail -n 20 "$work/up.log" >&2
    fail "docker-compose up of compose.scale.yml failed"
}
for service in redis agent-api stream-gateway demo-site nginx; do
    await 90 "the health of $service" service_is_healthy "$service"
done
expect "the number of agent-api" 2 "$(compose ps --quiet agent-api | wc -l)"
expect "the number of gateways" 3 "$(compose ps --quiet stream-gateway | wc -l)"
check_container redis 999:999 $((768 * mega)) 10 64 6379 ''
check_container agent-api 10001:10001 $((2048 * mega)) 20 1024 8000 ''
check_container stream-gateway 10001:10001 $((512 * mega)) 10 128 3000 ''
check_container nginx 101:101 $((256 * mega)) 10 64 '3000 8000' \
    "3000/tcp -> 127.0.0.1:$STREAM_GATEWAY_PORT 8000/tcp -> 127.0.0.1:$AGENT_API_PORT"

# The number of viewers of each gateway.
spread() {
    local id
    for id in $(compose ps --quiet stream-gateway); do
        docker exec "$id" cat /proc/net/tcp | awk '$4 == "01" && $2 ~ /:0BB8$/ && $3 !~ /^0100007F/' | wc -l
    done | tr '\n' ' '
}

viewers=(many-1 many-2 many-3 many-4 many-5 many-6 many-7 many-8)
for viewer in "${viewers[@]}"; do start_viewer "$viewer" many; done
start_run many "$long"
for viewer in "${viewers[@]}"; do await_records "$viewer" 3; done
spread=$(spread)
figure "eight viewers on three gateways" "$spread"
[[ $(tr ' ' '\n' <<<"$spread" | grep -c '^[1-9]') -ge 2 ]] || fail "all viewers are on one gateway: $spread"
passed
say "Scaling the gateways to four, killing one, killing nginx, and going back to two"
compose --profile demo up --detach --no-recreate --scale stream-gateway=4 >>"$work/up.log" 2>&1 || fail "scaling up failed: $(tail -n 5 "$work/up.log")"
expect "the number of gateways" 4 "$(compose ps --quiet stream-gateway | wc -l)"
kill_inside "$(container stream-gateway)" stream-gateway
kill_inside "$(container nginx)" nginx
compose --profile demo up --detach --no-recreate --scale stream-gateway=2 >>"$work/up.log" 2>&1 || fail "scaling down failed: $(tail -n 5 "$work/up.log")"
expect "the number of gateways" 2 "$(compose ps --quiet stream-gateway | wc -l)"
cancel_run many
check_run many cancelled "${viewers[@]}"

say "Upgrading the gateways, one after the other, in the middle of a run"
viewers=(upgrade-1 upgrade-2 upgrade-3 upgrade-4)
for viewer in "${viewers[@]}"; do start_viewer "$viewer" upgrade; done
start_run upgrade "$long"
await_records upgrade-1 3
docker tag stepcast/stream-gateway:test stepcast/stream-gateway:test-next
mapfile -t old < <(compose ps --quiet stream-gateway)
# As in docs/operations.md: start new ones beside the old ones, then remove the old ones.
STEPCAST_VERSION=test-next compose up --detach --no-deps --no-recreate --scale stream-gateway=$((2 * ${#old[@]})) \
    stream-gateway >>"$work/up.log" 2>&1 || fail "the new gateways did not start: $(tail -n 5 "$work/up.log")"
await 60 "the health of the new gateways" service_is_healthy stream-gateway
for id in "${old[@]}"; do docker stop "$id" >/dev/null && docker rm "$id" >/dev/null; done
for id in $(compose ps --quiet stream-gateway); do
    expect "the version of a gateway" stepcast/stream-gateway:test-next "$(docker inspect --format '{{.Config.Image}}' "$id")"
done
await_records upgrade-1 $(($(records upgrade-1 | wc -l) + 1))
cancel_run upgrade
check_run upgrade cancelled "${viewers[@]}"
docker rmi stepcast/stream-gateway:test-next >/dev/null

say "The other agent-api ends the run of one that is gone permanently"
start_viewer other-a other
start_run other "$long"
await_records other-a 4
gone=''
for id in $(compose ps --quiet agent-api); do
    if docker logs "$id" 2>&1 | grep -q 'run started.*request_id=other'; then gone=$id; fi
done
[[ -n $gone ]] || fail "no agent-api logged that it started the run"
since=$(milliseconds)
docker kill "$gone" >/dev/null
check_run other failed other-a
figure "from the kill to the end, written by the other agent-api" "$(in_seconds $(($(milliseconds) - since)))"
start_viewer alone-a alone
start_run alone "$hello"
check_run alone completed alone-a

compose --profile demo down --volumes >>"$work/up.log" 2>&1
