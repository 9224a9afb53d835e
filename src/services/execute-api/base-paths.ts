import type { DomainMapping } from "../apigateway/service.ts"

export interface ChosenMapping {
  mapping: DomainMapping
  /** Behind the base path; begins with a slash. */
  path: string
}

/** The mapping with the longest base path that the path begins with, whole segments alone; the one without any comes last. */
export function chooseMapping(mappings: readonly DomainMapping[], path: string): ChosenMapping | undefined {
  let chosen: DomainMapping | undefined
  for (const mapping of mappings) {
    const { basePath } = mapping
    const begins = basePath === "" || path === `/${basePath}` || path.startsWith(`/${basePath}/`)
    if (begins && basePath.length >= (chosen?.basePath.length ?? 0)) chosen = mapping
  }
  if (!chosen) return undefined
  const { basePath } = chosen
  return { mapping: chosen, path: basePath === "" ? path : path.slice(basePath.length + 1) || "/" }
}
