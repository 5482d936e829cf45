"""Job files for the command line and site files for the daemon that grow, nest or point at themselves when they are read: each is
refused in words that name the file, within the memory that a program may have."""

import resource
import subprocess
import sys

from daemon_under_test import BUILD, Daemon

MEMORY_MIB_MAX = 1024  # of address space; a sanitizer takes more for itself
DEEP = 20_000


def within_memory():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MIB_MAX << 20,) * 2)


def billion_laughs():
    lines = ["l0: &l0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"l{i}: &l{i} [" + ", ".join([f"*l{i - 1}"] * 10) + "]" for i in range(1, 12)]
    return "\n".join(lines)


JOB_FILES = {
    "aliases that multiply.yaml": (billion_laughs(), "200000 values"),
    "an alias of itself.yaml": ("a: &a [*a]", "nested deeper"),
    "aliases under long names.yaml": ("a: &a [" + "x," * 5000 + "]\n" + "".join(f"{'k' * 20000}{i}: *a\n" for i in range(30)),
                                      "names"),
    "lists in lists.yaml": ("a: " + "[" * DEEP, ""),
    "blocks in blocks.yaml": ("\n".join(" " * i + "- " for i in range(3000)), ""),
    "maps in maps.yaml": ("{a: " * DEEP, ""),
    "keys in keys.yaml": ("? " * DEEP, ""),
    "a long text.yaml": ("a: " + "x" * (65 << 20), "64 MiB"),
    "many documents.yaml": ("---\n- 1\n" * 100_000, ""),
    "a tag.yaml": ("a: !!python/object/apply:os.system [id]", "means nothing here"),
    "merge keys.yaml": ("a: &a {b: 1}\nc: {<<: *a}", "merge keys"),
    "keys twice.yaml": ("type: ray\ntype: command", "a second time"),
    "no UTF-8.yaml": (b"name: \xff\xfe\xff", ""),
    "a NUL.yaml": (b"name: a\0b", ""),
    "lists in lists.json": ("[" * DEEP, "nested deeper"),
    "objects in objects.json": ('{"a":' * DEEP, "nested deeper"),
    "keys twice.json": ('{"type": 1, "type": 2}', "stands twice"),
    "half.json": ('{"type": ', ""),
    "lists in lists.toml": ("a = " + "[" * DEEP, ""),
    "tables in tables.toml": ("a = " + "{a = " * DEEP, ""),
    "a name of many parts.toml": (".".join(["a"] * DEEP) + " = 1", "parts"),
    "a heading of many parts.toml": ("[" + ".".join(["a"] * DEEP) + "]", "parts"),
    "no UTF-8.toml": (b"name = \"\xff\"", ""),
}

SITE_FILES = {
    "lists in lists": ("[server]\nadmins = " + "[" * DEEP, ""),
    "tables in tables": ("[server]\na = " + "{a = " * DEEP, ""),
    "a name of many parts": (".".join(["a"] * DEEP) + " = 1", "parts"),
    "a heading of many parts": ("[" + ".".join(["a"] * DEEP) + "]", "parts"),
    "a quoted name of many parts": (".".join(['"a"'] * DEEP) + " = 1", "parts"),
    "more than a site needs": ("# x\n" * (5 << 20), "larger than"),
    "many owners": ("".join(f"[owners.o{i}]\nparent = \"nobody\"\n" for i in range(20_000)), "no owner"),
    "no UTF-8": (b"[server]\nstate_dir = \"\xff\"", ""),
    "a NUL": (b"[server]\nstate_dir = \"a\\u0000b\"", ""),
    "nothing": ("", "state_dir"),
}


def run(*words, **options):
    return subprocess.run([BUILD / "bin" / words[0], *words[1:]], text=True, errors="replace", capture_output=True,
                          stdin=subprocess.DEVNULL, timeout=300, preexec_fn=within_memory, **options)


def write(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def expect_refusal(what, done, say, statuses):
    assert done.returncode in statuses, f"{what}: {done.returncode}: {done.stderr[:500]}"
    told = done.stdout + done.stderr
    assert say in told, f"{what}: {told[:500]!r} does not say {say!r}"
    assert told.strip(), f"{what}: no words"
    assert len(told) < 4 << 20, f"{what}: {len(told)} bytes of words"


def full_output_is_no_success(daemon):
    """Whoever keeps what `berth` prints must not take a part of it for the whole."""
    with open("/dev/full", "w") as full:
        for words in (["pools"], ["pools", "-o", "json"], ["version"], ["server", "status"]):
            done = subprocess.run(daemon.command(*words), stdout=full, stderr=subprocess.PIPE, text=True)
            assert done.returncode == 1 and "standard output cannot be written" in done.stderr, f"{words}: {done}"
    print("what goes to a full disk ends with 1, and says so")


def wrong_places_are_named(daemon):
    """What is no store is not called an empty or a damaged one, and a site file that berthd refuses is not good."""
    done = run("berth", "store", "check", daemon.folder)
    assert done.returncode == 1 and "is a folder" in done.stderr and "remove" not in done.stderr, done
    site = write(daemon.folder / "open.toml", daemon.site.read_text().replace('"state"', '"open"'))
    (daemon.folder / "open").mkdir()
    (daemon.folder / "open").chmod(0o777)
    for words in (["--check", "--config", site], ["--config", site]):
        done = run("berthd", *words)
        assert done.returncode != 0 and "is open to others" in done.stderr, f"{words}: {done}"
    print("a folder is no store, and --check sees a state folder that is open to others")


def main():
    with Daemon() as daemon:
        full_output_is_no_success(daemon)
        wrong_places_are_named(daemon)
        for name, (content, say) in JOB_FILES.items():
            path = write(daemon.folder / name, content)
            expect_refusal(name, run("berth", "--socket", daemon.socket, "submit", path), say, (1, 2, 104))
            path.unlink()
        assert daemon.get("/v1/jobs")["jobs"] == [], "a job was made of one of them"
        for name, (content, say) in SITE_FILES.items():
            path = write(daemon.folder / "other.toml", content)
            expect_refusal(name, run("berth", "config", "check", path), say, (1, 2, 78))
            expect_refusal(name, run("berthd", "--config", path), say, (78,))
    print(f"hostile files: {len(JOB_FILES)} job files and {len(SITE_FILES)} site files, each refused in words, "
          f"within {MEMORY_MIB_MAX} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
