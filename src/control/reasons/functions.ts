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
    what: "An enabled mapping would have to read from a source that this server does not have.",
    expected: show(facts.expected),
    came: show(facts.found),
    advice: "Create the mapping with Enabled: false. It is kept and told, and nothing is read.",
  }),
}
