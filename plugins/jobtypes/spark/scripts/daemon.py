"""One of Spark's own daemons, master or worker: small, on loopback, on ports from the kernel."""

import child
import installation
import job_conf

SMALL = " -XX:+UseSerialGC -XX:TieredStopAtLevel=1 "


def start(name, heap_mb, arguments, on_line=lambda line: None, options=""):
    environment = {
        **job_conf.environment(),
        "SPARK_DAEMON_MEMORY": f"{heap_mb}m",
        "SPARK_DAEMON_JAVA_OPTS": job_conf.java_options(1) + SMALL + options,
    }
    everywhere = ["--host", "127.0.0.1", "--port", "0", "--webui-port", "0"]
    spark_class = f"org.apache.spark.deploy.{name.lower()}.{name}"
    program = [installation.program("spark-class"), spark_class, *everywhere, *arguments]
    return child.Child(program, environment, on_line)
