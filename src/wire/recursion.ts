/**
 * Compiles a structure once, however many members refer to it and however it refers to itself. While it is being
 * compiled, references to it get a function that looks it up when it is called.
 */
export function memoized<F extends (...args: never[]) => unknown>(): (identity: unknown, compile: () => F) => F {
  const compiled = new Map<unknown, F | undefined>()
  return (identity, compile) => {
    const known = compiled.get(identity)
    if (known) return known
    if (compiled.has(identity)) return ((...args: never[]) => compiled.get(identity)!(...args)) as F
    compiled.set(identity, undefined)
    const built = compile()
    compiled.set(identity, built)
    return built
  }
}
