import { parseXml, XmlError } from "../../../federation/saml/xml.ts"

/**
 * What drawings may consist of: shapes, text, paints and filters. Nothing that runs, embeds or fetches. AWS has such a list
 * ("The branding editor", SVG assets); UNVERIFIED: whether it is this one.
 */
const ELEMENTS: ReadonlySet<string> = new Set(
  `svg g defs symbol use title desc metadata path rect circle ellipse line polyline polygon text tspan textPath
   linearGradient radialGradient stop clipPath mask pattern filter marker switch
   feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight
   feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode feMorphology feOffset
   fePointLight feSpecularLighting feSpotLight feTile feTurbulence`.split(/\s+/),
)

const NAMESPACE = "http://www.w3.org/2000/svg"

/** Browsers know HTML and formulas inside of a drawing as well, scripts and frames among them. What else is there they pass over. */
const KNOWN_TO_BROWSERS = new Set(["http://www.w3.org/1999/xhtml", "http://www.w3.org/1998/Math/MathML"])

/** An honest drawing has fewer, and what has more takes long to read. */
const ELEMENTS_AT_MOST = 10_000

/** What is wrong with a drawing, or undefined. It is read as XML that has no declarations of its own. */
export function findSvgFault(bytes: Uint8Array): string | undefined {
  let root: Element
  try {
    root = parseXml(Buffer.from(bytes).toString("utf8").replace(PLAIN_DOCTYPE, ""), ELEMENTS_AT_MOST)
  } catch (error) {
    if (error instanceof XmlError) return `it ${error.message}`
    throw error
  }
  return root.localName === "svg" && root.namespaceURI === NAMESPACE ? findFault(root) : "it is not SVG"
}

/** What drawing programs write at the beginning, and which says nothing. */
const PLAIN_DOCTYPE = /<!DOCTYPE\s+svg\s+PUBLIC\s+"[^"[\]]*"\s+"[^"[\]]*"\s*>/i

function findFault(root: Element): string | undefined {
  const waiting: Element[] = [root]
  for (let element = waiting.pop(); element; element = waiting.pop()) {
    const isOfSvg = element.namespaceURI === NAMESPACE
    const isForeign = KNOWN_TO_BROWSERS.has(element.namespaceURI ?? "")
    if (isForeign || (isOfSvg && !ELEMENTS.has(element.localName!))) return `it has <${element.localName}>`
    for (let index = 0; index < element.attributes.length; index++) {
      const { name, value } = element.attributes.item(index)!
      if (/^on/i.test(name)) return `it has the attribute ${name}`
      if (/(?:^|:)href$/i.test(name) && !value.trim().startsWith("#")) return "it refers to something outside of it"
      if (/javascript:|@import|url\(\s*['"]?(?!\s*['"]?#)/i.test(value)) return "it refers to something outside of it"
      if (name === "style" && HIDES.test(value)) return "its style is more than plain"
    }
    for (let child = element.firstChild; child; child = child.nextSibling)
      if (child.nodeType === ELEMENT_NODE) waiting.push(child as Element)
  }
  return undefined
}

/** Escapes, by which a word looks like another, and functions that fetch without the word `url`. */
const HIDES = /\\|\b(?:image|image-set|cross-fade|src)\s*\(/i

const ELEMENT_NODE = 1
