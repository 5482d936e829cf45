"""The certificates of one cluster, made with openssl."""

import subprocess


class Authority:
    """Its files: ca.crt, ca.key, and a .crt and a .key for each name that it issued for."""

    def __init__(self, folder):
        self.folder = folder
        self.certificate = folder / "ca.crt"

    def make(self):
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self.openssl("req", "-x509", *new_key(), "-days", "365", "-subj", "/CN=berth-bed", "-keyout", "ca.key", "-out", "ca.crt")

    def issue(self, name, subject, alternative_names, days=365):
        """`subject` as "/O=system:masters/CN=admin", `alternative_names` as ["IP:127.0.0.1", "DNS:localhost"]."""
        (self.folder / f"{name}.ext").write_text("subjectAltName=" + ",".join(alternative_names))
        self.openssl("req", *new_key(), "-subj", subject, "-keyout", f"{name}.key", "-out", f"{name}.csr")
        self.openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial",
                     "-days", str(days), "-extfile", f"{name}.ext", "-out", f"{name}.crt")
        return self.folder / f"{name}.crt", self.folder / f"{name}.key"

    def make_signing_key(self):
        """For the tokens of service accounts."""
        self.openssl("genrsa", "-out", "sa.key", "2048")
        self.openssl("rsa", "-in", "sa.key", "-pubout", "-out", "sa.pub")

    def sign(self, data):
        return subprocess.run(["openssl", "dgst", "-sha256", "-sign", self.folder / "sa.key"], input=data,
                              capture_output=True, check=True).stdout

    def openssl(self, *words):
        done = subprocess.run(["openssl", *words], cwd=self.folder, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if done.returncode != 0:
            raise AssertionError(f"openssl {' '.join(words)}: {done.stderr}")


def new_key():
    """The client that Spark has reads keys of RSA alone."""
    return ["-newkey", "rsa:2048", "-nodes"]
