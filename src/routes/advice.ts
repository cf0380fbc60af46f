/** What people can do about a router. */
export interface Advice {
  /** If parking or a preview turned out to be open. */
  readonly open: string;
  /** If the router requires TLS and ends it itself: how to set TLS in the route. */
  readonly tls: string;
}
