"""A client of GET /events."""

import http.client
import json
import threading
import urllib.parse

TRANSPORT = (OSError, ValueError, http.client.HTTPException)


def subscribe(fleet, query="", last_id=None, timeout=30):
    """Returns the connection and the response that streams the events."""
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(fleet.url).netloc, timeout=timeout)
    headers = {"Authorization": f"Bearer {fleet.token}", "Accept": "text/event-stream"}
    if last_id is not None:
        headers["Last-Event-ID"] = str(last_id)
    connection.request("GET", "/events" + query, headers=headers)
    return connection, connection.getresponse()


def frames(stream, on_comment=lambda text: None):
    """Yields each complete event as {"id", "event", "data"} until the stream ends."""
    fields = {}
    while line := stream.readline().decode():
        if line == "\n":
            if "data" in fields:
                yield {"id": int(fields["id"]), "event": fields["event"], "data": json.loads(fields["data"])}
            fields = {}
        elif line.startswith(":"):
            on_comment(line[1:].strip())
        elif line.endswith("\n"):
            name, _, value = line[:-1].partition(": ")
            fields[name] = value


class Stream(threading.Thread):
    """Collects events until it is closed or the daemon ends the stream."""

    def __init__(self, fleet, query="", last_id=None):
        super().__init__(daemon=True)
        self.connection, self.answer = subscribe(fleet, query, last_id)
        self.frames, self.comments = [], []
        if self.answer.status == 200:
            self.start()

    def run(self):
        try:
            for frame in frames(self.answer, self.comments.append):
                self.frames.append(frame)
        except TRANSPORT:
            pass

    def ids(self):
        return [frame["id"] for frame in list(self.frames)]

    def close(self):
        if sock := self.connection.sock:
            try:
                sock.shutdown(2)
            except OSError:
                pass
        self.join(10)
        self.connection.close()
