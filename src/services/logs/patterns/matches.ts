/** Whether the text of an event is among those that a pattern means. */
export type Matches = (message: string) => boolean
