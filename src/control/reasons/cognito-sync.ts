import { addPermissionCommand, isFunctionArn } from "./add-permission.ts"
import { type Facts, show, type WordsByCheck } from "./reason.ts"

/** What Cognito Sync checks beside policies: whose data it is, counts and sessions, what a pool has configured. */
export const SYNC_WORDS: WordsByCheck = {
  credentials: ({ facts }) =>
    facts.expected === "identity"
      ? {
          what: "This operation is for the identities of a pool alone.",
          expected: "credentials that an identity pool gave",
          came: "credentials of a developer: a user, or a role that was assumed otherwise",
          advice: "Call it with what GetCredentialsForIdentity gives, as the application on the device does.",
        }
      : {
          what: "This operation is for developers alone, whatever the policies of the identity's role say.",
          expected: "credentials of a user or a role of the account",
          came: "credentials that an identity pool gave",
          advice: "Call it from the application's backend.",
        },
  identity: ({ facts }) => ({
    what: "Credentials of an identity pool reach the data of their own identity alone, whatever the policies of its role say.",
    expected: show(facts.expected),
    came: show(facts.found),
    advice:
      "Ask for the pool and the identity that the credentials were given to; one that was merged into another has its data there.",
  }),
  SyncCount: ({ facts }) => ({
    what: `Somebody else has changed the record ${show(facts.key)} since this device saw it: nothing of the request was written.`,
    expected: `SyncCount ${show(facts.expected)}`,
    came: `SyncCount ${show(facts.found)}`,
    advice: "Call ListRecords, settle which value counts, and send it again with the count that came.",
  }),
  SyncSessionToken: ({ facts }) => ({
    what: "The SyncSessionToken does not let this dataset be written.",
    expected: "what ListRecords gave for this identity and this dataset within the last hour",
    came: show(facts.found),
    advice: "Call ListRecords of the dataset and send the token that comes with it.",
  }),
  PushSync: ({ facts }) => ({
    what: "The identity pool pushes nothing to such a device.",
    expected: facts.expected === undefined ? "applications of Amazon SNS in PushSync" : show(facts.expected),
    came: show(facts.found),
    advice:
      "Name an application of the device's platform with SetIdentityPoolConfiguration (PushSync.ApplicationArns).",
  }),
  "CreatePlatformEndpoint of SNS": ({ facts }) => ({
    what: `SNS, as --service-endpoint names it, did not take the device for ${show(facts.application)}.`,
    expected: "an endpoint of the application",
    came: show(facts.found),
    advice:
      "Look at what it says: whether the application is there, and whether the role of PushSync may create endpoints of it.",
  }),
  CognitoStreams: ({ facts }) => ({
    what: "The identity pool has no stream that is enabled.",
    expected: show(facts.expected),
    came: show(facts.found),
    advice:
      "Enable it with SetIdentityPoolConfiguration. One that was on and is off now has refused an update: 'hallpass decisions --refused' lists the kinesis:PutRecord that it refused.",
  }),
  "the last bulk publish": ({ call }) => ({
    what:
      call.errorCode === "DuplicateRequestException"
        ? "A bulk publish of the pool is under way."
        : "A bulk publish of the pool has succeeded within the last 24 hours.",
    expected: "one at a time, and one that succeeds a day",
    advice: "GetBulkPublishDetails tells how it went and when.",
  }),
  "role of the pool": ({ facts }) => ({
    what: `Cognito Sync cannot take the role ${show(facts.roleArn)} in the name of the pool.`,
    expected: "a role of the pool's account that trusts cognito-sync.amazonaws.com",
    came: show(facts.found),
    advice:
      'Mend the role\'s trust policy: Principal {"Service": "cognito-sync.amazonaws.com"}, Action sts:AssumeRole; conditions on aws:SourceArn and aws:SourceAccount have to match the identity pool (service cognito-identity) and its account.',
  }),
  "the function of the sync trigger": ({ facts }) => ({
    what: "The function that the pool names for SyncTrigger did not let the update pass: nothing was written.",
    expected: "a function that lets cognito-sync.amazonaws.com call it and answers within 5 seconds",
    came: facts.said === undefined ? show(facts.found) : `it threw: ${show(facts.said)}`,
    advice:
      facts.code === "AccessDeniedException"
        ? permissionAdvice(facts)
        : "Look at the function that GetCognitoEvents names; one that is not to run is taken out with an empty ARN.",
  }),
  "the answer of the sync trigger": ({ facts }) => ({
    what: "The function that the pool names for SyncTrigger answers what cannot be written.",
    expected: `the event back, with other datasetRecords at most${facts.expected === undefined ? "" : `: ${show(facts.expected)}`}`,
    came: show(facts.found),
    advice:
      "Let the function return the event that it got, with the records that it changed in datasetRecords, each with op and newValue.",
  }),
}

function permissionAdvice({ arn, poolArn }: Facts): string {
  const resource = show(arn)
  const principal = "cognito-sync.amazonaws.com"
  if (!isFunctionArn(resource)) return `Let ${principal} invoke it, with the pool's ARN as aws:SourceArn.`
  const action = "lambda:InvokeFunction"
  return `Give the function's policy this permission: ${addPermissionCommand({ resource, action, statementId: "cognito-sync", principal, sourceArn: show(poolArn) })}.`
}
