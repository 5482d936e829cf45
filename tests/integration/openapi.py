"""The daemon is held to its own description: each operation of /openapi.json is called, well and badly, and every answer is checked
against the schema of its status, where no field may stand that is not described. That the description has every route, and no other,
is the control_test's to say."""

import json
import re
import sys

import jsonschema

from daemon_under_test import Daemon, SocketConnection, command

PARAMETERS = {"project": "eta", "owner": "eta-team", "user": "nobody", "name": "test", "phase": "Running,Pending", "label": "a=b",
              "limit": "5", "page": "", "watch": None, "job": None, "attempt": "1", "role": "main", "replica": "0", "offset": "0",
              "tail": "10", "follow": "0", "stream": "1"}


# What a restored store finds running; tests of the store have some.
NEED_A_STRAY = {("/v1/strays/{name}:adopt", "post"), ("/v1/strays/{name}:release", "post")}


class Description:
    def __init__(self, text):
        self.document = json.loads(text)
        assert self.document["openapi"].startswith("3.1"), self.document["openapi"]
        self.resolver = jsonschema.RefResolver.from_schema(self.document)
        for name, schema in self.document["components"]["schemas"].items():
            jsonschema.Draft202012Validator.check_schema(schema)
        self.called = {}  # (pattern, method) to statuses seen

    def operations(self):
        for pattern, item in self.document["paths"].items():
            for method in item:
                if method != "parameters":
                    yield pattern, method

    def at(self, pattern, method):
        return self.document["paths"][pattern][method]

    def resolved(self, what):
        return self.resolver.resolve(what["$ref"])[1] if "$ref" in what else what

    def pattern_of(self, path, method):
        for pattern, item in self.document["paths"].items():
            form = re.sub(r"\\\{[a-z]+\\\}", "[^/:]+", re.escape(pattern))
            if method.lower() in item and re.fullmatch(form, path):
                return pattern
        raise AssertionError(f"the description has no {method} {path}")

    def schema_for(self, pattern, method, status, content_type):
        responses = self.at(pattern, method)["responses"]
        response = self.resolved(responses.get(str(status), responses["default"]))
        kinds = {kind.split(";")[0]: value for kind, value in response["content"].items()}
        kind = content_type.split(";")[0]
        assert kind in kinds, f"{method} {pattern} answered {status} as {content_type}; described are {list(kinds)}"
        return kinds[kind]["schema"]

    def check(self, value, schema, where):
        errors = list(jsonschema.Draft202012Validator(schema, resolver=self.resolver).iter_errors(value))
        assert not errors, f"{where}: {errors[0].message}\nat {list(errors[0].absolute_path)} in {json.dumps(value)[:2000]}"

    def check_answer(self, method, path, status, content_type, body):
        pattern = self.pattern_of(path.split("?")[0], method)
        schema = self.schema_for(pattern, method.lower(), status, content_type)
        where = f"{method} {path} -> {status}"
        if content_type.startswith("application/json"):
            self.check(json.loads(body), schema, where)
        elif content_type.startswith("application/x-ndjson"):
            for line in body.splitlines():
                self.check(json.loads(line), schema, where)
        else:
            self.check(body, schema, where)
        self.called.setdefault((pattern, method.lower()), set()).add(status)


class Caller:
    def __init__(self, daemon):
        self.daemon = daemon
        self.description = Description(daemon.request("GET", "/openapi.json")[1])

    def call(self, method, path, expected, body=None, lines=None, read_lines=None):
        """`lines`: sent as they are; `read_lines`: so many lines of an endless answer."""
        connection = SocketConnection(self.daemon.socket, 30)
        try:
            text = lines if lines is not None else None if body is None else json.dumps(body)
            connection.request(method, path, text)
            response = connection.getresponse()
            if read_lines is None or response.status != 200:
                answer = response.read().decode()
            else:
                answer = b"".join(response.readline() for _ in range(read_lines)).decode()
            assert response.status == expected, f"{method} {path}: {response.status}, not {expected}: {answer}"
            self.description.check_answer(method, path, response.status, response.headers["Content-Type"], answer)
            return answer
        finally:
            connection.close()

    def get(self, path, expected=200, **more):
        return self.call("GET", path, expected, **more)

    def post(self, path, expected=200, body=None, **more):
        return self.call("POST", path, expected, body, **more)


