"""What is known of an invocation, as functions get it: names as the Developer Guide has them."""

import json
import os
import time


class _Members:
    """Members that are always there, absent ones as None."""

    members = ()

    def __init__(self, values):
        for member in self.members:
            setattr(self, member, values.get(member))

    def __repr__(self):
        inner = ",".join("%s=%s" % (member, getattr(self, member)) for member in self.members)
        return "%s([%s])" % (type(self).__name__, inner)


class CognitoIdentity(_Members):
    members = ("cognito_identity_id", "cognito_identity_pool_id")


class Client(_Members):
    members = ("installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name")


class ClientContext(_Members):
    members = ("custom", "env", "client")


class LambdaContext(_Members):
    members = (
        "aws_request_id",
        "log_group_name",
        "log_stream_name",
        "function_name",
        "memory_limit_in_mb",
        "function_version",
        "invoked_function_arn",
        "client_context",
        "identity",
        "tenant_id",
    )

    def __init__(self, headers):
        environ = os.environ
        client = _parse(headers.get("lambda-runtime-client-context"))
        identity = _parse(headers.get("lambda-runtime-cognito-identity")) or {}
        super().__init__(
            {
                "aws_request_id": headers.get("lambda-runtime-aws-request-id"),
                "log_group_name": environ.get("AWS_LAMBDA_LOG_GROUP_NAME"),
                "log_stream_name": environ.get("AWS_LAMBDA_LOG_STREAM_NAME"),
                "function_name": environ.get("AWS_LAMBDA_FUNCTION_NAME"),
                "memory_limit_in_mb": environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"),
                "function_version": environ.get("AWS_LAMBDA_FUNCTION_VERSION"),
                "invoked_function_arn": headers.get("lambda-runtime-invoked-function-arn"),
                "client_context": _client_context(client),
                "identity": CognitoIdentity(
                    {
                        "cognito_identity_id": identity.get("cognitoIdentityId"),
                        "cognito_identity_pool_id": identity.get("cognitoIdentityPoolId"),
                    }
                ),
                "tenant_id": headers.get("lambda-runtime-aws-tenant-id"),
            }
        )
        self._deadline = int(headers.get("lambda-runtime-deadline-ms", "0"))

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline - int(time.time() * 1000))

    def log(self, message):
        import sys

        sys.stdout.write(str(message))


def _parse(text):
    return None if text is None else json.loads(text)


def _client_context(values):
    if not isinstance(values, dict):
        return None
    context = ClientContext(values)
    if isinstance(context.client, dict):
        context.client = Client(context.client)
    return context
