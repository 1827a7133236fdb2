"""/metrics, and the files for Prometheus and Grafana in docs/monitoring."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from rig import ROOT, agent_type, providers_config, wait_until

PROMTOOL = Path(os.environ.get("PROMTOOL", ROOT / "build/tools/prometheus/usr/bin/promtool"))
ALERTS = ROOT / "docs/monitoring/alerts.yml"
ALERT_TESTS = ROOT / "tests/system/alerts_test.yml"
DASHBOARD = ROOT / "docs/monitoring/grafana-dashboard.json"
ADDED_BY_PROMETHEUS = {"job", "instance"}
SAMPLE = re.compile(r"^(\w+?)(?:\{(.*)\})? \S+$")

needs_promtool = pytest.mark.skipif(not PROMTOOL.exists(), reason=f"NO PROMTOOL at {PROMTOOL}: ./dev setup brings it")


def promtool(*args, **more):
    done = subprocess.run([PROMTOOL, *map(str, args)], text=True, capture_output=True, timeout=120, **more)
    assert done.returncode == 0 and not done.stderr.strip(), done.stdout + done.stderr


def rules():
    return [rule for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]]


def panels():
    """(title, expression), as Prometheus gets it."""
    for panel in json.loads(DASHBOARD.read_text())["panels"]:
        for target in panel["targets"]:
            yield panel["title"], target["expr"].replace("$__rate_interval", "5m").replace("$job", "understudy")


def selectors(expression):
    """(metric, labels) that an expression uses."""
    for name, labels in re.findall(r"\b(understudy_\w+)(?:\{([^}]*)\})?", expression):
        yield re.sub(r"_(bucket|sum|count)$", "", name), set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)\s*\"", labels or ""))


@pytest.fixture
def metrics(daemon, provider):
    """Of a daemon that has done a little of everything: a failover, a task, a waiting task, a cold start."""
    bad = provider({"steps": [{"fault": "status", "status": 401, "times": "forever"}]})
    fleet = daemon({"providers": providers_config(bad, provider()),
                    "agent_types": {"reviewer": agent_type(), "lonely": agent_type(chain=("p1/model-two",))}})
    fleet.finished(fleet.submit("reviewer-default"))
    fleet.submit("lonely-default")
    fleet.post("/agents/lonely-default/pause")
    fleet.submit("pool:lonely")
    wait_until(lambda: fleet.agent("lonely-default")["queue_depth"] >= 1)
    fleet.get("/agents")
    return fleet.call("GET", "/metrics").body.decode()


@needs_promtool
def test_metrics_are_as_prometheus_wants_them(metrics):
    promtool("check", "metrics", input=metrics)


@needs_promtool
def test_every_alert_fires_when_it_should():
    promtool("check", "rules", ALERTS)
    promtool("test", "rules", ALERT_TESTS)
    tested = {one["alertname"] for test in yaml.safe_load(ALERT_TESTS.read_text())["tests"] for one in test["alert_rule_test"]}
    assert tested == {rule["alert"] for rule in rules()}


@needs_promtool
def test_the_scrape_configuration_that_operations_shows(tmp_path):
    shown = re.search(r"```yaml\n(# prometheus.yml.*?)```", (ROOT / "docs/operations.md").read_text(), re.S)[1]
    (tmp_path / "alerts.yml").write_text(ALERTS.read_text())
    (tmp_path / "token").touch()
    with_token = shown.replace("# authorization", "authorization").replace("/etc/prometheus/understudy-token", "token")
    for name, text in (("open", shown), ("token", with_token)):
        (tmp_path / f"{name}.yml").write_text(text)
        promtool("check", "config", tmp_path / f"{name}.yml")


@needs_promtool
def test_the_dashboards_queries_are_promql(tmp_path):
    queries = {"groups": [{"name": "dashboard", "rules": [{"record": f"panel:{n}", "expr": expression}
                                                          for n, (_, expression) in enumerate(panels())]}]}
    (tmp_path / "queries.yml").write_text(json.dumps(queries))
    promtool("check", "rules", tmp_path / "queries.yml")


def test_alerts_and_dashboard_use_metrics_and_labels_that_exist(metrics):
    names = set(re.findall(r"^# TYPE (\w+)", metrics, re.M))
    labels = {}
    for line in metrics.splitlines():
        if sample := SAMPLE.match(line):
            base = re.sub(r"_(bucket|sum|count)$", "", sample[1])
            labels.setdefault(base if base in names else sample[1], set()).update(re.findall(r'(\w+)="', sample[2] or ""))
    used = [("alert " + rule["alert"], rule["expr"]) for rule in rules()] + list(panels())
    assert len(used) > 30
    wrong = []
    for where, expression in used:
        grouped = set(re.findall(r"\w+", " ".join(re.findall(r"\bby \(([^)]*)\)", expression))))
        for name, wanted in selectors(expression):
            # Of what has not happened yet there is a name (# TYPE) and no series.
            known = {"exported_instance" if label == "instance" else label for label in labels.get(name, ())}
            if name not in names:
                wrong.append(f"{where}: there is no {name}")
            elif known and not wanted | grouped <= known | ADDED_BY_PROMETHEUS:
                wrong.append(f"{where}: {name} has no {', '.join((wanted | grouped) - known - ADDED_BY_PROMETHEUS)}")
    assert not wrong, "\n".join(wrong)
