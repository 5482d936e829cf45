# What demos are made of: a berthd of their own, jobs that are told as they go, commands shown with what
# they print. To be sourced at the top of the tree, with `site` set.
. tools/say.sh

run=$PWD/run
bin=$PWD/build/dev/bin
export BERTH_SOCKET=$run/control.sock
berthd_pid=
children=()  # of this script, other than berthd
jobs=()
after_all() { :; }  # what a demo does in the end, whatever happened

# ---- berthd -------------------------------------------------------------------------------------
runs_berthd() { [ "$(readlink "/proc/$1/exe" 2>/dev/null)" = "$bin/berthd" ]; }

wait_for_end() {  # PID SECONDS
  local deadline=$((SECONDS + $2))
  while kill -0 "$1" 2>/dev/null; do
    [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep 0.1
  done
}

# The one that an interrupted demo left running. The number in the file may be another's by now.
stop_former() {
  local pid
  pid=$(cat "$run/berthd.pid" 2>/dev/null) || return 0
  if [ -n "$pid" ] && runs_berthd "$pid"; then
    say "Stopping the berthd of a former demo"
    kill -TERM "$pid"
    wait_for_end "$pid" 30
  fi
  rm -f "$run/berthd.pid"
}

start_berthd() {
  local deadline=$((SECONDS + 60))
  # In a session of its own: Ctrl-C is for the demo, which first ends its jobs.
  setsid "$bin/berthd" --config "$site" >>"$run/berthd.log" 2>&1 </dev/null &
  berthd_pid=$!
  echo "$berthd_pid" >"$run/berthd.pid"
  until berth server status >/dev/null 2>&1; do
    if ! kill -0 "$berthd_pid" 2>/dev/null || [ "$SECONDS" -ge "$deadline" ]; then
      complain "berthd is not ready; the end of $run/berthd.log, and what it says of itself:"
      tail -n 15 "$run/berthd.log" >&2
      berth server status >&2 || true
      return 1
    fi
    sleep 0.1
  done
}

stop_berthd() {
  [ -n "$berthd_pid" ] || return 0
  kill -TERM "$berthd_pid" 2>/dev/null || true
  wait_for_end "$berthd_pid" 30 || { complain "berthd does not stop"; return 1; }
  wait "$berthd_pid" || true
  berthd_pid=
  rm -f "$run/berthd.pid"
}

berth() { "$bin/berth" "$@"; }

# ---- jobs ---------------------------------------------------------------------------------------
unfinished() {
  berth jobs --phase Pending,Scheduled,Launching,Running,Releasing,Killing -o name
}

end_unfinished() {  # REASON
  local jobs each
  jobs=$(unfinished) || return 0
  [ -n "$jobs" ] || return 0
  say "Ending jobs that are not finished: $(echo $jobs)"
  berth kill $jobs --reason "$1" >/dev/null || true
  for each in $jobs; do
    berth wait "$each" --quiet --timeout 60s || true
  done
}

finish() {
  local status=$?
  trap - EXIT INT TERM
  [ ${#children[@]} -eq 0 ] || kill "${children[@]}" 2>/dev/null || true
  if [ -n "$berthd_pid" ] && kill -0 "$berthd_pid" 2>/dev/null; then
    end_unfinished "the demo was interrupted"
    stop_berthd
  fi
  after_all
  exit "$status"
}

# Asks for the addresses while the job runs: afterwards there are none.
note_endpoints() {  # JOB
  if berth wait "$1" --for running --quiet --timeout 10m; then
    berth endpoint "$1" >"$run/endpoints-$1.part" && mv "$run/endpoints-$1.part" "$run/endpoints-$1"
  fi
}

# The story of one job as it is told, its id on every line: another's may come between. Once the id is
# known, the addresses are noted.
tell() {  # JOB-FILE
  local line id= blank
  berth submit "$1" --wait | {
    while IFS= read -r line; do
      if [ -z "$id" ]; then
        id=${line%% *}
        blank=${id//?/ }
        echo "$id" >"$run/submitted-$(basename "$1")"
        note_endpoints "$id" 2>/dev/null &
      fi
      printf '%s\n' "${line/#"$blank"/$id}"
    done
    wait
  }
}

# ---- what is shown ------------------------------------------------------------------------------
count_of() {  # NOUN COUNT
  if [ "$2" -eq 1 ]; then echo "1 $1"; else echo "$2 $1s"; fi
}

kinds() { berth plugin list -o json | grep -c "\"kind\": \"$1\"" || true; }

site_line() {
  local clusters pools
  clusters=$(berth clusters -o name | wc -l)
  pools=$(berth pools -o name | wc -l)
  echo "berthd is up: $(count_of cluster "$clusters"), $(count_of pool "$pools")," \
    "$(count_of filter "$(kinds filter)"), $(count_of scorer "$(kinds scorer)")," \
    "$(count_of "job type" "$(kinds jobtype)"), $(count_of backend "$(kinds backend)")" \
    "    control socket ./run/control.sock"
}

show() {  # a command as it would be typed, and what it prints
  printf '\n$ %s\n' "$*"
  "$@"
}

title() { printf '\n%s\n' "$*"; }

prepare_run() {
  local ray spark
  ray=$(tools/venv.sh ray)
  spark=$(tools/venv.sh spark)
  export PATH="$ray/bin:$spark/bin:$bin:$PATH"  # berthd gives it to its jobs: Ray and Spark are found there
  tools/build.sh berthd berth berth-supervise plugins
  mkdir -p -m 700 "$run"  # the daemon keeps the state of jobs there, and wants it private
  chmod 700 "$run"
  rm -f "$run"/endpoints-* "$run"/submitted-*
}
