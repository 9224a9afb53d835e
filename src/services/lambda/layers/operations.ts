import {
  DeleteLayerVersionCommand,
  GetLayerVersionByArnCommand,
  GetLayerVersionCommand,
  type LayerVersionsListItem,
  ListLayersCommand,
  ListLayerVersionsCommand,
} from "@aws-sdk/client-lambda"
import { operation } from "../../../operation.ts"
import { removeCodeUser } from "../code/users.ts"
import { layerVersionTooSmall, otherAccount, resourceNotFound } from "../errors.ts"
import { listPage } from "../paging.ts"
import { onLayerVersion } from "./access.ts"
import { layerArn, parseLayerName, parseLayerVersionArn } from "./name.ts"
import { type LayerVersion, listLayerNames, listLayerVersions, readLayerVersion, removeLayerVersion } from "./record.ts"
import { listedVersion, showLayerVersion } from "./show.ts"

export const GetLayerVersion = operation(GetLayerVersionCommand, {
  access: onLayerVersion,
  async handle({ LayerName, VersionNumber }, context) {
    if (VersionNumber < 1) throw layerVersionTooSmall()
    const layer = parseLayerName(LayerName, context)
    const found = await context.store.read((tx) => readLayerVersion(tx, layer, VersionNumber))
    if (!found) throw resourceNotFound()
    return showLayerVersion(context, found)
  },
})

export const GetLayerVersionByArn = operation(GetLayerVersionByArnCommand, {
  access: ({ Arn }) => ({ action: "lambda:GetLayerVersion", resource: Arn }),
  async handle({ Arn }, context) {
    const named = parseLayerVersionArn(Arn)
    const found = named && (await context.store.read((tx) => readLayerVersion(tx, named, named.version)))
    if (!found) throw resourceNotFound()
    return showLayerVersion(context, found)
  },
})

export const DeleteLayerVersion = operation(DeleteLayerVersionCommand, {
  access: onLayerVersion,
  async handle({ LayerName, VersionNumber }, context) {
    const { store, bytes } = context
    if (VersionNumber < 1) throw layerVersionTooSmall()
    const layer = parseLayerName(LayerName, context)
    await store.transact(async (tx) => {
      const found = await readLayerVersion(tx, layer, VersionNumber)
      if (!found) return
      await removeLayerVersion(tx, found)
      // Functions that have the layer keep its code.
      await removeCodeUser(tx, bytes, found.body.code.segment.id, { layerVersionArn: layerArn(layer, VersionNumber) })
    })
    return {}
  },
})

interface Filter {
  CompatibleRuntime?: string | undefined
  CompatibleArchitecture?: string | undefined
}

const matches = ({ body }: LayerVersion, { CompatibleRuntime, CompatibleArchitecture }: Filter): boolean =>
  (CompatibleRuntime === undefined || (body.runtimes as string[] | undefined)?.includes(CompatibleRuntime) === true) &&
  (CompatibleArchitecture === undefined ||
    (body.architectures as string[] | undefined)?.includes(CompatibleArchitecture) === true)

export const ListLayerVersions = operation(ListLayerVersionsCommand, {
  access: () => ({ resource: "*" }),
  async handle(input, context) {
    const { store, masterKey } = context
    const layer = parseLayerName(input.LayerName, context)
    // The permission has no resource, so it is of the caller's own layers.
    if (layer.account !== context.account) throw otherAccount()
    // What does not match is left out of its page: no page takes longer for it.
    const { items, NextMarker } = await listPage(masterKey, `layer versions ${layerArn(layer)}`, input, {
      load: (after, limit) =>
        store.read((tx) => listLayerVersions(tx, layer, after === "" ? Number.MAX_SAFE_INTEGER : Number(after), limit)),
      keyOf: ({ version }) => String(version),
    })
    const LayerVersions = items.filter((item) => matches(item, input)).map(listedVersion)
    return { LayerVersions, ...(NextMarker !== undefined && { NextMarker }) }
  },
})

/** Of a layer so many versions are looked at for the newest one that matches. */
const VERSIONS_LOOKED_AT = 20

export const ListLayers = operation(ListLayersCommand, {
  access: () => ({ resource: "*" }),
  async handle(input, { store, masterKey, account, region }) {
    const { items, NextMarker } = await listPage(masterKey, `layers ${account} ${region}`, input, {
      load: (after, limit) => store.read((tx) => listLayerNames(tx, { account, region }, after, limit)),
      keyOf: (name) => name,
    })
    const count = input.CompatibleRuntime || input.CompatibleArchitecture ? VERSIONS_LOOKED_AT : 1
    const newest = await store.read(async (tx) => {
      const found: LayerVersion[] = []
      for (const name of items) {
        const versions = await listLayerVersions(tx, { account, region, name }, Number.MAX_SAFE_INTEGER, count)
        found.push(...versions.filter((version) => matches(version, input)).slice(0, 1))
      }
      return found
    })
    const Layers = newest.map((version) => ({
      LayerName: version.layer.name,
      LayerArn: layerArn(version.layer),
      LatestMatchingVersion: listedVersion(version) as LayerVersionsListItem,
    }))
    return { Layers, ...(NextMarker !== undefined && { NextMarker }) }
  },
})
