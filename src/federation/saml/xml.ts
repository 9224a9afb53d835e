import { DOMParser, XMLSerializer } from "@xmldom/xmldom"

/** A document that is no XML, or that asks for more than XML that is only data needs. */
export class XmlError extends Error {
  override name = "XmlError"
}

const DEPTH_AT_MOST = 200

/**
 * Parses XML strictly: a warning is an error. A document type is refused before anything is parsed, and with it every
 * entity of a document's own. Source: OWASP, "XML External Entity Prevention".
 */
export function parseXml(text: string, elementsAtMost = Number.POSITIVE_INFINITY): Element {
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) throw new XmlError("has a document type")
  assertSmall(text, elementsAtMost)
  const refuse = (message: string): never => {
    throw new XmlError(message)
  }
  let document: Document
  try {
    const errorHandler = { warning: refuse, error: refuse, fatalError: refuse }
    document = new DOMParser({ errorHandler, locator: {} }).parseFromString(text, "text/xml")
  } catch (error) {
    throw error instanceof XmlError ? error : new XmlError("is no XML")
  }
  const roots = [...children(document)]
  if (roots.length !== 1) throw new XmlError("has not one root")
  return roots[0]!
}

/** Recursion over the document must not be what stops it, nor what each element costs. */
function assertSmall(text: string, elementsAtMost: number): void {
  let depth = 0
  let elements = 0
  let attributes = 0
  // Of what is neither element nor text an honest document has next to nothing.
  if (countOf(text, ASIDE) > elementsAtMost / 10) throw new XmlError("has too many comments")
  if (countOf(text, REFERENCE) > 4 * elementsAtMost) throw new XmlError("has too many references")
  for (const [tag] of text.matchAll(/<\/?[^\s/<>!?][^<>]*>/g)) {
    if (tag.startsWith("</")) depth--
    else {
      const ofTag = countOf(tag, ATTRIBUTE)
      attributes += ofTag
      if (ofTag > ATTRIBUTES_AT_MOST || attributes > 2 * elementsAtMost) throw new XmlError("has too many attributes")
      if (++elements > elementsAtMost) throw new XmlError("has too many elements")
      if (!tag.endsWith("/>") && ++depth > DEPTH_AT_MOST) throw new XmlError("is nested too deeply")
    }
  }
}

/** The text, if it asks for no more than so many elements cost. */
export function withinLimits(text: string, elementsAtMost: number): string {
  assertSmall(text, elementsAtMost)
  return text
}

const ATTRIBUTES_AT_MOST = 64
const ATTRIBUTE = /=\s*["']/g
const ASIDE = /<[!?]/g
const REFERENCE = /&/g

function countOf(text: string, pattern: RegExp): number {
  let count = 0
  pattern.lastIndex = 0
  while (pattern.test(text)) count++
  return count
}

/** The elements directly below a node, in order. */
export function* children(node: Node): Generator<Element> {
  for (let child = node.firstChild; child !== null; child = child.nextSibling)
    if (child.nodeType === 1) yield child as Element
}

/** Those of them that have this name. */
export const childrenNamed = (node: Node, namespace: string, name: string): Element[] =>
  [...children(node)].filter((child) => child.namespaceURI === namespace && child.localName === name)

/** Where there is exactly one. */
export function findOnlyChild(node: Node, namespace: string, name: string): Element | undefined {
  const found = childrenNamed(node, namespace, name)
  return found.length === 1 ? found[0] : undefined
}

/** All the text of an element that has nothing but text: a comment or an element within it is no way to cut it short. */
export function textOf(element: Element): string {
  let text = ""
  for (let child = element.firstChild; child !== null; child = child.nextSibling) {
    if (child.nodeType !== 3 && child.nodeType !== 4) throw new XmlError(`has more than text in ${element.localName}`)
    text += child.nodeValue ?? ""
  }
  return text.trim()
}

/** The value of an attribute, undefined where there is none. */
export const attributeOf = (element: Element, name: string): string | undefined =>
  element.hasAttribute(name) ? (element.getAttribute(name) ?? undefined) : undefined

/** An element as a document of its own, with the namespaces that it uses. */
export const formatXml = (element: Element): string => new XMLSerializer().serializeToString(element)

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
}

/** Text for an element or an attribute in quotes. */
export const escapeXml = (text: string): string => text.replace(/[&<>"']/g, (sign) => ESCAPES[sign]!)
