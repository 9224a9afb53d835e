/** What the page and the set-up both know. */

export const BUCKET = "team-folders"

/** Each group has the folder of its name. */
export const FOLDERS = ["Design", "Engineering", "Finance"] as const
export type Folder = (typeof FOLDERS)[number]

export const PASSWORD = "Share-and-share-1"

/** `team` is an attribute of the user, and can only be one; groups can be several. */
export const PEOPLE: readonly { name: string; groups: readonly Folder[]; team?: Folder }[] = [
  { name: "ana", groups: ["Design"], team: "Design" },
  { name: "bo", groups: ["Engineering", "Finance"], team: "Engineering" },
  { name: "cy", groups: [] },
]

/** The ways to give a group its folder. Each is an identity pool of its own. */
export const WAYS = [
  {
    id: "roles",
    title: "A role for each group",
    how: "Groups name roles, the token chooses one, and the bucket’s policy gives each role its folder.",
    limit: "One role at a time: of several groups, the one of the lowest precedence counts.",
    policy: '"Principal": { "AWS": "…:role/FoldersDesign" },\n"Resource": "…:team-folders/Design/*"',
  },
  {
    id: "tags",
    title: "Principal tags",
    how: "One role for all. The identity pool turns an attribute of the user into a tag of the session.",
    limit: "One value for each tag: somebody is in one team.",
    policy: '"Resource":\n"…:team-folders/${aws:PrincipalTag/team}/*"',
  },
  {
    id: "groups",
    title: "cognito:groups",
    how: "One role for all, whose policy names the groups themselves. All of somebody’s groups count.",
    limit: "An extension of Hallpass, switched on by a tag of the identity pool. AWS does not have it.",
    policy: '"Resource":\n"…:team-folders/${cognito:groups}/*"',
  },
] as const

export type WayId = (typeof WAYS)[number]["id"]

/** Where the page finds everything: written by the set-up to `public/config.json`. */
export interface FoldersConfig {
  endpoint: string
  region: string
  userPoolId: string
  userPoolClientId: string
  identityPoolIds: Record<WayId, string>
}
