import { GetSdkTypeCommand, GetSdkTypesCommand, type SdkType } from "@aws-sdk/client-api-gateway"
import { operation } from "../../../operation.ts"
import { on } from "../access.ts"
import { notFound } from "../errors.ts"

const property = (name: string, friendlyName: string, required: boolean) => ({ name, friendlyName, required })
const CLASS_PREFIX = [property("classPrefix", "Prefix", true)]

/**
 * What GetSdk makes on AWS, and what it asks for (API Reference, GetSdk; Developer Guide, "Generate SDKs for REST APIs"). UNVERIFIED:
 * the friendly names. GetSdk itself is not built: nothing here writes programs.
 */
const TYPES: readonly SdkType[] = [
  {
    id: "android",
    friendlyName: "Android",
    configurationProperties: [
      property("groupId", "Group ID", true),
      property("artifactId", "Artifact ID", true),
      property("artifactVersion", "Artifact version", true),
      property("invokerPackage", "Invoker package", true),
    ],
  },
  {
    id: "java",
    friendlyName: "Java SDK",
    configurationProperties: [
      property("service.name", "Service Name", true),
      property("java.package-name", "Java Package Name", true),
    ],
  },
  { id: "javascript", friendlyName: "JavaScript" },
  { id: "objectivec", friendlyName: "iOS (Objective-C)", configurationProperties: CLASS_PREFIX },
  { id: "ruby", friendlyName: "Ruby", configurationProperties: [property("service.name", "Service Name", true)] },
  { id: "swift", friendlyName: "iOS (Swift)", configurationProperties: CLASS_PREFIX },
]

export const GetSdkTypes = operation(GetSdkTypesCommand, {
  access: on("GET", "/sdktypes"),
  handle: async () => ({ items: [...TYPES] }),
})

export const GetSdkType = operation(GetSdkTypeCommand, {
  access: on("GET", "/sdktypes/{id}"),
  async handle({ id }) {
    const found = TYPES.find((type) => type.id === id)
    if (!found) throw notFound("Invalid SDK type identifier specified") // UNVERIFIED text
    return found
  },
})
