"""Commands beside the daemon: doctor, backup and restore, completions, the manual; the demo's first screen."""

import json
import os
import pwd
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import time

import pytest

from rig import ROOT, UNDERSTUDYD, agent_type, providers_config, request, wait_until

ALL_WELL = 0


def run(*args, env=None):
    return subprocess.run([UNDERSTUDYD, *args], capture_output=True, text=True, timeout=60,
                          env={"PATH": os.environ["PATH"], **(env or {})})


def shell(**more):
    return agent_type(adapter="command", command=["sh", "-c", 'read -r task; eval "$task"'], **more)


def config(provider, **more):
    return {"providers": providers_config(provider), "agent_types": {"worker": shell(chain=("p1/model-one",))}, **more}


# ---- doctor

def doctor(tmp_path, document, env=None, state_dir=None):
    file = tmp_path / "fleet.json"
    file.write_text(json.dumps(document))
    file.chmod(0o600)
    document.setdefault("service", {})
    return run("doctor", "--config", file, "--state-dir", state_dir or tmp_path / "state", env=env)


def findings(doctored, level):
    return [line.split(maxsplit=1)[1] for line in doctored.stdout.splitlines() if line.startswith(level)]


def test_doctor_finds_nothing_wrong_where_all_is_well_and_changes_nothing(tmp_path, provider):
    document = config(provider(), service={"listen": "127.0.0.1:0"})
    doctored = doctor(tmp_path, document)
    assert (doctored.returncode, doctored.stderr) == (ALL_WELL, ""), doctored.stdout
    assert findings(doctored, "BAD") == []
    for what in ("configuration", "keys", "providers", "commands", "disk", "permissions", "daemon", "clock"):
        assert any(one.startswith(what) for level in ("ok", "warn", "?") for one in findings(doctored, level)), what
    assert "takes the key" in doctored.stdout
    assert sorted(entry.name for entry in tmp_path.iterdir() if entry.name != "fleet.json") == []


def test_doctor_names_each_thing_that_is_wrong_with_a_mend(tmp_path):
    taken = socket.create_server(("127.0.0.1", 0))
    document = {"service": {"listen": f"127.0.0.1:{taken.getsockname()[1]}",
                            "runtimes": {"docker": {"host": f"unix://{tmp_path}/none.sock"}}},
                "providers": {"p1": {"base_url": "http://127.0.0.1:9", "api_key_env": "KEY_OF_P1"}},
                "agent_types": {"worker": agent_type(chain=("p1/m",), command=["no-such-agent"], workdir="/no/such/checkout"),
                                "boxed": agent_type(chain=("p1/m",), mode="docker", image="some/image")}}
    (tmp_path / "state").mkdir(mode=0o777)
    (tmp_path / "state").chmod(0o777)
    doctored = doctor(tmp_path, document)
    taken.close()
    assert doctored.returncode == 1
    bad = " ".join(findings(doctored, "BAD"))
    for sentence in ("KEY_OF_P1 is not set", "p1: 127.0.0.1:9 does not answer", "'no-such-agent' is not found in PATH",
                     "none.sock", "can be written by others", "/no/such/checkout does not exist", "another program listens on"):
        assert sentence in bad, (sentence, doctored.stdout)
    lines = doctored.stdout.splitlines()
    for line, after in zip(lines, lines[1:] + [""]):
        assert line.startswith(("ok", "?", "  ")) or "→ " in after, line


def test_doctor_says_which_key_a_provider_refuses(tmp_path, provider):
    doctored = doctor(tmp_path, config(provider({"api_key": "another"}), service={"listen": "127.0.0.1:0"}))
    assert doctored.returncode == 1
    assert findings(doctored, "BAD") == ["providers     p1: refuses the key (401)"]


def test_doctor_lists_the_problems_of_a_configuration(tmp_path):
    doctored = doctor(tmp_path, {"providers": {"p1": {"base_url": 5}}, "colour": "blue"})
    assert doctored.returncode == 1
    assert {"configuration /providers/p1/base_url:", "configuration /colour:"} <= {
        " ".join(one.split()[:2]) for one in findings(doctored, "BAD")}


