/** What a flag or variable said that cannot be. The command prints the message and exits with 2. */
export class ConfigError extends Error {
  override name = "ConfigError"
}
