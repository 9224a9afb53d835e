import type { Rule } from "./rule.ts"
import { unknownAction, unknownService } from "./rules/actions.ts"
import { refusedByAws } from "./rules/grammar.ts"
import { moreThanGuestsGet } from "./rules/guests.ts"
import {
  keyWithoutAction,
  listWithoutSetOperator,
  setOperatorWithoutList,
  unknownKey,
  wrongOperator,
} from "./rules/keys.ts"
import {
  allOfNothing,
  allowNotAction,
  allowNotResource,
  escalation,
  everything,
  openToEveryone,
  passAnyRole,
  wildcardOfPermissions,
} from "./rules/powers.ts"
import { actionWithoutResource, resourceWithoutAction } from "./rules/resources.ts"
import { deniedAnyway, saidAlready } from "./rules/shadows.ts"
import { audienceIsNoPool, trustWithoutKind, trustWithoutPool, unknownKindOfIdentity } from "./rules/trust.ts"
import { valueOfWrongType, wildcardComparedExactly } from "./rules/values.ts"
import { groupsVariable, listAsVariable, variableAsText, variableWithoutValue } from "./rules/variables.ts"

/** Everything that is looked for in a policy. docs/lint.md lists it. HP001, HP002 and HP004 are about files. */
export const RULES: readonly Rule[] = [
  refusedByAws,
  unknownService,
  unknownAction,
  actionWithoutResource,
  resourceWithoutAction,
  unknownKey,
  keyWithoutAction,
  wrongOperator,
  listWithoutSetOperator,
  setOperatorWithoutList,
  valueOfWrongType,
  wildcardComparedExactly,
  variableWithoutValue,
  listAsVariable,
  variableAsText,
  deniedAnyway,
  saidAlready,
  everything,
  wildcardOfPermissions,
  passAnyRole,
  escalation,
  allowNotAction,
  allowNotResource,
  openToEveryone,
  allOfNothing,
  trustWithoutPool,
  trustWithoutKind,
  moreThanGuestsGet,
  groupsVariable,
  audienceIsNoPool,
  unknownKindOfIdentity,
]
