# Sourced by the other tools: how they speak, and how they show that something moves.

say() { printf '%s\n' "$*" >&2; }
complain() { printf 'error: %s\n' "$*" >&2; }

# Runs a command that says nothing a person needs, shows for how long, and its output only if it
# fails: quietly "Installing Ray" LOG command...
quietly() {
  local what=$1 log=$2 start=$SECONDS child status=0
  shift 2
  mkdir -p "$(dirname "$log")"
  "$@" >"$log" 2>&1 </dev/null &
  child=$!
  if [ -t 2 ]; then
    while kill -0 "$child" 2>/dev/null; do
      printf '\r%s ... %d s' "$what" $((SECONDS - start)) >&2
      sleep 1
    done
    printf '\r' >&2
  else
    printf '%s ...\n' "$what" >&2
  fi
  wait "$child" || status=$?
  if [ "$status" -eq 0 ]; then
    say "$what: done in $((SECONDS - start)) s"
    return 0
  fi
  complain "$what failed after $((SECONDS - start)) s; the end of $log:"
  tail -n 30 "$log" >&2
  return "$status"
}
