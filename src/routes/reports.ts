/** What controllers say about a route as it is now, each as a clause. */
export interface Reports {
  /** Who serves it, by its own word. */
  readonly accepted: readonly string[];
  readonly troubles: readonly string[];
  /** What they have not said yet. */
  readonly pending: readonly string[];
}
