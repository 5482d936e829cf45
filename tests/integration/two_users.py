"""Two users on one machine can neither see, kill nor reach each other's jobs: on the control socket, by signals, through
Ray's and Spark's ports, by reading /proc and files; and no job can harm the supervisor that keeps it. Every attempt is counted."""

import json
import os
import pathlib
import subprocess
import sys

from attacks import Attacks, is_stopped
from daemon_under_test import BUILD, RAY_VENV, SPARK_VENV, Daemon, command
from extra_users import ExtraUser
from ray_client import ask_ray

SKIPPED = 77
SECRET = "the-very-secret-word"
LIMITS = """
[limits]
connections_per_user_max = 8
watchers_per_user_max = 3
jobs_per_user_max = 6
"""


class SharedDaemon(Daemon):
    """A daemon of root whose folder every user may enter, as /var/lib is."""

    def __init__(self, more=""):
        super().__init__(more)
        self.folder.chmod(0o711)
        self.programs = self.folder / "bin"  # the build's own folder may be closed to others
        self.programs.mkdir(mode=0o755)
        for name in ("berth",):
            copy = self.programs / name
            copy.write_bytes((BUILD / "bin" / name).read_bytes())
            copy.chmod(0o755)
        self.state = self.folder / "state"

    def cli_as(self, user, *arguments):
        return user.run([self.programs / "berth", "--socket", self.socket, *arguments])

    def submit_as(self, user, *arguments):
        done = self.cli_as(user, "submit", "--quiet", "--project", "eta", *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.split()[0]

    def running(self, job_id):
        def is_running():
            job = self.job(job_id)
            assert job["phase"] not in ("Failed", "Killed"), job
            return job["phase"] == "Running"
        self.await_true(f"{job_id} runs", is_running, 180)
        return job_id

    def attempt_folder(self, job_id):
        cluster = self.job(job_id)["assignment"]["cluster"]
        return self.state / "clusters" / cluster / "attempts" / f"{job_id}-a1"


def process_owner(pid):
    return os.stat(f"/proc/{pid}").st_uid


def runs_as_its_submitter(daemon, user):
    script = "id -un; id -gn; echo $HOME $USER $LOGNAME $SHELL; grep -E 'CapEff|NoNewPrivs' /proc/self/status"
    job_id = daemon.submit_as(user, "--", "sh", "-c", script)
    job = daemon.await_end(job_id)
    logs = daemon.cli_as(user, "logs", job_id).stdout
    assert job["phase"] == "Succeeded" and job["user"] == user.name and job["uid"] == user.uid, job
    expected = [user.name, user.name, f"/nonexistent {user.name} {user.name} /usr/sbin/nologin",
                "CapEff:\t0000000000000000", "NoNewPrivs:\t1"]
    assert logs.splitlines() == expected, logs
    as_root = daemon.cli("submit", "--project", "eta", "--quiet", "--", "id", "-u").stdout.split()[0]
    assert daemon.await_end(as_root)["phase"] == "Succeeded"
    assert daemon.cli("logs", as_root).stdout == "0\n"
    print(f"{job_id} of {user.name} ran with the rights of uid {user.uid}, one of root with root's")


def control_socket(daemon, attacks, owner, other):
    """A job full of things that are its user's alone."""
    request = command(["/bin/sh", "-c", f"echo {SECRET}; exec sleep 1000"], labels={"word": SECRET})
    request["command"]["environment"] = {"WORD": SECRET}
    file = daemon.folder / "job.json"
    file.write_text(json.dumps(request))
    file.chmod(0o644)
    done = daemon.cli_as(owner, "submit", str(file), "--quiet")
    assert done.returncode == 0, done.stderr
    job_id = daemon.running(done.stdout.split()[0])
    daemon.await_true("it has printed", lambda: SECRET in daemon.cli_as(owner, "logs", job_id).stdout)
    for verb in (["kill", job_id, "--reason", "mine"], ["hold", job_id], ["resume", job_id], ["requeue", job_id],
                 ["logs", job_id], ["logs", job_id, "--follow"], ["endpoint", job_id]):
        done = attacks.command("verbs", other, [daemon.programs / "berth", "--socket", daemon.socket, *verb])
        assert other.name in done.stderr and "root" in done.stderr, f"{verb}: {done.stderr}"
    for verb in (["get", job_id, "-o", "json"], ["describe", job_id], ["events", job_id], ["explain", job_id],
                 ["jobs", "--all", "-o", "json"], ["jobs", "--all", "-l", f"word={SECRET}", "-o", "json"]):
        done = daemon.cli_as(other, *verb)
        attacks.refused("private words", " ".join(verb), SECRET not in done.stdout + done.stderr, done.stdout)
    row = json.loads(daemon.cli_as(other, "get", job_id, "-o", "json").stdout)
    assert row["user"] == owner.name and row["phase"] == "Running" and "withheld" in row, row
    by_label = daemon.cli_as(other, "jobs", "--all", "-l", f"word={SECRET}", "-o", "name").stdout
    attacks.refused("private words", "asking by label", job_id not in by_label, by_label)
    assert job_id in daemon.cli_as(owner, "jobs", "--all", "-l", f"word={SECRET}", "-o", "name").stdout
    for path in ("/v1/clusters/west:drain", "/v1/clusters/west:cordon", "/v1/clusters/west:forget"):
        status = ask_as(daemon, other, "POST", path, '{"reason": "mine"}')[0]
        attacks.refused("verbs", path, status == 403, status)
    assert daemon.job(job_id)["phase"] == "Running"
    return job_id


ASK = """
import http.client, socket, sys
path, method, target, body = sys.argv[1:5]
connection = http.client.HTTPConnection("berth")
connection.sock = socket.socket(socket.AF_UNIX)
connection.sock.settimeout(20)
connection.sock.connect(path)
connection.request(method, target, body or None)
answer = connection.getresponse()
print(answer.status)
print(answer.read().decode())
"""


def ask_as(daemon, user, method, target, body=""):
    done = user.python(ASK, daemon.socket, method, target, body)
    assert done.returncode == 0, done.stderr
    status, _, text = done.stdout.partition("\n")
    return int(status), text


def watchers_see_rows_alone(daemon, attacks, owner, other):
    program = """
import http.client, socket, sys
connection = http.client.HTTPConnection("berth")
connection.sock = socket.socket(socket.AF_UNIX)
connection.sock.settimeout(60)
connection.sock.connect(sys.argv[1])
connection.request("GET", "/v1/jobs?watch=1")
answer = connection.getresponse()
print("watching", flush=True)
for line in answer:
    print(line.decode(), end="", flush=True)
    if '"Finished"' in line.decode() and sys.argv[2] in line.decode():
        break
"""
    marker = f"no-such-program-{SECRET}"
    job_id = daemon.submit_as(owner, "--", "sh", "-c", "sleep 3; exit 0")
    seen = {}
    for user in (owner, other):
        seen[user] = subprocess.Popen(["/usr/bin/python3", "-c", program, daemon.socket, job_id], user=user.uid,
                                      group=user.gid, extra_groups=[], stdout=subprocess.PIPE, text=True, cwd="/")
        assert seen[user].stdout.readline() == "watching\n"
    failed = daemon.submit_as(owner, "--name", "mine", "--", marker)  # a name is for everybody
    daemon.await_end(failed)
    daemon.await_end(job_id)
    texts = {user: watch.communicate(timeout=60)[0] for user, watch in seen.items()}
    assert marker in texts[owner], texts[owner]
    assert failed in texts[other], texts[other]
    attacks.refused("private words", "watching", marker not in texts[other], texts[other])
    attacks.refused("private words", "the row of a failed job",
                    marker not in ask_as(daemon, other, "GET", f"/v1/jobs/{failed}")[1])
    attacks.refused("private words", "attempts",
                    marker not in ask_as(daemon, other, "GET", f"/v1/jobs/{failed}/attempts")[1])
    attacks.refused("private words", "events",
                    marker not in ask_as(daemon, other, "GET", f"/v1/jobs/{failed}/events")[1])


def signals_and_proc(daemon, attacks, job_id, other):
    pids = daemon.processes(job_id)
    assert pids
    for pid in pids:
        attacks.process(other, pid)
    for pid in daemon.supervisors(job_id) + [daemon.process.pid]:
        attacks.process(other, pid)
        assert process_owner(pid) == 0


def files(daemon, attacks, job_id, owner, other):
    attempt = daemon.attempt_folder(job_id)
    member = attempt / "members" / "main-0"
    of_root = [attempt, attempt / "meta", attempt / "members", member, member / "lock", member / "fate",
               member / "control", member / "output", member / "output" / "00000000", attempt.parent,
               daemon.state, daemon.state / "berth.db", daemon.state / "berth.db-wal", daemon.state / "instance.key",
               daemon.state / "lock", daemon.state / "plugins"]
    for path in of_root:
        assert path.exists(), path
        for user in (owner, other):
            attacks.file(user, path)
    attacks.file(other, attempt / "shared")
    for path in daemon.state.rglob("*"):
        info = path.lstat()
        if info.st_uid == 0 and path.is_file():
            attacks.refused("modes", path, info.st_mode & 0o077 == 0, oct(info.st_mode))
    rooms = [pathlib.Path(folder) for folder, _, _ in os.walk("/sys/fs/cgroup") if job_id in folder]
    assert rooms, "the job has no cgroup"
    for room in rooms:
        attacks.file(owner, room / "cgroup.procs")
        attacks.file(other, room / "cgroup.procs")


ATTACK_FROM_WITHIN = r"""
attack() { name=$1; shift; if "$@" >/dev/null 2>&1; then echo "DONE $name"; else echo "refused $name"; fi; }
S=$PPID; M=$(tr '\0' '\n' </proc/$S/cmdline | tail -n 1); A=$(dirname $(dirname $M)); ROOT=%(state)s
for signal in STOP KILL TERM INT HUP QUIT USR1 TSTP; do attack "kill -$signal" kill -$signal $S; done
attack "stop its group" kill -STOP -- -$S
attack environ cat /proc/$S/environ
attack memory dd if=/proc/$S/mem bs=1 count=1
attack descriptors ls /proc/$S/fd
attack "its folder" ls $M
attack "forging its end" sh -c "printf 'version 1\nhow exited\ncode 0\n' > $M/exit"
attack "forging its end whole" sh -c "echo x > $A/exit.new && mv $A/exit.new $M/exit"
attack "forging its fate" sh -c "echo started > $M/fate"
attack "its control pipe" sh -c "echo kill > $M/control"
attack "its output" sh -c "echo forged >> $M/output/00000000"
attack "its lock" sh -c "flock -n $M/lock true"
attack "the tombstone" touch $A/cancelled
attack "the release" touch $A/released
attack "meta" sh -c "echo > $A/meta"
attack "moving its folder" mv $M $M-gone
attack "another folder in its place" sh -c "mv $BERTH_SHARED $A/was && ln -s / $BERTH_SHARED"
attack "the key" cat $ROOT/instance.key
attack "the store" cat $ROOT/berth.db
attack "leaving its cgroup" sh -c 'for g in /sys/fs/cgroup/unified /sys/fs/cgroup; do echo 0 > $g/cgroup.procs && exit 0; done; exit 1'
attack "another user" setpriv --reuid %(other)d true
attack "root" setpriv --reuid 0 true
attack "a set-user-id program" sh -c 'test "$(%(setuid)s -u)" = 0'
attack "a device" mknod $BERTH_SHARED/device c 1 1
attack "a mount" mount -t tmpfs none $BERTH_SHARED
echo over
"""


def from_within(daemon, attacks, owner, other):
    """A job attacks the supervisor that keeps it, and ends as it does: its outcome is its own exit code."""
    setuid = daemon.folder / "give-root"
    setuid.write_bytes(pathlib.Path("/usr/bin/id").read_bytes())
    setuid.chmod(0o4755)
    script = daemon.folder / "attack.sh"
    script.write_text(ATTACK_FROM_WITHIN % {"state": daemon.state, "other": other.uid, "setuid": setuid} + "exit 7\n")
    script.chmod(0o755)
    job_id = daemon.submit_as(owner, "--", "sh", str(script))
    job = daemon.await_end(job_id)
    said = daemon.cli_as(owner, "logs", job_id).stdout.splitlines()
    assert said[-1] == "over" and job["phase"] == "Failed" and job["exit_code"] == 7, f"{job}\n{said}"
    for line in said[:-1]:
        attacks.refused("from within", line, line.startswith("refused "), line)


def planted_links(daemon, attacks, owner):
    """What a job leaves in its folder must not make root read, write or remove anything else."""
    victim = daemon.folder / "victim"
    victim.mkdir(mode=0o755)
    (victim / "kept").write_text('{"stolen": "127.0.0.1:1"}')
    (victim / "kept").chmod(0o600)
    traps = {
        "a link at endpoints.json": f"ln -s {victim}/kept endpoints.json",
        "a link to a folder": f"ln -s {victim} link; ln -s {victim} endpoints.json",
        "a FIFO at endpoints.json": "mkfifo endpoints.json",
        "a hard link": f"ln {victim}/kept endpoints.json || true; ln {victim}/kept more || true",
        "closed folders": "mkdir -p a/b/c; touch a/b/c/f; chmod 0 a/b/c a/b; chmod 0 a; chmod 0 .",
        "links to everything": f"for i in $(seq 200); do ln -s / root$i; ln -s {victim} v$i; ln -s .. up$i; done",
        "a deep tree": "/usr/bin/python3 -c 'import os\nfor i in range(300):\n os.mkdir(\"d\" * 40); os.chdir(\"d\" * 40)'",
        "/proc and /dev": "ln -s /proc/1/root endpoints.json; ln -s /dev/zero zero; ln -s /dev/tty tty",
    }
    for what, script in traps.items():
        job_id = daemon.submit_as(owner, "--", "sh", "-c", f"{script}; exit 0")
        job = daemon.await_end(job_id)
        assert job["phase"] == "Succeeded", f"{what}: {job} {daemon.cli('logs', job_id).stdout}"
        shared = daemon.attempt_folder(job_id) / "shared"
        attacks.refused("traps", what, (victim / "kept").exists() and "stolen" not in json.dumps(job), job)
        assert not os.path.lexists(shared), f"{what}: {shared} stays"
    assert (victim / "kept").read_text().startswith("{"), "the victim was changed"


def shares(daemon, attacks, owner, other):
    """Nobody takes all the connections, streams and room in the queue; others and root are served meanwhile."""
    program = """
import socket, sys, time
held = []
for _ in range(int(sys.argv[2])):
    one = socket.socket(socket.AF_UNIX)
    one.connect(sys.argv[1])
    one.settimeout(10)
    held.append(one)
time.sleep(0.5)
refused = 0
for one in held:
    one.sendall(sys.argv[3].encode())
    text = b""
    try:
        text = one.recv(65536)
    except (BrokenPipeError, ConnectionResetError):
        pass
    refused += sys.argv[4].encode() in text
print(refused, flush=True)
sys.stdin.readline()
"""

    def hold(count, request, word):
        return subprocess.Popen(["/usr/bin/python3", "-c", program, daemon.socket, str(count), request, word],
                                user=owner.uid, group=owner.gid, extra_groups=[], text=True, cwd="/",
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    for what, count, most, request, word in (
            ("connections", 12, 8, "GET /healthz HTTP/1.1\r\nHost: berth\r\n\r\n", "connections_per_user_max"),
            ("streams", 7, 3, "GET /v1/jobs?watch=1 HTTP/1.1\r\nHost: berth\r\n\r\n", "watchers_per_user_max")):
        holder = hold(count, request, word)
        refused = int(holder.stdout.readline())
        assert ask_as(daemon, other, "GET", "/v1/jobs")[0] == 200, f"{other.name} is not served"
        assert daemon.get("/healthz") is not None
        holder.communicate("end\n", timeout=30)
        for _ in range(refused):
            attacks.refused("shares", what, True)
        assert refused == count - most, f"{what}: {refused} of {count} were refused, {most} are allowed"
    held = [daemon.submit_as(owner, "--gpu", "0", "--cpu", "8", "--", "sleep", "1000") for _ in range(6)]
    refused = daemon.cli_as(owner, "submit", "--project", "eta", "--", "true")
    attacks.refused("shares", "a seventh job", refused.returncode != 0 and "jobs_per_user_max" in refused.stderr,
                    refused.stderr)
    last = daemon.submit_as(other, "--cpu", "100m", "--", "true")
    daemon.cli_as(owner, "kill", *held, "--reason", "seen")
    for job_id in [*held, last]:
        daemon.await_end(job_id)


RAY = {"type": "ray", "name": "closed", "project": "eta",
       "ray": {"ray_version": "2.60.0", "head": {"cpu": 1, "memory": "1Gi"},
               "workers": [{"group": "w", "replicas": 1, "cpu": 1, "memory": "1Gi"}]}}
# It has an executor, says so, and stays.
WAITING = """
import time
from pyspark import SparkContext
with SparkContext() as spark:
    print("first", spark.range(10).sum(), flush=True)
    time.sleep(1000)
"""
SPARK = {"type": "spark", "name": "closed", "project": "eta",
         "spark": {"main": "job.py", "sources": {"job.py": WAITING}, "driver": {"cpu": 1, "memory": "1200Mi"},
                   "executors": {"replicas": 1, "cpu": 1, "memory": "1200Mi"}}}
STRANGER = "from pyspark import SparkContext; print('got', SparkContext().range(10).sum())"


def listening_ports(uid):
    """On loopback, by their owner: all doors of a cluster, published or not."""
    ports = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in pathlib.Path(table).read_text().splitlines()[1:]:
            words = line.split()
            if words[3] == "0A" and int(words[7]) == uid:
                ports.add(int(words[1].split(":")[1], 16))
    return sorted(ports)


def started_as(daemon, owner, request):
    """The job, which runs with its submitter's rights alone, and its secret."""
    file = daemon.folder / f"{request['type']}.json"
    file.write_text(json.dumps(request))
    file.chmod(0o644)
    done = daemon.cli_as(owner, "submit", str(file), "--quiet")
    assert done.returncode == 0, done.stderr
    job_id = daemon.running(done.stdout.split()[0])
    owners = {process_owner(pid) for pid in daemon.processes(job_id)}
    assert owners == {owner.uid}, owners
    return job_id, json.loads(ask_as(daemon, owner, "GET", f"/v1/jobs/{job_id}/endpoints")[1])["token"]


def every_door(daemon, attacks, kind, paths, job_id, owner, other):
    """Its ports, processes and files, tried by somebody else; then it is killed, and nothing is left."""
    ports = listening_ports(owner.uid)
    assert ports, "it listens nowhere"
    for port in ports:
        for path in paths:
            said = http_status(other, port, path)
            attacks.refused(kind, f"{port}{path}", said != 200 or is_metrics(other, port), said)
            if said == NO_HTTP:
                break
    for pid in daemon.processes(job_id):
        attacks.process(other, pid)
    for folder in pathlib.Path("/tmp").glob(f"berth-{job_id[:12]}*"):
        attacks.file(other, folder)
    attacks.file(other, daemon.attempt_folder(job_id) / "shared")
    attacks.file(other, daemon.attempt_folder(job_id) / "shared" / "endpoints.json")
    daemon.cli_as(owner, "kill", job_id, "--reason", "seen")
    assert daemon.await_end(job_id)["phase"] == "Killed"
    assert daemon.processes(job_id) == []


def every_port_of_ray(daemon, attacks, owner, other):
    job_id, token = started_as(daemon, owner, RAY)
    address = daemon.cli_as(owner, "endpoint", job_id, "client").stdout.strip()
    said = ask_ray(owner.run, address, token, "os.getuid()")
    assert f"client got {owner.uid}" in said, said
    gcs = daemon.cli_as(owner, "endpoint", job_id, "gcs").stdout.strip()
    for door in (address, gcs):
        said = ask_ray(other.run, door, "0" * 64, "os.getuid()")
        attacks.refused("Ray", door, "client got" not in said, said)
    every_door(daemon, attacks, "Ray", ["/api/v0/nodes", "/api/jobs/", "/api/cluster_status"], job_id, owner, other)
    print(f"{job_id}: Ray as {owner.name}, its client got {owner.uid} at {address}; {other.name} got in nowhere")


def driver_says(user, master, conf):
    """What a driver of this user hears of that master; Spark itself tries for longer."""
    words = [f"{SPARK_VENV}/bin/spark-submit", "--master", master, "--conf", "spark.ui.enabled=false"]
    for setting in conf:
        words += ["--conf", setting]
    program = pathlib.Path(f"/tmp/berth-test-stranger-{os.getpid()}.py")
    program.write_text(STRANGER)
    try:
        done = user.run([*words, program], env={"PATH": f"{SPARK_VENV}/bin:/usr/bin:/bin", "SPARK_LOCAL_IP": "127.0.0.1"},
                        timeout=60)
        return done.stdout + done.stderr
    except subprocess.TimeoutExpired as late:
        return b"".join(text for text in (late.stdout, late.stderr) if text).decode()
    finally:
        program.unlink()


def every_port_of_spark(daemon, attacks, owner, other):
    job_id, secret = started_as(daemon, owner, SPARK)
    daemon.await_true("it has an executor", lambda: "first 45" in daemon.cli("logs", job_id).stdout, 300)
    master = daemon.cli_as(owner, "endpoint", job_id, "master").stdout.strip()
    wrong = ["spark.authenticate=true", f"spark.authenticate.secret={secret[::-1]}", "spark.network.crypto.enabled=true"]
    for conf in ([], wrong):
        said = driver_says(other, master, conf)
        attacks.refused("Spark", f"{master} {conf}", "got 45" not in said and "Failed to connect to master" in said, said[-3000:])
    every_door(daemon, attacks, "Spark", ["/", "/json/", "/api/v1/applications", "/logPage/?appId=app&executorId=0&logType=stderr",
                                          "/v1/submissions/status/x"], job_id, owner, other)
    print(f"{job_id}: Spark as {owner.name} at {master}; {other.name} got in nowhere")


NO_HTTP = 0


def http_status(user, port, path):
    program = """
import sys, urllib.request, urllib.error
try:
    print(urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}{sys.argv[2]}", timeout=5).status)
except urllib.error.HTTPError as error:
    print(error.code)
except Exception:
    print(0)
"""
    return int(user.python(program, str(port), path).stdout)


def is_metrics(user, port):
    """Numbers for Prometheus on loopback, nothing to run: the one door that asks for no token."""
    said = user.python("import sys, urllib.request; print(urllib.request.urlopen("
                       "f'http://127.0.0.1:{sys.argv[1]}/metrics', timeout=5).read()[:20])", str(port)).stdout
    return "# HELP" in said


def main():
    if os.geteuid() != 0:
        print("skipped: only root can have jobs of other users")
        return SKIPPED
    attacks = Attacks()
    has_ray = bool(RAY_VENV) and pathlib.Path(RAY_VENV, "bin/ray").exists()
    has_spark = bool(SPARK_VENV) and pathlib.Path(SPARK_VENV, "bin/spark-submit").exists()
    ray = f'[plugins.ray]\nvenv = "{RAY_VENV}"\n' if has_ray else ""
    spark = f'[plugins.spark]\nvenv = "{SPARK_VENV}"\n' if has_spark else ""
    with ExtraUser("a") as owner, ExtraUser("b") as other, SharedDaemon(LIMITS + ray + spark) as daemon:
        runs_as_its_submitter(daemon, owner)
        job_id = control_socket(daemon, attacks, owner, other)
        watchers_see_rows_alone(daemon, attacks, owner, other)
        signals_and_proc(daemon, attacks, job_id, other)
        files(daemon, attacks, job_id, owner, other)
        for pid in daemon.supervisors(job_id):
            assert not is_stopped(pid)
        daemon.cli_as(owner, "kill", job_id, "--reason", "seen")
        assert daemon.await_end(job_id)["phase"] == "Killed"
        from_within(daemon, attacks, owner, other)
        planted_links(daemon, attacks, owner)
        shares(daemon, attacks, owner, other)
        if has_ray:
            every_port_of_ray(daemon, attacks, owner, other)
        else:
            print("Ray's ports were not tried: no Ray; `make test` installs it and names it in BERTH_RAY_VENV")
        if has_spark:
            every_port_of_spark(daemon, attacks, owner, other)
        else:
            print("Spark's ports were not tried: no Spark; `make test` installs it and names it in BERTH_SPARK_VENV")
        daemon.assert_all_free()
    print(attacks.summary())
    return 0


if __name__ == "__main__":
    sys.exit(main())
