/** How a shell sets and unsets variables of its environment. */
export interface Shell {
  set(name: string, value: string): string
  unset(names: readonly string[]): string
}

const posix = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`)
const fish = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`
const powershell = (text: string): string => `'${text.replaceAll("'", "''")}'`
const csh = (text: string): string => posix(text).replaceAll("!", "\\!")

const POSIX: Shell = {
  set: (name, value) => `export ${name}=${posix(value)}`,
  unset: (names) => `unset ${names.join(" ")}`,
}
const POWERSHELL: Shell = {
  set: (name, value) => `$Env:${name} = ${powershell(value)}`,
  unset: (names) => names.map((name) => `Remove-Item Env:${name} -ErrorAction SilentlyContinue`).join("\n"),
}

export const SHELLS: Readonly<Record<string, Shell>> = {
  sh: POSIX,
  bash: POSIX,
  zsh: POSIX,
  fish: {
    set: (name, value) => `set -gx ${name} ${fish(value)}`,
    unset: (names) => names.map((name) => `set -e ${name}`).join("\n"),
  },
  csh: {
    set: (name, value) => `setenv ${name} ${csh(value)}`,
    unset: (names) => names.map((name) => `unsetenv ${name}`).join("\n"),
  },
  powershell: POWERSHELL,
  pwsh: POWERSHELL,
  cmd: {
    set: (name, value) => `set "${name}=${value}"`,
    unset: (names) => names.map((name) => `set "${name}="`).join("\n"),
  },
  /** A file of variables, as Docker and many programs read it: it can take none away. */
  dotenv: { set: (name, value) => `${name}=${value}`, unset: () => "" },
}
