/** What the command was asked for could not be done, though it was asked rightly. Its message is printed; exit code 1. */
export class CommandFailure extends Error {
  override name = "CommandFailure"
}
