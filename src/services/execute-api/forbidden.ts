import { WireError } from "../../wire/errors.ts"

/** What leads to no API or no stage (reported by many; UNVERIFIED by a recording). */
export const forbidden = (expected: string, found: unknown) =>
  new WireError("ForbiddenException", "Forbidden", {
    status: 403,
    because: { check: "which API is called", expected, found },
  })
