/** By what the model asks of a member. Source: answers of IAM that users quote in public issue threads. */
const RULES: Readonly<Record<string, string>> = {
  "[\\w+=,.@-]+": "It must contain only alphanumeric characters and/or the following: +=,.@_-",
  "[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+": "It must contain only printable ASCII characters.",
  "(\\u002F)|(\\u002F[\\u0021-\\u007E]+\\u002F)":
    "It must begin and end with / and contain only alphanumeric characters and/or / characters.",
  "((/[A-Za-z0-9\\.,\\+@=_-]+)*)/":
    "It must begin and end with / and contain only alphanumeric characters and/or / characters.",
  "\\u002F[\\u0021-\\u007F]*":
    "It must begin with the / character and contain only alphanumeric characters and/or / characters.",
}

/** Names, paths and documents are refused in IAM's own words; everything else in those that all of AWS has. */
export function patternText(member: string, pattern: string): string | undefined {
  const rule = Object.hasOwn(RULES, pattern) ? RULES[pattern] : undefined
  return rule && `The specified value for ${member} is invalid. ${rule}`
}