def test_doctor_asks_the_running_daemon(daemon, tmp_path, provider):
    document = config(provider())
    fleet = daemon(document)
    doctored = doctor(tmp_path, document, state_dir=fleet.state_dir)
    assert doctored.returncode == ALL_WELL, doctored.stdout
    assert f"daemon        runs on {fleet.state_dir} and is well" in doctored.stdout


def test_doctor_asks_the_running_daemon_for_its_keys(daemon, tmp_path, provider):
    """Its environment is another than that of the shell with the doctor, either way round."""
    document = config(provider())
    document["providers"]["p1"] = {"base_url": document["providers"]["p1"]["base_url"], "api_key_env": "KEY_OF_P1"}
    without = daemon(document)
    doctored = doctor(tmp_path, document, env={"KEY_OF_P1": "here alone"}, state_dir=without.state_dir)
    assert doctored.returncode == 1
    assert findings(doctored, "BAD") == ["keys          p1: the running daemon has no key: KEY_OF_P1 is not set"]
    without.stop()
    having = daemon(document, env={"KEY_OF_P1": "there alone"})
    doctored = doctor(tmp_path, document, state_dir=having.state_dir)
    assert doctored.returncode == ALL_WELL and "the running daemon has one for every tier" in doctored.stdout, doctored.stdout


def test_doctor_warns_of_a_work_directory_that_agents_cannot_write(tmp_path, provider, as_root):
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    document = config(provider(), service={"listen": "127.0.0.1:0"})
    document["agent_types"]["worker"]["container"]["workdir"] = str(checkout)
    assert findings(doctor(tmp_path, document), "ok")[-1].startswith("directories")
    doctored = subprocess.run(["unshare", "-m", "sh", "-ec", 'mount --bind "$0" "$0"; mount -o remount,bind,ro "$0"; exec "$@"',
                               checkout, UNDERSTUDYD, "doctor", "--config", tmp_path / "fleet.json", "--state-dir", tmp_path / "state"],
                              capture_output=True, text=True, timeout=60)
    assert doctored.returncode == ALL_WELL, doctored
    assert any(f"{checkout} cannot be written by this user" in one for one in findings(doctored, "warn")), doctored.stdout


def test_doctor_says_of_a_daemon_that_hangs_that_it_does_not_answer(daemon, tmp_path, provider):
    document = config(provider())
    fleet = daemon(document)
    fleet.process.send_signal(signal.SIGSTOP)
    try:
        doctored = doctor(tmp_path, document, state_dir=fleet.state_dir)
    finally:
        fleet.process.send_signal(signal.SIGCONT)
    assert doctored.returncode == 1
    assert any("does not answer at 127.0.0.1:" in one and "no response in" in one for one in findings(doctored, "BAD")), doctored.stdout
    assert [one for one in findings(doctored, "?") if one.startswith("keys")], doctored.stdout


# ---- backup and restore

def test_a_backup_of_a_running_daemon_is_restored_in_a_second_place(daemon, tmp_path, provider):
    document = config(provider())
    fleet = daemon(document)
    task = fleet.submit("worker-default", "echo kept")
    assert fleet.finished(task)["status"] == "succeeded"
    file = tmp_path / "copy.db"

    saved = run("backup", file, "--state-dir", fleet.state_dir)

    assert (saved.returncode, saved.stderr) == (0, "") and str(file) in saved.stdout
    assert os.stat(file).st_mode & 0o777 == 0o600
    assert [entry.name for entry in tmp_path.iterdir() if entry.name.startswith("copy")] == ["copy.db"]
    later = fleet.submit("worker-default", "echo after the backup")
    fleet.finished(later)
    fleet.stop()

    restored = run("restore", file, "--state-dir", fleet.state_dir)

    assert (restored.returncode, restored.stderr) == (0, ""), restored
    assert "the former database is" in restored.stdout
    fleet.start()
    assert fleet.rollout(task)["status"] == "succeeded"
    assert fleet.call("GET", f"/rollouts/{later}").status == 404
    assert fleet.finished(fleet.submit("worker-default", "echo goes on"))["status"] == "succeeded"
    former = list(fleet.state_dir.glob("understudy.db.replaced-*Z"))
    assert len(former) == 1 and os.stat(former[0]).st_mode & 0o777 == 0o600


