/** One change, checked. A value is there exactly where the record is replaced. */
export interface Patch {
  key: string
  value?: string
  /** The count at which who sends it saw the record; 0 where they saw none. */
  syncCount: number
  deviceModifiedAt?: number
}
