import type { JsonObject } from '../../core/base/json.ts';
import type { SharedManifest } from '../../core/colouring/stack.ts';
import type { Kind } from '../../core/kube/kind-row.ts';
import type { KubeObject } from '../../core/kube/objects.ts';

/** An object that exists once for all revisions and is there. */
export interface PresentShared {
  readonly manifest: SharedManifest;
  readonly kind: Kind;
  readonly present: KubeObject;
}

/** A change of it, in the version that was compared. */
export interface SharedUpdate {
  readonly kind: Kind;
  readonly object: KubeObject;
  /** A merge patch. */
  readonly content: JsonObject;
  readonly diff: string;
}

/**
 * What is done to an object that exists once: it is created if missing; keys are set if nothing live reads them, or its
 * content is applied if the config says so; else it is left unchanged.
 */
export interface SharedChange {
  readonly create?: SharedManifest;
  readonly set?: SharedUpdate;
}
