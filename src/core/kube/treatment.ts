import { withArticle } from '../base/plural.ts';
import { oldVersionText } from './api-versions.ts';
import { clusterWideText, isClusterWide } from './cluster-kinds.ts';
import { HOOK_POINTS, isHookPoint } from './hooks.ts';
import { kindMeant, kindOf } from './identity.ts';
import { ANNOTATION_HOOK, ANNOTATION_SHARED, annotation, type KubeObject, nameOf } from './objects.ts';

/** What Greenpath does with an object of the manifests; docs/design.md section 6. */
export type Treatment = 'coloured' | 'shared' | 'route';

/** How `object` is treated, or one sentence that says why it is refused and what to do. */
export function treatmentOf(object: KubeObject): Treatment | { refusal: string } {
  const { kind, apiVersion } = object;
  if (isClusterWide(object)) return { refusal: clusterWideText(object) };
  const old = oldVersionText(object);
  if (old !== undefined) return { refusal: `${nameOf(object)} ${old}` };
  if (annotation(object, ANNOTATION_SHARED) === 'true') return 'shared';
  const row = kindMeant(kind, apiVersion);
  if (row?.treatment === 'route' && row.apiVersion === apiVersion) return 'route';
  if (annotation(object, ANNOTATION_HOOK) !== undefined) return hookTreatment(object);
  if (row?.treatment === 'coloured' || row?.treatment === 'shared' || row?.treatment === 'route')
    return row.apiVersion === apiVersion
      ? row.treatment
      : { refusal: `${nameOf(object)} has apiVersion ${apiVersion}; use ${row.apiVersion}` };
  const why = row?.whyNot ?? `Greenpath does not know how two versions of ${withArticle(kind)} could run side by side`;
  return {
    refusal: `${nameOf(object)} cannot be released: ${why}. Leave it out of \`manifests\`, or annotate it ${ANNOTATION_SHARED}: "true" to have it created once and never changed`,
  };
}

function hookTreatment(object: KubeObject): Treatment | { refusal: string } {
  const point = annotation(object, ANNOTATION_HOOK) ?? '';
  if (kindOf(object)?.treatment !== 'hook')
    return { refusal: `${nameOf(object)} is annotated ${ANNOTATION_HOOK}, and only a Job (batch/v1) can be a hook` };
  if (isHookPoint(point)) return 'coloured';
  return { refusal: `${nameOf(object)} is a hook at "${point}"; the points are ${HOOK_POINTS.join(', ')}` };
}