def submit(caller, **fields):
    return json.loads(caller.post("/v1/jobs", 201, command(["sh", "-c", "echo hello; sleep 600"], **fields)))["id"]


def jobs_of_every_kind(caller):
    daemon = caller.daemon
    running = submit(caller, labels={"a": "b"})
    daemon.await_true("it runs", lambda: daemon.job(running)["phase"] == "Running")
    waiting = submit(caller, cpu=1000)
    held = submit(caller, cpu=1000)
    caller.post(f"/v1/jobs/{held}:hold", 200, {"reason": "look"})
    failed = json.loads(caller.post("/v1/jobs", 201, command(["false"])))["id"]
    daemon.await_end(failed)
    killed = submit(caller)
    caller.post(f"/v1/jobs/{killed}:kill", 200, {"reason": "look"})
    daemon.await_end(killed)
    caller.post(f"/v1/jobs/{killed}:kill", 200, {"reason": "look"})  # had ended already
    again = submit(caller)
    daemon.await_true("it runs", lambda: daemon.job(again)["phase"] == "Running")
    caller.post(f"/v1/jobs/{again}:requeue", 200)
    daemon.await_true("it runs again", lambda: len(daemon.get(f"/v1/jobs/{again}/attempts")["attempts"]) == 2
                      and daemon.job(again)["phase"] == "Running")
    return {"running": running, "waiting": waiting, "held": held, "failed": failed, "killed": killed, "again": again}


def reading(caller, jobs):
    for job in jobs.values():
        for part in ("", "/explain", "/events", "/attempts"):
            caller.get(f"/v1/jobs/{job}{part}")
    caller.get(f"/v1/jobs/{jobs['again']}/explain?attempt=1")
    caller.get(f"/v1/jobs/{jobs['running']}/explain?attempt=77", 404)
    caller.get(f"/v1/jobs/{jobs['running']}/logs")
    caller.get(f"/v1/jobs/{jobs['running']}/logs?follow=1", read_lines=1)
    caller.get(f"/v1/jobs/{jobs['waiting']}/logs", 409)
    caller.get(f"/v1/jobs/{jobs['running']}/endpoints")
    caller.get(f"/v1/jobs/{jobs['killed']}/endpoints", 409)
    page = json.loads(caller.get("/v1/jobs?limit=1"))
    caller.get(f"/v1/jobs?limit=2&page={page['next']}")
    caller.get("/v1/jobs?watch=1", read_lines=len(jobs) - 1)
    caller.get("/v1/jobs?watch=1&since=1-0", read_lines=5)
    caller.get("/v1/jobs?watch=1&since=9-0", 410)
    caller.get("/v1/jobs?stream=1")
    caller.get("/v1/jobs?stream=1&limit=1", 400)
    for path in ("strays", "clusters", "pools", "owners", "projects", "plugins", "config", "server"):
        caller.get(f"/v1/{path}")
    for path in ("healthz", "readyz", "metrics", "openapi.json"):
        caller.get(f"/{path}")


def every_parameter_is_taken(caller, job):
    """What is described is known to the daemon, by name; what is not is refused where parameters are read."""
    for pattern, method in caller.description.operations():
        path = pattern.replace("{id}", job)
        parameters = [each for each in map(caller.description.resolved, caller.description.at(pattern, method).get("parameters", []))
                      if each["in"] == "query"]
        for each in parameters:
            value = json.loads(caller.get("/v1/jobs"))["token"] if each["name"] == "since" else PARAMETERS[each["name"]]
            if value is not None and not (pattern == "/v1/jobs" and each["name"] == "since"):
                caller.get(f"{path}?{each['name']}={value}")
        if parameters:
            caller.get(f"{path}?no-such-parameter=1", 400)


def writing(caller):
    body = command(["true"])
    caller.post("/v1/plan", 200, body)
    caller.post("/v1/jobs:batch", 200, lines=json.dumps(body) + "\n{\n" + json.dumps({"type": "x"}) + "\n")
    status, text = caller.daemon.request("POST", "/v1/jobs", body, key="once")
    status, again = caller.daemon.request("POST", "/v1/jobs", body, key="once")
    caller.description.check_answer("POST", "/v1/jobs", status, "application/json", again)
    assert json.loads(again) == {"id": json.loads(text)["id"], "repeated": True}
    for verb in ("cordon", "drain"):
        caller.post(f"/v1/clusters/east:{verb}", 200, {"reason": "look"})
        caller.get("/v1/clusters")
    caller.post("/v1/clusters/east:uncordon")
    status, _ = caller.daemon.request("POST", "/v1/store:backup", encoding=None)
    caller.description.check_answer("POST", "/v1/store:backup", status, "application/vnd.sqlite3", "")


