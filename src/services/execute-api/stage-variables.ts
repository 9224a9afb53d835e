import type { Texts } from "../apigateway/service.ts"

/** `${stageVariables.name}` by its value; one that the stage has not is empty. */
export const fillStageVariables = (text: string, variables: Texts | undefined): string =>
  text.includes("${stageVariables.")
    ? text.replace(/\$\{stageVariables\.([A-Za-z0-9_]+)\}/g, (_, name: string) =>
        variables && Object.hasOwn(variables, name) ? variables[name]! : "",
      )
    : text