def test_a_backup_replaces_no_file(daemon, tmp_path, provider):
    fleet = daemon(config(provider()))
    file = tmp_path / "precious"
    file.write_text("mine")
    refused = run("backup", file, "--state-dir", fleet.state_dir)
    assert refused.returncode == 1 and "is there already" in refused.stderr and file.read_text() == "mine"
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "nowhere")
    assert run("backup", link, "--state-dir", fleet.state_dir).returncode == 1
    assert not (tmp_path / "nowhere").exists()


def test_a_backup_without_room_names_the_file_and_leaves_nothing(daemon, tmp_path, provider):
    fleet = daemon(config(provider()))
    refused = subprocess.run(["sh", "-c", 'ulimit -f 100; trap "" XFSZ; exec "$@"', "-", UNDERSTUDYD, "backup", tmp_path / "copy.db",
                              "--state-dir", fleet.state_dir], capture_output=True, text=True, timeout=60)
    assert refused.returncode == 1 and f"understudyd: the backup {tmp_path}/copy.db could not be written" in refused.stderr
    assert not list(tmp_path.glob("copy*"))
    refused = run("backup", tmp_path, "--state-dir", fleet.state_dir)
    assert refused.stderr == f"understudyd: {tmp_path} is a directory: name a new file in it\n"


def test_a_backup_that_cannot_be_made_is_a_sentence(tmp_path):
    refused = run("backup", tmp_path / "copy", "--state-dir", tmp_path / "none")
    assert refused.returncode == 1 and "there is no database" in refused.stderr
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "loop").symlink_to("loop")  # stands for what this user may not see
    refused = run("backup", tmp_path / "copy", "--state-dir", tmp_path / "loop")
    assert refused.returncode == 1 and "cannot be read: Too many levels" in refused.stderr, refused.stderr
    assert "run this as the daemon's user" in refused.stderr


def test_a_backup_into_no_directory_names_the_directory(daemon, tmp_path, provider):
    fleet = daemon(config(provider()))
    refused = run("backup", tmp_path / "none/copy", "--state-dir", fleet.state_dir)
    assert (refused.returncode, refused.stderr) == (
        1, f"understudyd: {tmp_path}/none cannot be written: No such file or directory\n")


def test_the_logs_of_the_former_database_are_not_applied_to_the_restored_one(daemon, tmp_path, provider):
    fleet = daemon(config(provider()))
    assert run("backup", tmp_path / "copy.db", "--state-dir", fleet.state_dir).returncode == 0
    fleet.stop()
    logs = [fleet.state_dir / f"understudy.db-{kind}" for kind in ("wal", "shm", "journal")]
    for log in logs:
        log.write_text("of a crash during a migration")
    assert run("restore", tmp_path / "copy.db", "--state-dir", fleet.state_dir).returncode == 0
    assert [log for log in logs if log.exists()] == []
    assert len(list(fleet.state_dir.glob("understudy.db.replaced-*"))) == 4


