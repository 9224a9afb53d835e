"""The log of a function: what logging writes, and how an error stands there, as text or as JSON."""

import json
import logging
import os
import sys
import time
import traceback
from datetime import datetime, timezone

IS_JSON = os.environ.get("AWS_LAMBDA_LOG_FORMAT", "").upper() == "JSON"
# Lambda's log cuts leading blanks, which tracebacks need.
NO_BREAK_SPACE = "\u00a0"

request_id = ""

_KNOWN = set(vars(logging.makeLogRecord({}))) | {"aws_request_id", "message", "asctime"}


class _Unbuffered:
    """What is printed is in the log at once, and not lost when the process ends."""

    def __init__(self, stream):
        self._stream = stream

    def __getattr__(self, name):
        return getattr(self._stream, name)

    def write(self, text):
        self._stream.write(text)
        self._stream.flush()

    def writelines(self, texts):
        self._stream.writelines(texts)
        self._stream.flush()


class _Handler(logging.Handler):
    def emit(self, record):
        sys.stdout.write(self.format(record))


class _AddRequestId(logging.Filter):
    def filter(self, record):
        record.aws_request_id = request_id
        return True


class _JsonFormatter(logging.Formatter):
    def format(self, record):
        exception = record.exc_info
        moment = datetime.fromtimestamp(record.created, tz=timezone.utc)
        line = {
            "timestamp": moment.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
            "level": record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
            "stackTrace": traceback.format_tb(exception[2]) if exception else None,
            "errorType": exception[0].__name__ if exception else None,
            "errorMessage": str(exception[1]) if exception else None,
            "requestId": record.aws_request_id,
            "location": "%s:%s:%s" % (record.pathname, record.funcName, record.lineno) if exception else None,
        }
        for name, value in vars(record).items():
            if name not in _KNOWN and name not in line:
                line[name] = value
        return json.dumps({k: v for k, v in line.items() if v is not None}, ensure_ascii=False, default=str) + "\n"


def set_up():
    sys.stdout = _Unbuffered(sys.stdout)
    sys.stderr = _Unbuffered(sys.stderr)
    logging.Formatter.converter = time.gmtime
    handler = _Handler()
    if IS_JSON:
        handler.setFormatter(_JsonFormatter())
    else:
        form = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s\n"
        handler.setFormatter(logging.Formatter(form, "%Y-%m-%dT%H:%M:%S"))
    handler.addFilter(_AddRequestId())
    root = logging.getLogger()
    root.addHandler(handler)
    level = os.environ.get("AWS_LAMBDA_LOG_LEVEL", "").upper()
    level = {"TRACE": "DEBUG", "WARN": "WARNING", "FATAL": "CRITICAL"}.get(level, level)
    if isinstance(logging.getLevelName(level), int):
        root.setLevel(level)


def write_error(error):
    if IS_JSON:
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())
        sys.stdout.write(json.dumps({"timestamp": moment, "level": "ERROR", **error}, ensure_ascii=False) + "\n")
        return
    lines = ["[ERROR] " + ": ".join(part for part in (error["errorType"], error["errorMessage"]) if part)]
    lines.append("Traceback (most recent call last):")
    for element in error["stackTrace"]:
        for line in element.splitlines() or [""]:
            text = line.lstrip(" ")
            lines.append(NO_BREAK_SPACE * (len(line) - len(text)) + text)
    sys.stdout.write("\r".join(lines) + "\n")
