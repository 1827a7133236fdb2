"""Agents made of a few lines of shell, and the processes of a daemon's instances."""

import json
from pathlib import Path


class Gate:
    """Command of an agent: its tasks begin, wait until the gate is opened, and print `did <task>`."""

    def __init__(self, directory):
        self.directory = Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.command = ["sh", "-c", 'read -r task; echo "$task" >> "$1/began"; '
                                    'until [ -e "$1/open" ]; do sleep 0.05; done; echo "did $task"',
                        "gated-agent", str(self.directory)]

    def began(self):
        """Tasks that reached the agent, in order."""
        file = self.directory / "began"
        return file.read_text().split("\n")[:-1] if file.exists() else []

    def open(self):
        (self.directory / "open").touch()

    def shut(self):
        (self.directory / "open").unlink(missing_ok=True)


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def instance_pid(daemon, name):
    """Pid of the instance's main process; None when it is not running."""
    file = daemon.state_dir / "agents" / name / "process.json"
    if not file.exists():
        return None
    pid = json.loads(file.read_text())["pid"]
    return pid if pid and is_alive(pid) else None


def task_pids(daemon, name, whose="pid"):
    """Process group leaders of the instance's running tasks; with "shim_pid" their shims."""
    files = (daemon.state_dir / "agents" / name / "spool").glob("*/pid")
    pids = [json.loads(file.read_text()).get(whose) for file in files]
    return [pid for pid in pids if pid and is_alive(pid)]