def test_nothing_is_restored_under_a_running_daemon_or_from_a_file_that_is_no_backup(daemon, tmp_path, provider):
    fleet = daemon(config(provider()))
    file = tmp_path / "copy.db"
    assert run("backup", file, "--state-dir", fleet.state_dir).returncode == 0
    refused = run("restore", file, "--state-dir", fleet.state_dir)
    assert refused.returncode == 1 and "another understudyd uses the state directory" in refused.stderr
    fleet.stop()
    before = (fleet.state_dir / "understudy.db").read_bytes()
    noise = bytearray(file.read_bytes())
    noise[len(noise) // 2:] = os.urandom(len(noise) - len(noise) // 2)
    (tmp_path / "noise.db").write_bytes(noise)
    (tmp_path / "text.db").write_text("no database")
    with sqlite3.connect(tmp_path / "foreign.db") as other:
        other.execute("CREATE TABLE agent_provider_state (x)")
    shutil.copy(file, tmp_path / "newer.db")
    with sqlite3.connect(tmp_path / "newer.db") as newer:
        newer.execute("PRAGMA user_version = 99")
    (tmp_path / "part.db").write_bytes(file.read_bytes()[:100_000])
    for bad in ("noise.db", "text.db", "absent.db", "foreign.db", "newer.db", "part.db"):
        refused = run("restore", tmp_path / bad, "--state-dir", fleet.state_dir)
        assert refused.returncode == 1 and bad in refused.stderr, refused
    assert (fleet.state_dir / "understudy.db").read_bytes() == before
    assert list(fleet.state_dir.glob("*replaced*")) == []


def test_a_restore_without_room_changes_nothing_and_leaves_nothing(daemon, tmp_path, provider):
    fleet = daemon(config(provider()))
    assert run("backup", tmp_path / "copy.db", "--state-dir", fleet.state_dir).returncode == 0
    fleet.stop()
    (fleet.state_dir / "understudy.db-wal").write_text("of a crash")
    files = lambda: {file.name: file.read_bytes() for file in fleet.state_dir.iterdir() if file.is_file()}
    before = files()
    refused = subprocess.run(["sh", "-c", 'ulimit -f 100; trap "" XFSZ; exec "$@"', "-", UNDERSTUDYD, "restore", tmp_path / "copy.db",
                              "--state-dir", fleet.state_dir], capture_output=True, text=True, timeout=60)
    assert refused.returncode == 1 and "could not be written" in refused.stderr, refused
    assert files() == before


def test_a_restore_that_cannot_put_the_copy_in_place_puts_all_back(daemon, tmp_path, provider):
    fleet = daemon(config(provider()))
    assert run("backup", tmp_path / "copy.db", "--state-dir", fleet.state_dir).returncode == 0
    fleet.stop()
    (fleet.state_dir / "understudy.db-wal").write_text("of a crash")
    for second in range(60):  # the names that the former database could get
        ahead = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(time.time() + second))
        (fleet.state_dir / f"understudy.db.replaced-{ahead}").write_text("mine")
    files = lambda: {file.name: file.read_bytes() for file in fleet.state_dir.iterdir() if file.is_file()}
    before = files()
    refused = run("restore", tmp_path / "copy.db", "--state-dir", fleet.state_dir)
    assert refused.returncode == 1 and "understudy.db cannot be moved away: File exists" in refused.stderr, refused
    assert files() == before


# ---- odd places to start in

def started_without(*streams, say):
    """A shell's words for a program whose streams are closed."""
    return subprocess.run(["sh", "-c", f'exec "$@" {" ".join(streams)}', "-", UNDERSTUDYD, *say], capture_output=True, text=True,
                          timeout=30, env={"PATH": os.environ["PATH"]})


@pytest.mark.parametrize("say", [["--help"], ["--version"], ["completion", "man"], ["check", ROOT / "docs/example.json"]])
def test_output_that_cannot_be_written_is_a_failure(say):
    assert started_without(">/dev/full", say=say).returncode == 1
    piped = subprocess.run(["bash", "-c", '"$@" | true', "-", UNDERSTUDYD, *say], capture_output=True, text=True, timeout=30)
    assert "cannot be written" not in piped.stderr  # its reader had enough


def test_a_daemon_without_standard_streams_writes_into_none_of_its_files(tmp_path):
    state = tmp_path / "state"
    started = subprocess.Popen(["sh", "-c", 'exec "$@" <&- >&- 2>&-', "-", UNDERSTUDYD, "serve", "--state-dir", state,
                                "--listen", "127.0.0.1:0"], start_new_session=True)
    try:
        wait_until(lambda: (state / "address").exists())
        streams = [os.readlink(f"/proc/{started.pid}/fd/{stream}") for stream in (0, 1, 2)]
    finally:
        started.terminate()
        status = started.wait(30)
    assert (streams, status) == (["/dev/null"] * 3, 0)


