"""Images of containers, made from folders: nothing is pulled."""

import hashlib
import io
import json
import pathlib
import shutil
import tarfile

PAUSE = "localhost/pause:1"
HOST = "localhost/host:1"  # an empty root: pods take the machine's /usr by hostPath
PASSWD = "root:x:0:0:root:/tmp:/bin/sh\nspark:x:185:0:spark:/tmp:/bin/sh\n"


def make(folder):
    """Returns the archives of both."""
    return [pack(PAUSE, pause_root(folder / "pause"), folder / "pause.tar", ["/bin/sleep", "infinity"]),
            pack(HOST, host_root(folder / "host"), folder / "host.tar", ["/opt/entrypoint.sh"])]


def pause_root(root):
    (root / "bin").mkdir(parents=True)
    shutil.copy(shutil.which("busybox"), root / "bin" / "sleep")
    return root


def host_root(root):
    for name in ("usr", "tmp", "etc", "opt", "proc", "sys", "dev"):
        (root / name).mkdir(parents=True)
    for name in ("bin", "lib", "lib64", "sbin"):
        (root / name).symlink_to(f"usr/{name}")
    (root / "tmp").chmod(0o1777)
    (root / "etc" / "passwd").write_text(PASSWD)
    entrypoint = root / "opt" / "entrypoint.sh"
    shutil.copy(pathlib.Path(__file__).with_name("spark_entrypoint.sh"), entrypoint)
    entrypoint.chmod(0o755)
    return root


def pack(name, root, archive, entrypoint):
    """In the form of `docker save`, with one layer."""
    layer = layer_of(root)
    digest = hashlib.sha256(layer).hexdigest()
    config = json.dumps({"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest}"]},
                         "config": {"Env": ["PATH=/usr/local/bin:/usr/bin:/bin"], "Entrypoint": entrypoint}}).encode()
    config_name = hashlib.sha256(config).hexdigest() + ".json"
    manifest = [{"Config": config_name, "RepoTags": [name], "Layers": [f"{digest}/layer.tar"]}]
    with tarfile.open(archive, "w") as out:
        for path, data in ((f"{digest}/layer.tar", layer), (config_name, config), ("manifest.json", json.dumps(manifest).encode())):
            entry = tarfile.TarInfo(path)
            entry.size = len(data)
            out.addfile(entry, io.BytesIO(data))
    return archive


def layer_of(root):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as out:
        out.add(root, arcname=".")
    return packed.getvalue()
