/** What identifies the objects of one release. */
export interface Identifiers {
  readonly app: string;
  readonly revision: string;
  readonly namespace: string;
  /** The label key whose value distinguishes one revision's pods from another's. */
  readonly revisionLabel: string;
}
