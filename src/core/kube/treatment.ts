import { withArticle } from '../base/plural.ts';
import { oldVersionText } from './api-versions.ts';
import { clusterWideText, isClusterWide } from './cluster-kinds.ts';
import { foreignHook } from './foreign-hooks.ts';
import { isForeignWorkload } from './foreign-workloads.ts';
import { HOOK_POINTS, isHookPoint } from './hooks.ts';
import { kindMeant, kindOf } from './identity.ts';
import type { KindRow } from './kind-row.ts';
import { KIND } from './kinds.ts';
import {
  ANNOTATION_CHECK,
  ANNOTATION_HOOK,
  ANNOTATION_SHARED,
  annotation,
  type KubeObject,
  nameOf,
} from './objects.ts';

/** What Greenpath does with an object of the manifests that it writes; docs/design.md section 6. */
export type Treatment = 'coloured' | 'shared' | 'backing' | 'route';

/** Why an object is not written. */
export interface LeftAlone {
  /** In a few words, after its name. */
  readonly left: string;
  /** The refusal where the config says `others: refuse`. */
  readonly strict: string;
}

/**
 * How the kind and the annotations of `object` let it be treated: as one that is written, as one that is left alone, or
 * refused with one sentence that says why and what to do.
 */
export function treatmentOf(object: KubeObject): Treatment | LeftAlone | { readonly refusal: string } {
  const { kind, apiVersion } = object;
  if (isClusterWide(object)) return { left: 'it belongs to the whole cluster', strict: clusterWideText(object) };
  const old = oldVersionText(object);
  if (old !== undefined) return { refusal: `${nameOf(object)} ${old}` };
  const row = kindMeant(kind, apiVersion);
  const isKnown = row?.apiVersion === apiVersion;
  if (annotation(object, ANNOTATION_SHARED) === 'true')
    return isKnown && (row === KIND.Deployment || row.treatment === 'backing') ? 'backing' : 'shared';
  const hook = foreignHook(object);
  if (hook !== undefined && Object.keys(hook.points).length === 0) return pointless(object, hook.said);
  if (row?.treatment === 'route' && isKnown) return 'route';
  if (annotation(object, ANNOTATION_CHECK) !== undefined) return checkTreatment(object);
  if (annotation(object, ANNOTATION_HOOK) !== undefined) return hookTreatment(object);
  if (hook !== undefined && row?.treatment === 'hook' && isKnown) return 'coloured';
  const treatment = row?.treatment;
  if (treatment === 'coloured' || treatment === 'shared' || treatment === 'backing' || treatment === 'route')
    return isKnown ? treatment : { refusal: `${nameOf(object)} has apiVersion ${apiVersion}; use ${row?.apiVersion}` };
  const why = row?.whyNot ?? `Greenpath does not know how two versions of ${withArticle(kind)} could run side by side`;
  const strict = `${nameOf(object)} cannot be released: ${why}. ${CURE}`;
  if (treatment === 'refused' || isForeignWorkload(object)) return { refusal: strict };
  return { left: row === undefined ? 'its kind is unknown to Greenpath' : reasonOf(row), strict };
}

const CURE = `Leave it out of \`manifests\`, or annotate it ${ANNOTATION_SHARED}: "true" to have it created if it is missing`;

function reasonOf({ treatment, whyNot = 'it is no part of a release' }: KindRow): string {
  return treatment === 'hook' ? `it is no hook (annotation ${ANNOTATION_HOOK})` : whyNot;
}

function pointless(object: KubeObject, said: string): LeftAlone {
  const left = `it is a hook (${said}) that has no point in a release`;
  return { left, strict: `${nameOf(object)} cannot be released: ${left}. ${CURE}` };
}

function checkTreatment(object: KubeObject): Treatment | { refusal: string } {
  const said = annotation(object, ANNOTATION_CHECK) ?? '';
  if (kindOf(object)?.treatment !== 'hook')
    return { refusal: `${nameOf(object)} is annotated ${ANNOTATION_CHECK}, and only a Job (batch/v1) can be a check` };
  if (said !== 'true')
    return { refusal: `${nameOf(object)} is annotated ${ANNOTATION_CHECK}: ${said}; the value must be "true"` };
  if (annotation(object, ANNOTATION_HOOK) === undefined) return 'coloured';
  return {
    refusal: `${nameOf(object)} is annotated ${ANNOTATION_CHECK} and ${ANNOTATION_HOOK}; it can be only one of these`,
  };
}

function hookTreatment(object: KubeObject): Treatment | { refusal: string } {
  const point = annotation(object, ANNOTATION_HOOK) ?? '';
  if (kindOf(object)?.treatment !== 'hook')
    return { refusal: `${nameOf(object)} is annotated ${ANNOTATION_HOOK}, and only a Job (batch/v1) can be a hook` };
  if (isHookPoint(point)) return 'coloured';
  return { refusal: `${nameOf(object)} is a hook at "${point}"; the points are ${HOOK_POINTS.join(', ')}` };
}
