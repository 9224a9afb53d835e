/** API Gateway's window is of five minutes (its refusals say so, quoted by many). */
export const SIGNED = { name: "execute-api", errors: "rest-json", clockWindowSeconds: 5 * 60 } as const
