import { WireError } from "../../../wire/errors.ts"
import { invocationFault, rateExceeded } from "../errors.ts"
import type { Target } from "../functions/runnable.ts"
import type { Ending } from "../runtime/runtime.ts"
import type { Throttled } from "./run.ts"

/** An ending of a function that was run. */
export type Ran = Exclude<Ending, { is: "notRun" }>

/** Throws why a function was not run. */
export function assertRan(ending: Ending | Throttled, { record, body }: Target): asserts ending is Ran {
  if (ending.is === "throttled") throw rateExceeded(ending.reason, record.body.reservedConcurrency)
  if (ending.is === "notRun") throw refusalOf(ending, body.configuration.Role!)
}

/** The codes are the model's; what this machine cannot do is told as what is not built. */
function refusalOf({ reason, message, cause }: Extract<Ending, { is: "notRun" }>, role: string): WireError {
  switch (reason) {
    case "noRole":
      return invocationFault(
        "AccessDeniedException",
        403,
        "The role defined for the function cannot be assumed by Lambda.",
        {
          check: "execution role",
          found: message,
          role,
        },
      )
    case "noVariables":
      // What is no refusal is a defect, or the store that is out of reach.
      throw cause
    case "badCode":
      return invocationFault("InvalidZipFileException", 502, "Lambda could not unzip the deployment package.", {
        check: "deployment package",
        found: message,
      })
    case "noRuntime":
      return invocationFault("InvalidRuntimeException", 502, message, {
        check: "runtime of the function",
        found: message,
      })
    case "noSandbox":
    case "noRoom":
      return new WireError("NotImplemented", message, {
        status: 501,
        because: { check: "running functions", found: message },
      })
  }
}