def refusals(caller, jobs):
    for path in ("", "/explain", "/events", "/attempts", "/logs", "/endpoints"):
        caller.get(f"/v1/jobs/jaaaaaaaaaaaaa{path}", 404)
    caller.get("/v1/jobs?phase=Nowhere", 400)
    caller.post("/v1/jobs", 400, {"type": "command"})
    caller.post("/v1/jobs", 400, command(["true"], priority=5000, nonsense=1))
    caller.post("/v1/jobs", 422, command(["true"], strict=True, pool="nowhere"))
    caller.post("/v1/plan", 400, {})
    caller.post("/v1/jobs", 413, command(["x" * (2 << 20)]))
    for verb in ("kill", "hold", "resume", "requeue"):
        caller.post(f"/v1/jobs/jaaaaaaaaaaaaa:{verb}", 404, {"reason": "look"})
        caller.post(f"/v1/jobs/{jobs['running']}:{verb}", 400, {"raeson": "look"})
    caller.post(f"/v1/jobs/{jobs['killed']}:resume", 409)
    for verb in ("cordon", "drain"):
        caller.post(f"/v1/clusters/west:{verb}", 400)
    for verb in ("cordon", "drain", "uncordon"):
        caller.post(f"/v1/clusters/wset:{verb}", 404, {"reason": "look"})
    caller.post("/v1/clusters/west:uncordon", 400, {"raeson": "look"})
    caller.post("/v1/clusters/west:forget", 400)
    caller.post("/v1/clusters/west:forget", 409, {"reason": "look"})
    caller.post("/v1/clusters/wset:forget", 404, {"reason": "look"})
    caller.get("/v1/jobs?watch=1&job=jaaaaaaaaaaaaa", 404)
    for verb in ("adopt", "release"):
        caller.post(f"/v1/strays/nothing:{verb}", 400, {"reason": "look"})
        caller.post(f"/v1/strays/jaaaaaaaaaaaaa-a1:{verb}", 404, {"reason": "look"})


def a_cluster_is_forgotten(caller):
    """One that the site has no longer, and that nobody can reach."""
    daemon = caller.daemon
    job = submit(caller, cluster="east")
    daemon.await_true("it runs", lambda: daemon.job(job)["phase"] == "Running")
    processes = daemon.supervisors(job)
    daemon.stop()
    site = daemon.site.read_text()
    without = re.sub(r'\[clusters\.east\].*?(?=\[)', "", site, flags=re.S)
    without = re.sub(r'\[pools\.east-cpu\].*?\n\n|\[pools\.east-cpu\].*', "", without, flags=re.S)
    daemon.site.write_text(without)
    daemon.start()
    caller.post("/v1/clusters/east:forget", 200, {"reason": "sold"})
    daemon.stop()
    daemon.site.write_text(site)
    daemon.start()
    assert processes


def everything_was_called(caller):
    description = caller.description
    for pattern, method in description.operations():
        seen = description.called.get((pattern, method), set())
        assert (pattern, method) in NEED_A_STRAY or any(status < 400 for status in seen), f"{method} {pattern} was never called well: {seen}"
        described = [int(each) for each in description.at(pattern, method)["responses"] if each in ("400", "404")]
        missing = [each for each in described if each not in seen]
        # A batch answers line by line; what is wrong with one stands there.
        assert not missing or pattern == "/v1/jobs:batch", f"{method} {pattern}: {missing} were never answered, {seen} were"
    print(f"{len(description.called)} operations, {sum(map(len, description.called.values()))} kinds of answers")


def main():
    with Daemon() as daemon:
        caller = Caller(daemon)
        jobs = jobs_of_every_kind(caller)
        reading(caller, jobs)
        every_parameter_is_taken(caller, jobs["running"])
        writing(caller)
        refusals(caller, jobs)
        caller.post(f"/v1/jobs/{jobs['held']}:resume", 200)
        a_cluster_is_forgotten(caller)
        everything_was_called(caller)
    return 0


if __name__ == "__main__":
    sys.exit(main())