def test_what_keeps_a_daemon_from_starting_is_a_sentence(tmp_path):
    limited = lambda limit: subprocess.run(["sh", "-c", f'ulimit {limit}; exec "$@"', "-", UNDERSTUDYD, "serve", "--state-dir",
                                            tmp_path / "state", "--listen", "127.0.0.1:0"], capture_output=True, text=True, timeout=30)
    few = limited("-n 6")
    assert few.returncode == 1 and few.stderr.startswith("understudyd: cannot start: ") and "Too many open files" in few.stderr, few
    little = limited("-v 200000")  # of memory: no stacks for its threads
    assert little.returncode == 1 and little.stderr.splitlines()[-1].startswith("understudyd: cannot start: "), little
    demo = run("serve", "--demo", "--listen", "127.0.0.1:0", env={"TMPDIR": str(tmp_path / "none")})
    assert demo.returncode == 1 and "set TMPDIR" in demo.stderr and demo.stdout == "", demo


def test_without_home_the_users_own_directory_is_taken():
    home = pwd.getpwuid(os.geteuid()).pw_dir
    told = subprocess.run([UNDERSTUDYD, "doctor"], capture_output=True, text=True, timeout=30, env={})
    assert f"{home}/.local/state/understudy" in told.stdout, told


# ---- completions and the manual

def words(line):
    """What bash offers for the last word of a line."""
    script = run("completion", "bash").stdout + (
        f"COMP_WORDS=({line}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _understudyd; echo \"${{COMPREPLY[*]}}\"")
    return subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=20, check=True).stdout.split()


def test_bash_completes_commands_options_and_values():
    assert words("understudyd d") == ["doctor"]
    assert {"serve", "restore", "--help"} <= set(words("understudyd ''"))
    assert words("understudyd serve --l") == ["--listen"]
    assert words("understudyd token --role v") == ["viewer"]
    assert words("understudyd completion z") == ["zsh"]
    assert words("understudyd serve --listen ''") == []


@pytest.mark.parametrize("shell_name", ["bash", "zsh", "fish"])
def test_the_completions_are_scripts_of_their_shell(shell_name, tmp_path):
    if not shutil.which(shell_name):
        pytest.skip(f"{shell_name} is not installed")
    script = tmp_path / "script"
    script.write_text(run("completion", shell_name).stdout)
    checked = subprocess.run([shell_name, "-n", script], capture_output=True, text=True, timeout=30)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_fish_completes_commands_and_options(tmp_path):
    if not shutil.which("fish"):
        pytest.skip("fish is not installed")
    script = run("completion", "fish").stdout
    ask = lambda line: subprocess.run(["fish", "-c", f"{script}\ncomplete -C '{line}'"], capture_output=True, text=True, timeout=30,
                                      env={**os.environ, "HOME": str(tmp_path)}).stdout
    assert "doctor" in ask("understudyd d")
    assert "--listen" in ask("understudyd serve --l") and "--listen" not in ask("understudyd token --l")


def test_the_manual_is_well_formed(tmp_path):
    page = run("completion", "man").stdout
    assert page.startswith(".TH UNDERSTUDYD 1")
    if not shutil.which("mandoc"):
        pytest.skip("mandoc is not installed")
    file = tmp_path / "understudyd.1"
    file.write_text(page)
    linted = subprocess.run(["mandoc", "-T", "lint", "-W", "error", file], capture_output=True, text=True, timeout=20)
    assert (linted.returncode, linted.stdout) == (0, "")


# ---- the demo

