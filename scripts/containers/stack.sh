# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034,SC2317 # scripts/test-containers sources this beside the others
# This source file is part of Stepcast: live steps of browser agents.
# SPDX-License-Identifier: Apache-2.0
#
# A docker-compose stack, runs on it, viewers in separate containers, and checks of what they received.

project=stepcast-test-$$
export COMPOSE_PROJECT_NAME=$project
stack=docker-compose.yml
compose_command=(docker-compose)
has_command docker-compose || compose_command=(docker compose)
compose() { "${compose_command[@]}" --file "$root/deploy/$stack" "$@"; }
labelled="label=com.docker.compose.project=$project"

# However this script ends, the guardian ends this process, which removes everything of the project.
# shellcheck disable=SC2016 # the inner shell expands it
start bash -c '
    sweep() {
        docker ps --all --quiet --filter "$1" | xargs --no-run-if-empty docker rm --force --volumes
        docker network ls --quiet --filter "$1" | xargs --no-run-if-empty docker network rm
        docker volume ls --quiet --filter "$1" | xargs --no-run-if-empty docker volume rm
    } >/dev/null 2>&1
    trap "sweep $1; exit" TERM
    while true; do sleep 3600 & wait $!; done
' sweeper "$labelled"

container() { compose ps --quiet "$1" 2>/dev/null | head -n 1; }
# The end of the services' logs.
show_logs() {
    local id
    for id in $(docker ps --all --quiet --filter "$labelled" --filter label=com.docker.compose.service 2>/dev/null); do
        docker inspect --format '--- {{.Name}} {{.State.Status}} {{.State.ExitCode}}' "$id"
        docker logs --tail 12 "$id" 2>&1 | cut -c 1-300
    done >&2
}
redis() {
    # shellcheck disable=SC2016 # the shell in the container expands it
    docker exec --interactive "$(container redis)" \
        sh -c 'REDISCLI_AUTH=$(cat /run/secrets/redis_password) exec redis-cli "$@"' redis-cli "$@"
}
is_healthy() { [[ $(docker inspect --format '{{.State.Health.Status}}' "$1" 2>/dev/null) == healthy ]]; }
service_is_healthy() {
    local id
    for id in $(compose ps --quiet "$1"); do
        is_healthy "$id" || return 1
    done
}

# The documented ports, if they are free.
free_port() {
    port=$1
    if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then pick_port; fi
}
free_port 8000
export AGENT_API_PORT=$port
free_port 3000
export STREAM_GATEWAY_PORT=$port
api=http://127.0.0.1:$AGENT_API_PORT gateway=http://127.0.0.1:$STREAM_GATEWAY_PORT
# An exception for the demo site, as documented. The blocking of private addresses is checked elsewhere.
export ALLOWED_NETWORKS=10.0.0.0/8,172.16.0.0/12,192.168.0.0/16
export BROWSER_ARGS='"--host-resolver-rules=MAP google.com demo-site:8080"'

# Usage: start_run RUN TASK
start_run() {
    local answer
    answer=$(curl --silent --show-error --max-time 20 --retry 20 --retry-delay 1 --retry-all-errors --fail \
        "$api/api/agents" -H 'Content-Type: application/json' -d "{\"task\":\"$2\",\"request_id\":\"$1\"}") ||
        fail "POST /api/agents failed: $answer"
    [[ $answer == *'"status":"queued"'* ]] || fail "POST /api/agents answered $answer"
    passed
}

# Cancels a run that must still be running. Usage: cancel_run RUN
cancel_run() {
    local run
    run=$(curl --silent --max-time 20 "$api/api/agents/$1")
    [[ $run == *'"status":"running"'* ]] || fail "$1 was over before all faults were injected: $run"
    curl --silent --show-error --fail --max-time 20 --request DELETE --output "$work/cancelled" "$api/api/agents/$1" ||
        fail "DELETE /api/agents/$1 failed"
    passed
}

