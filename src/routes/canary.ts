/** A route that takes a share of the visitors of a live path to a Service of its own. */
export interface Canary {
  readonly route: string;
  /** The live path, for sentences. */
  readonly place: string;
  readonly service: string;
  /** Its share, in percent. */
  readonly percent: number;
  /** How to end it, as a sentence without its end. */
  readonly end: string;
}