@pytest.mark.parametrize("args", [[], ["--listen", "127.0.0.1:0"], ["--listen=[::1]:0"]])
def test_the_demo_says_that_it_is_one_wherever_it_listens(tmp_path, args):
    demo = subprocess.Popen([UNDERSTUDYD, "serve", "--demo", *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            start_new_session=True, env={**os.environ, "TMPDIR": str(tmp_path)})
    try:
        said = [demo.stdout.readline() for _ in range(3)]
        if not args and not said[0]:
            pytest.skip(f"the usual port is taken: {demo.stderr.read()}")
        url = said[-1].split()[-1]
        assert said[-1].startswith("listening on ") and (args or url == "http://127.0.0.1:8787")
        assert request("GET", url + "/health").json["demo"] is True
        assert len(request("GET", url + "/agents").json) == 6
    finally:
        demo.send_signal(signal.SIGINT)
        demo.communicate(timeout=30)


def test_a_fleet_of_ones_own_is_no_demo(daemon, provider):
    assert daemon(config(provider())).get("/health")["demo"] is False


@pytest.mark.parametrize("verbose", [False, True])
def test_the_demo_is_quiet_and_shows_its_log_only_when_asked(tmp_path, verbose):
    demo = subprocess.Popen([UNDERSTUDYD, "serve", "--demo", "--listen", "127.0.0.1:0", *(["--verbose"] if verbose else [])],
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
                            env={**os.environ, "TMPDIR": str(tmp_path)})
    time.sleep(4)  # of a busy fleet
    demo.send_signal(signal.SIGINT)
    said, log = demo.communicate(timeout=30)
    assert demo.returncode == 0
    assert said.startswith("This is the demo") and said.count("listening on ") == 1 and len(said.splitlines()) <= 4
    assert ("rollout" in log) == verbose, log
    if not verbose:
        assert log == ""


# ---- what docs/operations.md says about work directories, and its examples

def git(folder, *args):
    return subprocess.run(["git", "-C", folder, *args], capture_output=True, text=True, timeout=20, check=True,
                          env={**os.environ, **AUTHOR}).stdout


AUTHOR = {"GIT_AUTHOR_NAME": "Fixer", "GIT_AUTHOR_EMAIL": "fixer@example.org", "GIT_COMMITTER_NAME": "Fixer",
          "GIT_COMMITTER_EMAIL": "fixer@example.org"}
COMMIT = "echo fixed > bug.txt && git add bug.txt && git commit -qm 'Fix the bug' && pwd"


def test_an_agent_works_on_a_git_checkout_and_on_a_worktree_of_it(daemon, tmp_path, provider):
    checkout, tree = tmp_path / "checkout", tmp_path / "checkout-b"
    checkout.mkdir()
    git(checkout, "init", "-q", "-b", "main")
    git(checkout, "commit", "-q", "--allow-empty", "-m", "Begin")
    git(checkout, "worktree", "add", "-q", tree)
    types = {"fixer": shell(chain=("p1/model-one",), workdir=str(checkout)),
             "fixer-b": shell(chain=("p1/model-one",), workdir=str(tree),
                              mounts=[{"source": str(checkout), "target": str(checkout)}])}
    for one in types.values():
        one["agent"]["env"] = AUTHOR
    fleet = daemon({"providers": providers_config(provider()), "agent_types": types})

    done = [fleet.finished(fleet.submit(name, COMMIT)) for name in ("fixer-default", "fixer-b-default")]

    assert [one["status"] for one in done] == ["succeeded", "succeeded"], [fleet.attempts(one["rollout_id"]) for one in done]
    for branch in ("main", "checkout-b"):
        assert git(checkout, "log", "--format=%an: %s", branch).splitlines() == ["Fixer: Fix the bug", "Fixer: Begin"]


def json_blocks(document):
    """The JSON examples of a document that are whole configurations."""
    blocks = (ROOT / document).read_text().split("```")[1::2]
    return [block.split("\n", 1)[1] for block in blocks if block.startswith(("json\n{", "jsonc\n{"))]


@pytest.mark.parametrize("document", ["README.md", "docs/operations.md"])
def test_the_configurations_of_the_documents_are_valid(document, tmp_path):
    blocks = json_blocks(document)
    assert blocks
    for block in blocks:
        file = tmp_path / "fleet.jsonc"
        file.write_text(block)
        checked = run("check", file)
        assert checked.returncode == 0 and "no problems" in checked.stdout, (block, checked.stdout)


@pytest.mark.parametrize("document", ["configuration", "operations", "scripted-provider", "security", "walkthrough"])
def test_what_a_document_for_users_links_is_installed_beside_it(document):
    """All are in one directory then."""
    text = (ROOT / f"docs/{document}.md").read_text()
    linked = re.findall(r"\]\((?!http|#)([^)#\s]+\.[a-z]+)", text)
    assert [name for name in linked if not (ROOT / "docs" / os.path.basename(name)).exists() or "/" in name] == []


def test_the_script_of_the_document_is_one(provider):
    (script,) = json_blocks("docs/scripted-provider.md")
    one = provider(json.loads(script))
    assert one.requests() == []
