/**
 * Flags by which a server runs functions: as it does by default where the machine keeps them apart, which Linux as root
 * always does.
 */
export const FUNCTION_FLAGS: readonly string[] =
  process.platform === "linux" && process.getuid?.() === 0 ? [] : ["--functions", "unsandboxed"]
