import { parseXml, type XmlElement } from "../../../wire/xml-parse.ts"
import { malformedXml } from "../errors.ts"

/** The `tagging` field, which is the XML of PutObjectTagging, as the header of a PutObject. */
export function tagsOfField(xml: string): string {
  const root = parseXml(Buffer.from(xml))
  const [set, ...more] = root?.name === "Tagging" ? root.children : []
  if (set?.name !== "TagSet" || more.length > 0) throw malformedXml()
  const pairs = new URLSearchParams()
  for (const tag of set.children) {
    if (tag.name !== "Tag") throw malformedXml()
    pairs.append(textOf(tag, "Key"), textOf(tag, "Value"))
  }
  return pairs.toString()
}

function textOf(tag: XmlElement, name: string): string {
  const [child, ...more] = tag.children.filter((element) => element.name === name)
  if (!child || more.length > 0) throw malformedXml()
  return child.text
}
