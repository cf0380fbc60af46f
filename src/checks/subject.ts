import type { Identity } from '../core/base/config.ts';
import type { VersionProbe } from '../core/checks/version-probe.ts';
import type { Endpoints } from '../proof/followed-endpoints.ts';
import type { Answer, Endpoint } from '../proof/probe.ts';
import type { RefusedAt } from '../proof/refused.ts';

/** What a check runs against: the preview of a candidate, or the live URLs. */
export interface Subject {
  /**
   * One for each host and address: several hosts may share an address, and one host may have several. Those of a preview
   * lead to the candidate: `probe` and `urlOf` put their prefix in front of a path, and send their headers. They may change:
   * before each round of attempts, names are looked up again and the targets asked for.
   */
  readonly endpoints: Endpoints;
  /** The revision that should answer. */
  readonly revision: string;
  /** How an answer says which revision gave it. */
  readonly identity: Identity | undefined;
  readonly release: CheckedRelease;
  /** Distinguishes the revision's answers from those of the version that was live before, where that matters. */
  readonly versionProbe?: VersionProbe;
  /** What in the live routes most likely causes that a request is refused, if anything is known. */
  causeOf?(refused: RefusedAt): string | undefined;
  /** Is told of each answer that a check of requests judges. */
  onAnswer?(seen: SeenAnswer): void;
  /** A check sends its own request and no other: not to find out who is to blame, nor for what a page needs. */
  readonly skipsBlame?: true;
}

/** An answer that a check got. */
export interface SeenAnswer {
  readonly method: string;
  readonly url: URL;
  readonly endpoint: Endpoint;
  readonly answer: Answer;
}

/** What is checked, for kinds that request nothing through an endpoint. */
export interface CheckedRelease {
  /** Where the revision is checked: the preview, or the live URL after the switch. */
  readonly url: string;
  /** `X-Preview: green` if requests must carry that header to reach the revision there; else empty. */
  readonly header: string;
  readonly previewUrl: string;
  readonly liveUrl: string;
  /** The revision that is live, or that was before the switch; empty if there was none. */
  readonly previous: string;
  /** Until when the previous one had all visitors, by the clock of the tools; undefined before the switch. */
  readonly since?: number;
}
