/** What people can do about a router. */
export interface Advice {
  /** If parking or a preview turned out to be open. */
  readonly open: string;
  /** What may protect a live route by its name, and so not its preview, where nothing that Greenpath reads shows it. */
  readonly byName?: string;
  /** If the router requires TLS and ends it itself: how to set TLS in the route. */
  readonly tls: string;
}
