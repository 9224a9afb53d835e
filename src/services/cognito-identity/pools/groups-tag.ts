/** Hallpass's own, and no field of AWS's: a pool with this tag at `true` keeps the user-pool groups of its people in their
 * sessions, where policies find them as `cognito:groups`. */
export const GROUPS_TAG = "hallpass:cognito-groups"

export const hasGroupsTag = (tags: Readonly<Record<string, string>> | undefined): boolean =>
  tags?.[GROUPS_TAG] === "true"
