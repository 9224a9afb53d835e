"""Speaks the Runtime API over one connection of its own: what functions do to http.client does not reach it."""

import os
import socket
import stat

PREFIX = "/2018-06-01/runtime/"
# A connection that was there before the process, which costs less than one over the loopback.
LINE = 5


def connect(host, port):
    try:
        has_line = stat.S_ISSOCK(os.fstat(LINE).st_mode)
    except OSError:
        # What stands between the server and this process, as a wrapper script does, may not hand it on.
        has_line = False
    if has_line:
        line = socket.socket(fileno=LINE)
        line.set_inheritable(False)
        line.setblocking(True)
        return line
    loopback = socket.create_connection((host, int(port)))
    loopback.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return loopback


class RuntimeApi:
    def __init__(self, address):
        host, port = address.split(":")
        self.host = address
        self.socket = connect(host, port)
        self.pending = b""
        self.held = b""

    def next(self):
        """The next event: its headers, names in lower case, and its bytes."""
        has_answered = self.held != b""
        self._send(self._request("GET", "invocation/next", "", None))
        if has_answered:
            self._receive()
        _, headers, body = self._receive()
        return headers, body

    def respond(self, request_id, body, content_type):
        """Goes out together with the question for the next event, so that the server is woken once for both."""
        path = "invocation/%s/response" % request_id
        self.held = self._request("POST", path, "Content-Type: %s\r\n" % content_type, body)

    def fail(self, path, error_type, body):
        # What a class may be named is more than a header may hold.
        name = "".join(c if "!" <= c <= "~" else "?" for c in error_type)
        headers = "Content-Type: application/json\r\nLambda-Runtime-Function-Error-Type: %s\r\n" % name
        self._post("%s/error" % path, headers, body)

    def _post(self, path, headers, body):
        self._send(self._request("POST", path, headers, body))
        self._receive()

    def _request(self, method, path, headers, body):
        head = "%s %s%s HTTP/1.1\r\nHost: %s\r\n%s" % (method, PREFIX, path, self.host, headers)
        if body is not None:
            head += "Content-Length: %d\r\n" % len(body)
        return head.encode("latin-1") + b"\r\n" + (body or b"")

    def _send(self, request):
        everything, self.held = self.held + request, b""
        self.socket.sendall(everything)

    def _receive(self):
        while b"\r\n\r\n" not in self.pending:
            self._read()
        head, _, self.pending = self.pending.partition(b"\r\n\r\n")
        first, *lines = head.decode("utf-8").split("\r\n")
        headers = {}
        for line in lines:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        length = int(headers.get("content-length", "0"))
        pieces = [self.pending]
        size = len(self.pending)
        while size < length:
            pieces.append(self._take())
            size += len(pieces[-1])
        body = b"".join(pieces)
        self.pending = body[length:]
        return int(first[9:12]), headers, body[:length]

    def _read(self):
        self.pending += self._take()

    def _take(self):
        piece = self.socket.recv(1 << 18)
        if not piece:
            # Without the server there is nothing left to do.
            os._exit(1)
        return piece
