"""Which Spark, which Java and which Python a job runs with."""

import functools
import importlib.util
import os
import pwd
import shutil
import subprocess
import sys

CANNOT_RUN = 78


def refuse(why):
    print("berth: " + why, flush=True)
    sys.exit(CANNOT_RUN)


@functools.cache
def spark_home():
    """That of the Python which runs this, else that of the `spark-submit` in PATH."""
    package = importlib.util.find_spec("pyspark")
    if package:
        return os.path.dirname(package.origin)
    submit = shutil.which("spark-submit")
    if not submit:
        refuse(f"no Spark: {sys.executable} has no pyspark, and no spark-submit is in PATH")
    beside = os.path.dirname(submit)
    finder = os.path.join(beside, "find_spark_home.py")
    if not os.path.exists(finder):  # a plain distribution
        return os.path.dirname(os.path.dirname(os.path.realpath(submit)))
    found = subprocess.run([python(), finder], text=True, stdout=subprocess.PIPE, check=False)
    return found.stdout.strip() or refuse(f"{finder} does not find its Spark")


@functools.cache
def python():
    """For drivers and executors: the one that has pyspark, or lies beside `spark-submit`."""
    if importlib.util.find_spec("pyspark"):
        return sys.executable
    submit = shutil.which("spark-submit")
    beside = os.path.join(os.path.dirname(submit), "python3") if submit else ""
    return beside if os.access(beside, os.X_OK) else sys.executable


def program(name):
    return os.path.join(spark_home(), "bin", name)


def check():
    """What would otherwise end in a page of Java."""
    home = os.environ.get("JAVA_HOME")
    java = os.path.join(home, "bin", "java") if home else shutil.which("java")
    if not java or not os.access(java, os.X_OK):
        refuse(f"no Java: {java or 'java in PATH'} cannot be run")
    try:
        pwd.getpwuid(os.getuid())
    except KeyError:
        refuse(f"uid {os.getuid()} has no entry in the user database; Spark asks Java for its name")
