"""Runs Python functions: loads the handler, and gives it one event after another."""

import importlib
import json
import os
import sys
import traceback

# Our own modules come first while they are loaded, and are no modules of the function's afterwards.
import context
import logs
import runtime_api

del sys.path[0]
for name in ("context", "logs", "runtime_api"):
    del sys.modules[name]


class Fault(Exception):
    """An error of the runtime's own."""

    def __init__(self, kind, message, trace=()):
        super().__init__(message)
        self.kind = "Runtime." + kind
        self.trace = list(trace)


def load(handler):
    module, dot, name = handler.rpartition(".")
    if not dot:
        raise Fault("MalformedHandlerName", "Bad handler '%s': not enough values to unpack (expected 2, got 1)" % handler)
    if module.split(".")[0] in sys.builtin_module_names:
        raise Fault("BuiltInModuleConflict", "Cannot use built-in module %s as a handler module" % module)
    try:
        loaded = importlib.import_module(module.replace("/", "."))
    except ImportError as error:
        raise Fault("ImportModuleError", "Unable to import module '%s': %s" % (module, error))
    except SyntaxError as error:
        trace = '  File "%s" Line %s\n    %s' % (error.filename, error.lineno, error.text)
        raise Fault("UserCodeSyntaxError", "Syntax error in module '%s': %s" % (module, error), [trace])
    try:
        return getattr(loaded, name)
    except AttributeError:
        raise Fault("HandlerNotFound", "Handler '%s' missing on module '%s'" % (name, module))


def read(body):
    try:
        return json.loads(body.decode("utf-8"))
    except Exception as error:
        raise Fault("UnmarshalError", "Unable to unmarshal input: %s" % error)


def write(result):
    """A handler's result as bytes, and their type."""
    if isinstance(result, bytes):
        return result, "application/unknown"
    try:
        return to_json(result), "application/json"
    except Exception as error:
        raise Fault("MarshalError", "Unable to marshal response: %s" % error)


# From python3.12 on what is not ASCII is sent as it is.
KEEPS_UNICODE = not os.environ.get("AWS_EXECUTION_ENV", "").endswith(("3.8", "3.9", "3.10", "3.11"))


def to_json(value):
    return json.dumps(value, default=_plain, ensure_ascii=not KEEPS_UNICODE).encode("utf-8")


def _plain(value):
    import decimal

    if isinstance(value, decimal.Decimal):
        return float(value)
    raise TypeError("Object of type %s is not JSON serializable" % type(value).__name__)


def describe(error, request_id):
    """What the caller gets of an error. Our own frames are none of its."""
    if isinstance(error, Fault):
        kind, trace = error.kind, error.trace
    else:
        frames = traceback.extract_tb(error.__traceback__)
        first = next((i for i, frame in enumerate(frames) if not frame.filename.endswith("/bootstrap.py")), 0)
        kind, trace = type(error).__name__, traceback.format_list(frames[first:])
    return {"errorMessage": str(error), "errorType": kind, "requestId": request_id, "stackTrace": trace}


def report(api, path, error, request_id):
    described = describe(error, request_id)
    logs.write_error(described)
    api.fail(path, described["errorType"], to_json(described))


def main():
    api = runtime_api.RuntimeApi(os.environ["AWS_LAMBDA_RUNTIME_API"])
    paths = os.environ.pop("HALLPASS_PYTHON_PATHS", "").split(":")
    sys.path[:0] = [os.environ["LAMBDA_TASK_ROOT"], *reversed(paths)]
    # What the operator has for all functions comes last, as the runtime's own packages do on AWS.
    modules = os.environ.pop("HALLPASS_PYTHON_MODULES", None)
    if modules:
        sys.path.append(modules)
    logs.set_up()
    try:
        handler = load(os.environ["_HANDLER"])
    except Exception as error:
        report(api, "init", error, "")
        sys.exit(1)
    while True:
        headers, body = api.next()
        request_id = headers["lambda-runtime-aws-request-id"]
        logs.request_id = request_id
        trace = headers.get("lambda-runtime-trace-id")
        if trace:
            os.environ["_X_AMZN_TRACE_ID"] = trace
        else:
            os.environ.pop("_X_AMZN_TRACE_ID", None)
        try:
            result, content_type = write(handler(read(body), context.LambdaContext(headers)))
        except Exception as error:
            report(api, "invocation/" + request_id, error, request_id)
        else:
            api.respond(request_id, result, content_type)


main()
