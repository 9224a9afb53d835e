import { show, type WordsByCheck } from "./reason.ts"

/** What Lambda checks beside policies. */
export const FUNCTION_WORDS: WordsByCheck = {
  "which function has the URL": ({ facts }) => ({
    what: "The host is no function URL that leads to a function. Its caller was told no more than that it is forbidden.",
    expected: show(facts.expected),
    came: show(facts.found),
    advice:
      "ListFunctionUrlConfigs tells a function's URLs. A URL goes with its function, is good in its own region alone, and rests while its alias is not there.",
  }),
  "signature of a function URL": ({ facts }) => ({
    what: "The function URL is of the type AWS_IAM, and the request was not signed.",
    expected: show(facts.expected),
    came: show(facts.found),
    advice: "Sign the request for the service lambda in the URL's region, or make the URL one of the type NONE.",
  }),
  "signature of code": ({ facts }) => ({
    what: "The function's code signing configuration says Enforce, and code is never signed here: AWS Signer is not.",
    expected: show(facts.expected),
    came: show(facts.found),
    advice:
      "Set UntrustedArtifactOnDeployment to Warn (UpdateCodeSigningConfig), or take the configuration from the function.",
  }),
  "event source": ({ facts }) => ({
    what: "The mapping would have to read from a source that this server does not have.",
    expected: show(facts.expected),
    came: show(facts.found),
    advice:
      "ListStreams of Kinesis and of DynamoDB tell the streams of a region; one that is made anew by its name is another, and a table's stream ends when it is disabled. Queues are not here: a mapping of one is kept with Enabled: false, and nothing is read.",
  }),
  "role that reads an event source": ({ facts }) => ({
    what: `The function's execution role may not do all that reading the stream takes: ${show(facts.action)} is what it lacks first.`,
    expected: `policies of ${show(facts.role)}, and of the stream where it has one, that allow it on ${show(facts.source)}`,
    came: "no such permission; the decision is recorded beside this one, as the role's",
    advice:
      "Attach AWSLambdaKinesisExecutionRole or AWSLambdaDynamoDBExecutionRole, or a policy that names the stream. A mapping that is there already goes on by itself within ten seconds.",
  }),
  "state of the event source mapping": ({ facts }) => ({
    what: "The mapping is on its way from one state to another, and is left alone until it has come there.",
    expected: show(facts.expected),
    came: show(facts.found),
    advice: "Wait until GetEventSourceMapping tells Enabled or Disabled, and try again.",
  }),
  "key of filter criteria": ({ facts }) => ({
    what: "The filter criteria of the mapping are under a key of KMS that could not be used.",
    expected:
      "kms:GenerateDataKey of whoever sets them, kms:Decrypt of whoever looks at them, and a key policy that lets lambda.amazonaws.com have kms:Decrypt to read by them",
    came: `${show(facts.found)}: ${show(facts.told)}`,
    advice:
      "KMS's own refusal is recorded beside this one. A mapping goes on by itself when its key can be used again.",
  }),
  "key of the variables": ({ facts }) => ({
    what: "The function's variables are under a key of KMS that its role could not decrypt them with.",
    expected: "a key that is enabled, and a grant or a policy by which the execution role has kms:Decrypt",
    came: `${show(facts.found)}: ${show(facts.told)}`,
    advice:
      "Enable the key (EnableKey, CancelKeyDeletion); or configure the function anew (UpdateFunctionConfiguration with its Environment), which makes the grant again. KMS's own refusal is recorded beside this one.",
  }),
  "recursive loop": ({ facts }) => ({
    what: `The function ${show(facts.function)} came back to itself: the trace header of the invocation tells a chain that began it ${show(facts.found)} times before.`,
    expected: "at most 16 invocations in one chain of functions, queues, topics and buckets",
    came: "one more",
    advice: "Break the circle. Where it is meant: PutFunctionRecursionConfig with RecursiveLoop Allow.",
  }),
  concurrency: ({ facts }) =>
    facts.found === "ReservedFunctionConcurrentInvocationLimitExceeded"
      ? {
          what: "The function runs as often at a time as its reserved concurrency lets it.",
          expected: `fewer than ${show(facts.reserved)} at a time, in this process of the server`,
          came: "one more",
          advice:
            "Reserve more (PutFunctionConcurrency), take the reservation away, or try again: Retry-After says when.",
        }
      : {
          what: "There is no room for one more function to run: on this machine, or within the account's 1,000 at a time.",
          came: "one more",
          advice:
            "Try again when others have ended. Each environment takes memory of the machine that the server runs on.",
        },
  "running functions": ({ facts }) => ({
    what: "This server cannot run functions.",
    came: show(facts.found),
    advice: "Start it with another --functions: sandboxed, or unsandboxed where the machine lets it keep nobody apart.",
  }),
  "runtime of the function": ({ facts }) => ({
    what: "The runtime of the function is not on the machine that the server runs on.",
    came: show(facts.found),
    advice: "Install its interpreter there, on the server's PATH, or choose another runtime.",
  }),
  "execution role": ({ call, facts }) =>
    facts.found === "no such role"
      ? {
          what: `There is no role ${show(facts.role)} for the function to run as.`,
          expected: "a role that is there",
          came: show(facts.role),
          advice: "Create it, or correct its ARN: account, path and name count.",
        }
      : {
          what: `The trust policy of the role ${show(facts.role)} does not let Lambda take it.`,
          // What is decided as an environment begins is no question of the request that it begins for.
          expected: `a statement of the trust policy that allows it${call.operation?.startsWith("Invoke") ? "" : " (below, why none did)"}`,
          came: "the service lambda.amazonaws.com, for this function",
          advice:
            'Mend the role\'s trust policy: Principal {"Service": "lambda.amazonaws.com"}, Action sts:AssumeRole; conditions on aws:SourceArn and aws:SourceAccount have to match the function and its account.',
        },
  "deployment package": ({ facts }) => ({
    what: "The zip of the code is not one that is taken.",
    expected:
      "a zip of files, directories and links that stay inside it: whole, not encrypted, no path twice, none that leads outside",
    came: show(facts.found),
    advice: "Make the zip again from the folder that holds the code, and look at it with unzip -t.",
  }),
}
