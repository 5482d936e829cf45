"""Spark's configuration folder for one job, and the environment of its members.

What the job asked for comes as settings.json. Added here is what only the machine knows: folders,
and the job's secret, which is in the environment and in one file of mode 0600, never in arguments.
"""

import base64
import json
import os

import installation

SECRET = "_SPARK_AUTH_SECRET"  # Spark's own name for it

# Little by default: a log is for what the job says. `spark.log.level` in the job's conf changes it.
LOG4J = """
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{HH:mm:ss} %p %c{1}: %m%n%ex
logger.master.name = org.apache.spark.deploy.master
logger.master.level = info
logger.worker.name = org.apache.spark.deploy.worker
logger.worker.level = info
logger.commands.name = org.apache.spark.deploy.worker.ExecutorRunner
logger.commands.level = warn
logger.watcher.name = org.apache.spark.deploy.worker.WorkerWatcher
logger.watcher.level = warn
logger.native.name = org.apache.hadoop.util.NativeCodeLoader
logger.native.level = error
"""


def _beneath(*names):
    return os.path.join(os.environ["BERTH_SHARED"], ".berth", *names)


def folder(*names):
    """Of this job alone, and gone with it."""
    path = _beneath(*names)
    os.makedirs(path, mode=0o700, exist_ok=True)
    return path


def java_options(cpus):
    """Java's own files go where the job's are; it counts the job's processors, no others."""
    return f'"-Djava.io.tmpdir={folder("tmp")}" -XX:-UsePerfData -XX:ActiveProcessorCount={cpus}'


def _web_key():
    return base64.urlsafe_b64encode(os.environ[SECRET].encode()).decode()


def _settings():
    with open(_beneath("settings.json"), encoding="utf-8") as file:
        given = json.load(file)
    settings = given["settings"]
    for role in ("driver", "executor"):
        name = f"spark.{role}.extraJavaOptions"
        # The job's come last: of two that speak of the same, Java takes the later one.
        settings[name] = f"{java_options(given['cpus'][role])} {settings.get(name, '')}".strip()
    settings["spark.authenticate.secret"] = os.environ[SECRET]
    settings["spark.org.apache.spark.ui.JWSFilter.param.secretKey"] = _web_key()
    return settings


def _escaped(text, more=""):
    """As java.util.Properties reads it."""
    special = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", **{c: "\\" + c for c in more}}
    return "".join(special.get(letter, letter) for letter in text)


def properties(settings):
    return "".join(
        f"{_escaped(name, ' =:#!')} = {_escaped(value[:1], ' ')}{_escaped(value[1:])}\n"
        for name, value in sorted(settings.items())
    )


def _write(name, text):
    path = os.path.join(folder("conf"), name)
    only_owner = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(only_owner, "w", encoding="utf-8") as file:
        file.write(text)


def write():
    """Once, by the master: the others find it when they find the master's address."""
    _write("spark-defaults.conf", properties(_settings()))
    _write("log4j2.properties", LOG4J)


def environment():
    """For every process of the job."""
    python = installation.python()
    return {
        **os.environ,
        "SPARK_HOME": installation.spark_home(),
        "SPARK_CONF_DIR": folder("conf"),
        "SPARK_LOCAL_DIRS": folder("local"),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "TMPDIR": folder("tmp"),
        "PYSPARK_PYTHON": python,
        "PYSPARK_DRIVER_PYTHON": python,
        "PATH": os.path.dirname(python) + os.pathsep + os.environ.get("PATH", "/usr/bin:/bin"),
    }
