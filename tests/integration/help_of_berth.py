"""Manual pages and completion: nothing that the programs know is missing, pages are in order, and a real bash completes verbs, options
and what the daemon has, at once even when there is none."""

import pathlib
import re
import shutil
import subprocess
import sys
import time

from daemon_under_test import BUILD, Daemon, command

BERTH = BUILD / "bin/berth"
PAGES = BUILD / "etc/man"
COMPLETION = BUILD / "etc/completion"
ROOT = pathlib.Path(__file__).resolve().parents[2]


def run(*words, **more):
    done = subprocess.run([str(word) for word in words], text=True, capture_output=True, timeout=60,
                          stdin=subprocess.DEVNULL, **more)
    assert done.returncode == 0, f"{words}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


def page_text(name):
    """The words of a page, as they can be copied."""
    return (PAGES / name).read_text().replace("\\-", "-").replace("\\e", "\\").replace("\\&", "")


def verbs_of(help_text):
    block = re.search(r"(?ms)^Subcommands:\n(.*?)(^\S|\Z)", help_text)
    return re.findall(r"(?m)^  ([a-z]+)", block.group(1)) if block else []


def every_verb_and_option(path=()):
    """Each verb as a list of words, with its options, from the help that it prints."""
    text = run(BERTH, *path, "--help")
    verbs = verbs_of(text)
    for verb in verbs:
        yield from every_verb_and_option((*path, verb))
    if not verbs:
        yield path, sorted(set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text.split("Examples:")[0])) - {"--help"})


def the_manual_tells_all():
    page = page_text("berth.1")
    seen = 0
    for path, options in every_verb_and_option():
        heading = "berth " + " ".join(path)
        section = re.search(rf"(?ms)^\.SS {re.escape(heading)}( .*?|)$(.*?)(?=^\.S[SH]|\Z)", page)
        assert section, f"berth(1) has no section for `{heading}`"
        missing = [option for option in options if not re.search(rf"{option}\b", section.group(0))]
        assert not missing, f"berth(1) does not tell of {missing} of `{heading}`"
        seen += 1
    assert seen > 20, f"only {seen} verbs were found"
    daemon_page = page_text("berthd.8")
    usage = "\n".join(re.findall(r"(?m)^  berthd .*$", run(BUILD / "bin/berthd", "--help")))
    for option in re.findall(r"--[a-z]+", usage):
        assert option in daemon_page, f"berthd(8) does not tell of {option}"
    site_page = page_text("berth.toml.5")
    settings = re.findall(r"(?m)^#?([a-z_0-9]+) = ", (ROOT / "etc/berth.toml").read_text())
    assert len(set(settings)) > 40
    for setting in set(settings) - {"special"}:  # an option of a plugin
        assert re.search(rf"(?m)^\.B {setting}$", site_page), f"berth.toml(5) does not tell of {setting}"
    job_page = page_text("berth-job.5")
    for line in (ROOT / "etc/job.yaml").read_text().splitlines():
        assert line in job_page, f"berth-job(5) lacks: {line}"
    print(f"{seen} verbs, {len(set(settings))} settings are in the manual")


def pages_are_in_order():
    if not shutil.which("man"):
        print("not tried: the form of manual pages (man is not installed)")
        return
    for page in sorted(PAGES.iterdir()):
        done = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", page], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={"LC_ALL": "C.UTF-8", "MANROFFSEQ": "", "MANWIDTH": "80", "PATH": "/usr/bin:/bin"})
        assert done.returncode == 0 and not done.stderr, f"{page.name}: {done.stderr}"
        assert done.stdout


def completed(line, socket):
    """What a real bash offers where the line ends."""
    words = line.split(" ")
    script = f"""
        source {COMPLETION}/berth.bash
        [ "$(complete -p berth)" = "complete -F _berth berth" ] || exit 9
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${{#COMP_LINE}}
        _berth "$1" "${{COMP_WORDS[COMP_CWORD]}}" ""
        [ ${{#COMPREPLY[@]}} -eq 0 ] || printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    return run("bash", "-c", script, "bash", *words,
               env={"PATH": f"{BUILD / 'bin'}:/usr/bin:/bin", "BERTH_SOCKET": socket}).splitlines()


def bash_completes(daemon):
    status, text = daemon.request("POST", "/v1/jobs", command(["sleep", "600"]))
    assert status == 201, text
    job = text.split('"id":"')[1].split('"')[0]
    daemon.await_true("it runs", lambda: daemon.job(job)["phase"] == "Running")

    def expect(line, *wanted):
        found = completed(line, daemon.socket)
        for word in wanted:
            assert word in found, f"{line!r}: {word!r} is not in {found}"
        return found

    verbs = expect("berth ", "submit", "jobs", "plugin", "completion")
    assert "complete" not in verbs and "manual" not in verbs, verbs
    assert expect("berth su", "submit") == ["submit"]
    expect("berth plugin ", "list", "info", "new")
    expect("berth jobs --", "--project", "--phase", "--output", "--watch", "--socket")
    assert expect("berth jobs -o ", "table", "json") == ["table", "wide", "name", "json", "yaml"]
    assert expect("berth jobs --phase R", "Running") == ["Running", "Releasing"]
    assert expect("berth kill ", job) == [job]
    assert expect(f"berth logs {job[:4]}", job) == [job]
    expect("berth cordon ", "west", "east")
    expect("berth submit --project ", "eta")
    expect("berth submit --sku ", "H100")
    expect("berth plugin info cap", "capacity")
    expect(f"berth submit {ROOT}/etc/job", f"{ROOT}/etc/job.yaml")
    daemon.cli("kill", job, "--reason", "seen")
    daemon.await_end(job)
    assert completed("berth kill ", daemon.socket) == [], "a job that has ended cannot be killed"


def nobody_waits_for_a_daemon_that_is_away():
    began = time.monotonic()
    assert completed("berth kill ", "/nowhere/control.sock") == []
    assert "submit" in completed("berth ", "/nowhere/control.sock")
    print(f"without a daemon, two completions took {time.monotonic() - began:.2f} s")


def other_shells_can_read_theirs():
    for shell in ("zsh", "fish"):
        if shutil.which(shell):
            run(shell, "-n", COMPLETION / f"berth.{shell}")
        else:
            print(f"not tried: the script for {shell} (it is not installed)")


def main():
    the_manual_tells_all()
    pages_are_in_order()
    nobody_waits_for_a_daemon_that_is_away()
    other_shells_can_read_theirs()
    with Daemon() as daemon:
        bash_completes(daemon)
    return 0


if __name__ == "__main__":
    sys.exit(main())