# Starts a container with dashboard-cli that follows a run. Usage: start_viewer NAME RUN [OPTION…]
start_viewer() {
    local name=$1 run=$2 target=stream-gateway
    shift 2
    if [[ $stack == compose.scale.yml ]]; then target=nginx; fi
    docker run --detach --name "$project-$name" --network "${project}_outside" --label "${labelled#label=}" \
        --read-only --cap-drop ALL --security-opt no-new-privileges --env "GATEWAY_URL=http://$target:3000" \
        stepcast/dashboard-cli:test follow "$run" --json --quiet --give-up-after 120 "$@" >/dev/null
}
# The records that a viewer received, one per line: events with an id.
records() { docker logs "$project-$1" 2>/dev/null | grep '"id":"[0-9]*-[0-9]*"' || true; }
has_records() { [[ $(records "$1" | wc -l) -ge $2 ]]; }
has_ended() { [[ $(docker inspect --format '{{.State.Running}}' "$project-$1") == false ]]; }
ids() { sed 's/.*"id":"\([0-9]*-[0-9]*\)".*/\1/'; }

# Usage: await_record VIEWER COUNT
await_records() { await 90 "record $2 at $1" has_records "$1" "$2"; }

# Checks what is in Redis, and that each viewer received exactly that. Usage: check_run RUN STATUS VIEWER…
check_run() {
    local run=$1 wanted=$2 viewer status count
    shift 2
    for viewer in "$@"; do
        await 150 "the end of $run at $viewer" has_ended "$viewer"
    done
    redis EVAL "local lines = {}
        for _, entry in ipairs(redis.call('XRANGE', KEYS[1], '-', '+')) do
            local fields = {}
            for i = 1, #entry[2], 2 do fields[entry[2][i]] = entry[2][i + 1] end
            lines[#lines + 1] = entry[1] .. ' ' .. fields.seq .. ' ' .. fields.kind .. ' ' .. (fields.data or '')
        end
        return lines" 1 "browser_use_logs:$run" </dev/null >"$work/truth"
    count=$(wc -l <"$work/truth")
    awk '$2 != NR { exit 1 }' "$work/truth" || fail "$run: the records' numbers have gaps: $(cut -c 1-60 "$work/truth")"
    expect "the ends of $run" 1 "$(awk '$3 == "end"' "$work/truth" | wc -l)"
    expect "the kind of the last record of $run" end "$(tail -n 1 "$work/truth" | cut -d ' ' -f 3)"
    status=$(tail -n 1 "$work/truth" | sed 's/.*"status":"\([a-z_]*\)".*/\1/')
    [[ $status == "$wanted" ]] || fail "$run ended as $status instead of $wanted: $(tail -n 1 "$work/truth")"
    passed
    cut -d ' ' -f 1 "$work/truth" >"$work/truth.ids"
    records "$1" >"$work/first"
    for viewer in "$@"; do
        records "$viewer" >"$work/viewer"
        if docker logs "$project-$viewer" 2>/dev/null | grep '"type":"gap"'; then fail "$viewer of $run received a gap"; fi
        ids <"$work/viewer" | diff "$work/truth.ids" - >"$work/difference" ||
            fail "$viewer received different records of $run from those in Redis (<: missing, >: extra): $(tr '\n' ' ' <"$work/difference")"
        # Not only the same records, but the same bytes.
        cmp --silent "$work/first" "$work/viewer" || fail "$viewer received different text of $run from $1"
        passed
    done
    say "$run: $status, $count records, each once and in order at $# viewers"
}

# Kills the processes with a name in a container like a crash, so that the container's restart policy applies.
kill_inside() {
    local before limit=$((SECONDS + 90)) id=$1
    before=$(docker inspect --format '{{.State.StartedAt}}' "$id")
    # shellcheck disable=SC2016 # the shell in the container expands it
    docker exec "$id" sh -c '
        for directory in /proc/[0-9]*; do
            if [ "$(cat "$directory/comm" 2>/dev/null)" = "$1" ]; then kill -KILL "${directory#/proc/}"; fi
        done' sh "$2" || true
    until [[ $(docker inspect --format '{{.State.Running}} {{.State.StartedAt}}' "$id") != @(false *|"true $before") ]]; do
        ((SECONDS < limit)) || fail "$2 was killed, and its container did not come back"
        sleep 0.1
    done
    passed
}
