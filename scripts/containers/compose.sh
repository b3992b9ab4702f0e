# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034,SC2317 # scripts/test-containers sources this beside the others
# This source file is part of Stepcast: live steps of browser agents.
# SPDX-License-Identifier: Apache-2.0
#
# deploy/docker-compose.yml: up, as the file says, a run watched from another container.

hello='Go to google.com and search for hello world'
# Longer than all injected faults take, even on a slow machine. Such runs are cancelled afterwards.
long=$hello
for _ in {1..45}; do long+=', wait 2 seconds'; done

say "docker-compose up"
since=$(milliseconds)
compose up --detach >"$work/up.log" 2>&1 || {
    cat "$work/up.log" >&2
    fail "docker-compose up failed"
}
# Like a user who has just started it: retry until the request is accepted.
await 90 "agent-api" curl --silent --fail --output "$work/ready" "$api/readyz"
await 90 "stream-gateway" curl --silent --fail --output "$work/ready" "$gateway/readyz"
ready=$(milliseconds)
start_run first 'Go to demo-site:8080'
curl --silent --no-buffer --max-time 60 "$gateway/api/v1/stream-logs/request/first" | {
    while IFS= read -r line; do
        if [[ $line == *'"type":"log"'* ]]; then
            milliseconds >"$work/first-log"
            break
        fi
    done
    cat >/dev/null
}
[[ -s $work/first-log ]] || fail "no log arrived within 60 seconds"
figure "from 'up' until both services are ready" "$(in_seconds $((ready - since)))"
figure "from 'up' to the first streamed log" "$(in_seconds $(($(<"$work/first-log") - since)))"
passed
compose up --detach demo-site >>"$work/up.log" 2>&1 || fail "the demo site does not start: $(tail -n 3 "$work/up.log")"
for service in redis agent-api stream-gateway demo-site; do
    await 60 "the health of $service" service_is_healthy "$service"
done

# --- As the compose file says ---------------------------------------------------------------------------------------

# The ports of a container that others can reach, without those on its loopback addresses, where Docker's name server
# and the gates of the browser are.
listening() {
    docker exec "$1" cat /proc/net/tcp /proc/net/tcp6 |
        awk '$4 == "0A" && $2 !~ /^[0-9A-F]*00007F:|^0*1000000:/ { split($2, address, ":"); print address[2] }' | sort -u |
        while read -r hexadecimal; do printf '%d ' "0x$hexadecimal"; done
}

# Usage: check_container SERVICE USER MEMORY TENTHS-OF-A-CPU PIDS LISTENS PUBLISHED
check_container() {
    local service=$1 user=$2 memory=$3 tenths=$4 threads=$5 listens=$6 published=$7 id found
    for id in $(compose ps --quiet "$service"); do
        found=$(docker inspect --format '{{.Config.User}} {{.HostConfig.Memory}} {{.HostConfig.NanoCpus}} {{.HostConfig.PidsLimit}} {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.HostConfig.SecurityOpt}} {{.HostConfig.Privileged}}' "$id")
        expect "how $service was started" \
            "$user $memory ${tenths}00000000 $threads true [ALL] [no-new-privileges:true] false" "$found"
        # Verify it in the processes, including the exec'd shell.
        found=$(docker exec "$id" sh -c 'cat /proc/[0-9]*/status' 2>/dev/null |
            awk -v user="${user%:*}" '
                /^Uid:/ && ($2 != user || $3 != user) { print "uid " $2 }
                /^CapEff:/ && $2 !~ /^0+$/ { print "capabilities " $2 }
                /^NoNewPrivs:/ && $2 != 1 { print "new privileges" }
                /^Seccomp:/ && $2 != 2 { print "no seccomp filter" }' | sort -u)
        expect "what is wrong with the processes of $service" "" "$found"
        found=$(docker exec "$id" sh -c 'for file in /x /usr/local/bin/x /etc/x; do touch $file 2>/dev/null && echo $file; done' || true)
        expect "what $service can write to that it should not" "" "$found"
        found=$(docker exec "$id" sh -c 'cat /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null || cat /sys/fs/cgroup/memory.max')
        expect "the memory limit in the container of $service" "$memory" "$found"
        expect "what $service listens on" "$listens" "$(listening "$id" | sed 's/ $//')"
        expect "what of $service can be reached from outside" "$published" "$(docker port "$id" | sort | tr '\n' ' ' | sed 's/ $//')"
        found=$(docker exec "$id" sh -c 'cat /proc/1/comm')
        [[ $found == @(tini|docker-init) ]] || fail "PID 1 of $service is $found, not an init"
        passed
    done
}

say "Checking users, file systems, limits and ports"
mega=1048576
check_container redis 999:999 $((768 * mega)) 10 64 6379 ''
check_container agent-api 10001:10001 $((2048 * mega)) 20 1024 8000 "8000/tcp -> 127.0.0.1:$AGENT_API_PORT"
check_container stream-gateway 10001:10001 $((512 * mega)) 10 128 3000 "3000/tcp -> 127.0.0.1:$STREAM_GATEWAY_PORT"
check_container demo-site 10001:10001 $((128 * mega)) 5 64 8080 ''
expect "what Redis says without the password" "NOAUTH Authentication required." \
    "$(docker exec "$(container redis)" redis-cli PING 2>&1 | head -n 1)"
expect "what Redis does when it is full" noeviction "$(redis CONFIG GET maxmemory-policy </dev/null | tail -n 1)"
expect "the append-only file" yes "$(redis CONFIG GET appendonly </dev/null | tail -n 1)"
password=$(docker exec "$(container redis)" cat /run/secrets/redis_password)
# shellcheck disable=SC2046 # one id a word
if docker inspect $(compose ps --quiet) | grep -qF "$password" ||
    docker exec "$(container redis)" sh -c 'cat /proc/[0-9]*/cmdline' | tr '\0' ' ' | grep -qF "$password"; then
    fail "the Redis password is visible in an environment or an argument"
fi
passed
# Viewers and pages are on a different network from Redis, whose network has no way out.
if docker run --rm --network "${project}_outside" --entrypoint bash stepcast/dashboard-cli:test \
    -c 'exec 3<>/dev/tcp/redis/6379' 2>/dev/null; then
    fail "Redis can be reached from the network of the viewers"
fi
passed
expect "whether the network of Redis has no way out" true \
    "$(docker network inspect --format '{{.Internal}}' "${project}_inside")"

# --- A run, watched from another container --------------------------------------------------------------------------

say "A run, started and watched by dashboard-cli in a container of its own"
status=0
compose run --rm -T dashboard-cli run "$hello" --request-id hello --session-id test-session-123 --level info --no-color \
    >"$work/hello.txt" 2>"$work/hello.err" </dev/null || status=$?
expect "the exit status of dashboard-cli run" 0 "$status"
grep -q 'Step 1' "$work/hello.txt" || fail "dashboard-cli showed no step: $(cat "$work/hello.txt")"
passed
for viewer in a b; do start_viewer "hello-$viewer" hello; done
check_run hello completed hello-a hello-b
# The commands of the README.
curl --silent --fail "$api/api/agents/hello" | grep -q '"status":"completed"' || fail "GET /api/agents/hello"
passed
curl --silent --no-buffer --max-time 20 "$gateway/api/v1/stream-logs/request/hello" >"$work/hello.sse"
sed -n 's/^id: *//p' "$work/hello.sse" | diff "$work/truth.ids" - || fail "curl received different records from those in Redis"
passed
