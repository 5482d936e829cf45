"""A program that a member runs: its output is looked at and passed on, a SIGTERM handed on."""

import signal
import subprocess
import threading


class Child:
    """Hands a SIGTERM of ours on to the program, which ends its processes in its own order."""

    def __init__(self, arguments, environment, on_line=lambda line: None):
        self.is_stopping = False
        signal.signal(signal.SIGTERM, self._hand_on)
        self._process = subprocess.Popen(
            arguments,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        self._reader = threading.Thread(target=self._echo, args=(on_line,), daemon=True)
        self._reader.start()
        if self.is_stopping:  # a signal that came between
            self._process.terminate()

    def _hand_on(self, *_):
        self.is_stopping = True
        if hasattr(self, "_process"):
            self._process.terminate()

    def _echo(self, on_line):
        for line in self._process.stdout:
            print(line, end="", flush=True)
            on_line(line)

    def end_within(self, seconds):
        """Its exit code, None while it runs. A signal counts as in a shell: 128 + number."""
        try:
            code = self._process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            return None
        self._reader.join(timeout=2)  # processes that it left behind may hold the pipe
        return 128 - code if code < 0 else code

    def stop(self):
        """At the latest after 20 s; what is left then belongs to the supervisor's kill."""
        self._process.terminate()
        if self.end_within(20) is None:
            self._process.kill()
        return self.end_within(5)
