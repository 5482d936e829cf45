"""The cable between the machine and a room, and the addresses on it."""

import dataclasses
import json
import random
import secrets
import subprocess

FIRST, LAST = 200, 249


@dataclasses.dataclass(frozen=True)
class Network:
    name: str  # of the link on the machine, and of the room's cgroup
    block: int  # all addresses are 10.BLOCK.x.x

    @property
    def machine(self):
        return f"10.{self.block}.0.1"

    @property
    def node(self):
        return f"10.{self.block}.0.2"

    @property
    def pods(self):
        return f"10.{self.block}.1.0/24"

    @property
    def gateway(self):
        return f"10.{self.block}.1.1"

    def lay(self, room):
        ip("link", "add", self.name, "type", "veth", "peer", "name", "machine", "netns", str(room.part.pid))
        ip("addr", "add", f"{self.machine}/24", "dev", self.name)
        ip("link", "set", self.name, "up")
        room.run("ip", "link", "set", "lo", "up")
        room.run("ip", "addr", "add", f"{self.node}/24", "dev", "machine")
        room.run("ip", "link", "set", "machine", "up")
        room.run("ip", "route", "add", "default", "via", self.machine)
        # The API server speaks with pods, and so may a test.
        ip("route", "add", self.pods, "via", self.node)

    def remove(self):
        """The kernel takes it away with the room, if a little later."""
        subprocess.run(["ip", "link", "del", self.name], capture_output=True, check=False)


def ip(*words):
    done = subprocess.run(["ip", *words], capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError(f"ip {' '.join(words)}: {done.stderr}")
    return done.stdout


def choose():
    """A block that no route of this machine leads to."""
    taken = " ".join(f"{route.get('dst', '')} {route.get('prefsrc', '')}" for route in json.loads(ip("-json", "route", "show", "table", "all")))
    free = [block for block in range(FIRST, LAST + 1) if f"10.{block}." not in taken]
    if not free:
        raise AssertionError(f"every block of addresses from 10.{FIRST}.0.0 to 10.{LAST}.0.0 is in use here")
    return Network(f"bed-{secrets.token_hex(4)}", random.choice(free))
