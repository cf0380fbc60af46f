import type { Backend } from '../core/kube/objects.ts';
import type { RevisionServices } from '../core/kube/revision-services.ts';
import type { LiveRule } from '../core/release/live.ts';

/** What the preview of one live route is planned from. */
export interface PreviewRequest {
  readonly app: string;
  readonly namespace: string;
  readonly prefix: string;
  /** Annotations that the user adds to the preview's own Ingress. */
  readonly annotations: Readonly<Record<string, string>>;
  /** `refuse`: a preview that lacks what may protect the live route is refused. */
  readonly unprotected: 'refuse' | 'accept';
  /** `keep`: a preview that changes how a live path matches is refused. */
  readonly matching: 'keep' | 'regex';
  readonly candidate: RevisionServices;
  /** Name of the preview's own Ingress. */
  readonly name: string;
}

/** One path of the preview. */
export interface Mirror {
  readonly of: LiveRule;
  readonly host: string | undefined;
  readonly path: string;
  readonly target: Backend;
}
