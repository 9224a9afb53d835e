import { addPermissionCommand, isFunctionArn } from "./add-permission.ts"
import { type Facts, type Reason, show, type WordsByCheck } from "./reason.ts"

/** Triggers of user pools that refused, could not be asked, or answered nonsense: which, when, and what it said. */
export const TRIGGER_WORDS: WordsByCheck = {
  "the answer of a trigger": ({ call, facts }): Reason => ({
    what: `${nameOf(facts)} did not let it pass.`,
    expected: "the event back, its response filled",
    came: show(facts.found),
    advice:
      call.errorCode === "UserLambdaValidationException"
        ? "The function itself said so: look at what it throws, and for whom."
        : facts.setting !== undefined
          ? `Give the pool the setting ${show(facts.setting)} (UpdateUserPool, with all its other settings), or let the function leave this out.`
          : "Look at what the function answers: it hands back the whole event, and fills in its response alone.",
  }),
  "the call of a trigger": ({ facts }): Reason => ({
    what: `${nameOf(facts)} could not be asked.`,
    expected: "a function that lets cognito-idp.amazonaws.com call it and answers within 5 seconds",
    came: show(facts.found),
    advice:
      facts.code === "AccessDeniedException"
        ? permissionAdvice(facts)
        : "Look at the function that LambdaConfig names; one that is not to run is taken out of it (UpdateUserPool).",
  }),
  "the key of custom senders": ({ facts }): Reason => ({
    what: `The code for ${show(facts.source)} could not be encrypted.`,
    expected: "the key that LambdaConfig names as KMSKeyID, enabled and lent to the pool",
    came: show(facts.found),
    advice: "Look at the key (DescribeKey, ListGrants); UpdateUserPool with the same KMSKeyID lends it anew.",
  }),
}

function permissionAdvice({ functionArn, poolArn }: Facts): string {
  const resource = show(functionArn)
  if (!isFunctionArn(resource)) return "Let cognito-idp.amazonaws.com invoke it, with the pool's ARN as aws:SourceArn."
  const action = "lambda:InvokeFunction"
  const principal = "cognito-idp.amazonaws.com"
  return `Give the function's policy this permission: ${addPermissionCommand({ resource, action, statementId: "cognito-idp", principal, sourceArn: show(poolArn) })}. What its policy says now is told by 'hallpass explain' of the call to it, which 'hallpass decisions --refused' lists before this one.`
}

const nameOf = ({ trigger, source }: Facts): string => `The trigger ${show(trigger)} (${show(source)})`
