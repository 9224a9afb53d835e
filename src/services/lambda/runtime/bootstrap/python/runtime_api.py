"""Speaks the Runtime API over one connection of its own: what functions do to http.client does not reach it."""

import os
import socket

PREFIX = "/2018-06-01/runtime/"


class RuntimeApi:
    def __init__(self, address):
        host, port = address.split(":")
        self.host = address
        self.socket = socket.create_connection((host, int(port)))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.pending = b""

    def next(self):
        """The next event: its headers, names in lower case, and its bytes."""
        self._send("GET", "invocation/next", "", None)
        _, headers, body = self._receive()
        return headers, body

    def respond(self, request_id, body, content_type):
        self._post("invocation/%s/response" % request_id, "Content-Type: %s\r\n" % content_type, body)

    def fail(self, path, error_type, body):
        # What a class may be named is more than a header may hold.
        name = "".join(c if "!" <= c <= "~" else "?" for c in error_type)
        headers = "Content-Type: application/json\r\nLambda-Runtime-Function-Error-Type: %s\r\n" % name
        self._post("%s/error" % path, headers, body)

    def _post(self, path, headers, body):
        self._send("POST", path, headers, body)
        self._receive()

    def _send(self, method, path, headers, body):
        head = "%s %s%s HTTP/1.1\r\nHost: %s\r\n%s" % (method, PREFIX, path, self.host, headers)
        if body is not None:
            head += "Content-Length: %d\r\n" % len(body)
        self.socket.sendall(head.encode("latin-1") + b"\r\n" + (body or b""))

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
