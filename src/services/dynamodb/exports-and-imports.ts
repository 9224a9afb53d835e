import {
  DescribeExportCommand,
  DescribeImportCommand,
  ListExportsCommand,
  ListImportsCommand,
} from "@aws-sdk/client-dynamodb"
import { operation } from "../../operation.ts"
import { WireError } from "../../wire/errors.ts"

/** Tables are neither exported nor imported here, so there is nothing of either kind. */
export const ListExports = operation(ListExportsCommand, {
  access: ({ TableArn = "*" }) => ({ resource: TableArn }),
  async handle() {
    return { ExportSummaries: [] }
  },
})

export const DescribeExport = operation(DescribeExportCommand, {
  access: ({ ExportArn }) => ({ resource: ExportArn }),
  async handle({ ExportArn }) {
    throw new WireError("ExportNotFoundException", `Export not found: ${ExportArn}`)
  },
})

export const ListImports = operation(ListImportsCommand, {
  access: ({ TableArn = "*" }) => ({ resource: TableArn }),
  async handle() {
    return { ImportSummaryList: [] }
  },
})

export const DescribeImport = operation(DescribeImportCommand, {
  access: ({ ImportArn }) => ({ resource: ImportArn }),
  async handle({ ImportArn }) {
    throw new WireError("ImportNotFoundException", `Import not found: ${ImportArn}`)
  },
})
