import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { javaSetOrder, javaText } from "./java-text.ts"

describe("the order of an enum's values", () => {
  // The texts as AWS sent them; the model's order (which decides within a bucket) is that of botocore's models.
  for (const [model, sent] of [
    [
      // apigateway GatewayResponseType, recorded.
      "DEFAULT_4XX DEFAULT_5XX RESOURCE_NOT_FOUND UNAUTHORIZED INVALID_API_KEY ACCESS_DENIED AUTHORIZER_FAILURE AUTHORIZER_CONFIGURATION_ERROR INVALID_SIGNATURE EXPIRED_TOKEN MISSING_AUTHENTICATION_TOKEN INTEGRATION_FAILURE INTEGRATION_TIMEOUT API_CONFIGURATION_ERROR UNSUPPORTED_MEDIA_TYPE BAD_REQUEST_PARAMETERS BAD_REQUEST_BODY REQUEST_TOO_LARGE THROTTLED QUOTA_EXCEEDED WAF_FILTERED",
      "REQUEST_TOO_LARGE RESOURCE_NOT_FOUND AUTHORIZER_CONFIGURATION_ERROR MISSING_AUTHENTICATION_TOKEN BAD_REQUEST_BODY INVALID_SIGNATURE INVALID_API_KEY BAD_REQUEST_PARAMETERS AUTHORIZER_FAILURE UNAUTHORIZED INTEGRATION_TIMEOUT ACCESS_DENIED DEFAULT_4XX DEFAULT_5XX WAF_FILTERED QUOTA_EXCEEDED THROTTLED API_CONFIGURATION_ERROR UNSUPPORTED_MEDIA_TYPE INTEGRATION_FAILURE EXPIRED_TOKEN",
    ],
    [
      // apigateway DocumentationPartType, recorded.
      "API AUTHORIZER MODEL RESOURCE METHOD PATH_PARAMETER QUERY_PARAMETER REQUEST_HEADER REQUEST_BODY RESPONSE RESPONSE_HEADER RESPONSE_BODY",
      "RESPONSE_BODY RESPONSE METHOD MODEL AUTHORIZER RESPONSE_HEADER RESOURCE PATH_PARAMETER REQUEST_BODY QUERY_PARAMETER API REQUEST_HEADER",
    ],
    ["add remove replace move copy test", "add remove move test replace copy"],
    ["HTTP AWS MOCK HTTP_PROXY AWS_PROXY", "HTTP MOCK AWS_PROXY HTTP_PROXY AWS"],
    ["REGIONAL EDGE PRIVATE", "PRIVATE EDGE REGIONAL"],
    ["TRIM_HORIZON LATEST AT_TIMESTAMP", "LATEST AT_TIMESTAMP TRIM_HORIZON"],
    ["MILLISECOND MICROSECOND", "MILLISECOND MICROSECOND"],
    ["PROVISIONED PAY_PER_REQUEST", "PROVISIONED PAY_PER_REQUEST"],
    ["HASH RANGE", "HASH RANGE"],
    [
      // cognito-idp ExplicitAuthFlowsType in 2019, reported (aws-cloudformation-user-guide #525).
      "ADMIN_NO_SRP_AUTH CUSTOM_AUTH_FLOW_ONLY USER_PASSWORD_AUTH ALLOW_ADMIN_USER_PASSWORD_AUTH ALLOW_CUSTOM_AUTH ALLOW_USER_PASSWORD_AUTH ALLOW_USER_SRP_AUTH ALLOW_REFRESH_TOKEN_AUTH",
      "ALLOW_CUSTOM_AUTH ADMIN_NO_SRP_AUTH ALLOW_REFRESH_TOKEN_AUTH ALLOW_USER_PASSWORD_AUTH ALLOW_USER_SRP_AUTH CUSTOM_AUTH_FLOW_ONLY USER_PASSWORD_AUTH ALLOW_ADMIN_USER_PASSWORD_AUTH",
    ],
  ] as const) {
    test(sent.slice(0, 60), () => assert.deepEqual(javaSetOrder(model.split(" ")), sent.split(" ")))
  }
})

describe("a value as Java writes it", () => {
  for (const [value, text] of [
    ["a'b", "a'b"],
    [0, "0"],
    [true, "true"],
    [["a", ["b"]], "[a, [b]]"],
    [{ a: 1, b: ["c"] }, "{a=1, b=[c]}"],
    [[null, undefined], "[null, null]"],
    [new Uint8Array(3), "java.nio.HeapByteBuffer[pos=0 lim=3 cap=3]"],
  ] as const) {
    test(text, () => assert.equal(javaText(value), text))
  }

  test("however deep or long it is", () => {
    let deep: unknown = "x"
    for (let i = 0; i < 10_000; i++) deep = [deep]
    assert.ok(javaText(deep).length < 100)
    const long = "a".repeat(1_000_000)
    for (const value of [long, [long], { [long]: 1 }, { a: long }, [{ a: [long, long] }]])
      assert.equal(javaText(value).length, 16_384)
    assert.equal(javaText({ a: long }).slice(0, 5), "{a=aa")
    assert.ok(javaText(Array.from({ length: 1_000_000 }, () => "abc")).length < 20_000)
  })
})
