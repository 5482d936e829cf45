"""What of these scripts can be tried without a Spark. tests/integration runs them on a real one."""

import io
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
SHARED = os.path.normpath(os.path.join(HERE, "../../process_group/scripts"))
sys.path.insert(0, SHARED)

import executor_output
import job_conf
import master


class Folder(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="berth-spark-")
        self.addCleanup(shutil.rmtree, self.folder)

    def write(self, *names, data):
        path = os.path.join(self.folder, *names)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "ab") as file:
            file.write(data)
        return path


class Properties(unittest.TestCase):
    def test_values_are_read_back_as_they_were(self):
        self.assertEqual(
            job_conf.properties({"b": "C:\\x", "a": " two\nlines", "n:m": "=#!"}),
            "a = \\ two\\nlines\nb = C:\\\\x\nn\\:m = =#!\n",
        )


class ExecutorOutput(Folder):
    def setUp(self):
        super().setUp()
        self.out = io.BytesIO()
        self.copier = executor_output.Copier(self.folder, self.out)

    def take(self, is_last=False):
        self.out.seek(0)
        self.out.truncate()
        self.copier.copy(is_last)
        return self.out.getvalue()

    def test_whole_lines_are_copied_once_and_headings_never(self):
        heading = b"Spark Executor Command: java\n" + b"=" * 40 + b"\n"
        self.write("app-1", "0", "stderr", data=heading + b"one\ntw")
        self.assertEqual(self.take(), b"one\n")
        self.write("app-1", "0", "stderr", data=b"o\n")
        self.assertEqual(self.take(), b"two\n")
        self.assertEqual(self.take(), b"")

    def test_what_has_no_line_end_comes_last(self):
        self.write("app-1", "0", "stdout", data=b"half")
        self.assertEqual(self.take(), b"")
        self.assertEqual(self.take(is_last=True), b"half")

    def test_a_file_that_was_put_aside_is_gone_on_with(self):
        path = self.write("app-1", "0", "stderr", data=b"one\n")
        self.assertEqual(self.take(), b"one\n")
        self.write("app-1", "0", "stderr", data=b"two\n")
        os.rename(path, path + "--2026-11-25--19-00-00--0000")
        self.write("app-1", "0", "stderr", data=b"three\n")
        self.assertEqual(self.take(), b"two\nthree\n")

    def test_long_lines_are_copied_in_pieces(self):
        line = b"x" * (3 * executor_output.CHUNK) + b"\n"
        self.write("app-1", "0", "stdout", data=line)
        self.assertEqual(self.take(), line)


class Addresses(Folder):
    def test_they_are_published_together(self):
        os.environ["BERTH_SHARED"] = self.folder
        published = os.path.join(self.folder, "endpoints.json")
        addresses = master.Addresses()
        addresses.look_at("INFO Master: Starting Spark master at spark://127.0.0.1:7077\n")
        self.assertFalse(os.path.exists(published))
        bound = "INFO MasterWebUI: Bound MasterWebUI to 127.0.0.1, and started at "
        addresses.look_at(bound + "http://127.0.0.1:8080\n")
        with open(published, encoding="utf-8") as file:
            self.assertEqual(file.read(), '{"master": "127.0.0.1:7077", "ui": "127.0.0.1:8080"}')


class Installation(Folder):
    def said_by(self, program, environment=None):
        done = subprocess.run(
            [sys.executable, "-B", "-c", program],
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": HERE, **(environment or {})},
            text=True,
            stdout=subprocess.PIPE,
            check=False,
        )
        return done.returncode, done.stdout

    def test_no_spark_is_said_in_words(self):
        code, said = self.said_by("import installation; installation.spark_home()")
        self.assertEqual(code, 78)
        self.assertIn("no spark-submit is in PATH", said)

    def test_no_java_is_said_in_words(self):
        code, said = self.said_by(
            "import installation; installation.check()",
            environment={"JAVA_HOME": "/nowhere"},
        )
        self.assertEqual((code, said), (78, "berth: no Java: /nowhere/bin/java cannot be run\n"))

    @unittest.skipUnless(os.getuid() == 0, "takes root")
    def test_a_user_without_a_name_is_refused_in_words(self):
        program = "import installation, os; os.setuid(3_999_999); installation.check()"
        java = os.path.join(self.folder, "bin", "java")
        self.write("bin", "java", data=b"")
        os.chmod(java, 0o755)
        os.chmod(self.folder, 0o755)
        code, said = self.said_by(program, environment={"JAVA_HOME": self.folder})
        self.assertEqual(code, 78)
        self.assertIn("uid 3999999 has no entry in the user database", said)

    def test_a_plain_distribution_is_found_by_its_spark_submit(self):
        submit = self.write("spark", "bin", "spark-submit", data=b"")
        os.chmod(submit, 0o755)
        code, said = self.said_by(
            "import installation; print(installation.spark_home())",
            environment={"PATH": os.path.dirname(submit) + ":/usr/bin:/bin"},
        )
        self.assertEqual((code, said.strip()), (0, os.path.join(self.folder, "spark")))


if __name__ == "__main__":
    unittest.main()
