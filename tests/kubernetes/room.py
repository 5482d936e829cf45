"""A part of the machine for a true node: its own processes, mounts, cgroups and network. What happens in it leaves nothing
outside, however it ends."""

import pathlib
import subprocess

import cgroups
from part import Part
from room_keeper import EMPTY, LAYERED


class Room:
    def __init__(self, cluster, network):
        self.cluster = cluster
        self.network = network
        self.folder = cluster.folder / "room"
        self.part = Part(cluster, "room", self.words, entered=True)

    def words(self):
        keeper = pathlib.Path(__file__).with_name("room_keeper.py")
        unshare = "exec unshare --mount --propagation private --net --pid --cgroup --fork"
        return ["sh", "-c", f'{cgroups.words_to_join(self.network.name)} {unshare} "$@"', "sh",
                "/usr/bin/python3", "-B", keeper, self.cluster.folder, self.network.name]

    def open(self):
        self.refuse_covered_folder()
        self.folder.mkdir()
        cgroups.make(self.network.name)
        self.part.start()
        self.cluster.await_true("the room is there", (self.folder / "ready").exists, 20, self.part)
        self.network.lay(self)

    def refuse_covered_folder(self):
        for covered in (*EMPTY, LAYERED):
            if self.cluster.folder.resolve().is_relative_to(covered):
                raise AssertionError(f"a bed with a true node cannot lie in {covered}: the node has one of its own there")

    def entered(self, *words):
        return ["nsenter", f"--target={self.part.pid}", "--mount", "--net", "--pid", "--cgroup", "--", *[str(word) for word in words]]

    def run(self, *words):
        done = subprocess.run(self.entered(*words), capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=300)
        if done.returncode != 0:
            raise AssertionError(f"{' '.join(map(str, words))}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def close(self):
        """With the keeper goes everything that lives here."""
        self.part.kill()

    def clear(self):
        """What the kernel keeps for a moment longer, or for ever where the room was never opened whole."""
        self.network.remove()
        cgroups.remove(self.network.name)
