import type { PreviewSettings } from '../core/base/preview-kind.ts';
import type { KubeObject } from '../core/kube/objects.ts';
import type { RevisionServices } from '../core/kube/revision-services.ts';
import type { Parked } from '../core/release/parked-services.ts';
import type { PatchOperation } from '../core/release/route.ts';
import type { RouterMark } from '../core/release/router-mark.ts';
import type { PlannedFor, Route } from './route-kind.ts';

/**
 * What is written for a preview: objects of Greenpath's own, and a guarded patch of the live route. Either may be
 * empty.
 */
export interface OwnRoutes {
  readonly objects: readonly KubeObject[];
  readonly patch: readonly PatchOperation[];
}

/** What the previews of an app depend on. */
export interface PreviewRequest<T extends KubeObject = KubeObject> {
  readonly app: string;
  readonly namespace: string;
  readonly settings: PreviewSettings;
  /** Whether the next release may have another kind of preview, since the config leaves that to Greenpath. */
  readonly isKindOpen: boolean;
  /** Whether a proof will request the live paths and their previews. */
  readonly isProven: boolean;
  readonly candidate: RevisionServices;
  /** How its answers are marked by the router; omitted if they are not. */
  readonly mark?: RouterMark;
  readonly routes: readonly PlannedFor<T>[];
  /** All routes of the namespace that are of this kind, and the live routes that do not exist yet. */
  readonly all: readonly Route<T>[];
  /** Those of other namespaces, as far as the account may read them. */
  readonly elsewhere?: readonly T[] | undefined;
  /** The name of the object for the preview of a live route, if it is beside that route. */
  named(route: Pick<Route<T>, 'ref'>): string;
}

/** What parking depends on. */
export interface ParkingRequest<T extends KubeObject = KubeObject> {
  readonly app: string;
  readonly namespace: string;
  readonly parked: readonly Parked[];
  readonly annotations: Readonly<Record<string, string>>;
  /** The Services that visitors are about to reach; omitted if nothing is about to be switched. */
  readonly next?: readonly string[];
  /** The live routes whose router must know the Services. */
  readonly routes: readonly Route<T>[];
  /** The present parking: a Service keeps its unguessable path. */
  readonly present: readonly Route<T>[];
}

/** How canaries are found. */
export interface CanaryRequest<T extends KubeObject = KubeObject> {
  readonly routes: readonly PlannedFor<T>[];
  readonly to: RevisionServices;
  readonly all: readonly Route<T>[];
}
