import { GreenpathError } from '../core/base/error.ts';
import { annotationPointer, type KubeObject, switchNoteKey } from '../core/kube/objects.ts';
import { type RevisionServices, servicesText } from '../core/kube/revision-services.ts';
import type { LiveRule } from '../core/release/live.ts';
import type { PatchOperation, RoutePath } from '../core/release/route.ts';
import { type SwitchNote, switchNoteOf } from '../core/release/switch-note.ts';
import type { Route } from './route-kind.ts';

/**
 * The switch of one route: one patch that moves every live path of the app to its counterpart in `to` and notes it in the
 * annotation. Each move is guarded, so that the server refuses the whole patch (422) if anybody changed any of the paths
 * since they were read. Throws `no-candidate` if `to` has no Service of a path's base name.
 */
export function switchPatch(
  { adapter, object }: Route,
  app: string,
  paths: readonly LiveRule[],
  to: RevisionServices,
  switchNote: SwitchNote | undefined,
): PatchOperation[] {
  const moves = paths.map((path) => ({ path, service: counterpartIn(to, path) }));
  return [...adapter.move(object, moves), ...annotatePatch(object, app, switchNote)];
}

/** The Service of `to` that visitors of a path go to; throws `no-candidate` if there is none. */
export function counterpartIn(to: RevisionServices, path: LiveRule): string {
  const service = to.services[path.baseName];
  if (service !== undefined) return service;
  throw new GreenpathError(
    'no-candidate',
    `revision ${to.revision} has no Service ${path.baseName} for ${path.text} (there: ${servicesText(to) || 'none'})`,
    'Run deploy-green for this revision again if somebody deleted it; otherwise choose a revision that has it (mode status lists them).',
  );
}

/**
 * The patch after the proof: the annotation says how the switch ended (`switchNote`), and the preview's paths inside the live route are removed.
 */
export function provenPatch(
  { adapter, object }: Route,
  app: string,
  preview: readonly RoutePath[],
  switchNote: SwitchNote,
): PatchOperation[] {
  return [...adapter.drop(object, preview), ...annotatePatch(object, app, switchNote)];
}

/**
 * Notes a switch in the annotation, or removes it. `add` fails if the map is missing, and adding the map could overwrite
 * one written meanwhile, so the version is tested instead.
 */
export function annotatePatch(route: KubeObject, app: string, switchNote: SwitchNote | undefined): PatchOperation[] {
  const place = annotationPointer(switchNoteKey(app));
  if (switchNote === undefined) return switchNoteOf(route, app) === undefined ? [] : [{ op: 'remove', path: place }];
  const value = JSON.stringify(switchNote);
  if (route.metadata.annotations !== undefined) return [{ op: 'add', path: place, value }];
  return [
    { op: 'test', path: '/metadata/resourceVersion', value: route.metadata.resourceVersion ?? '' },
    { op: 'add', path: '/metadata/annotations', value: { [switchNoteKey(app)]: value } },
  ];
}
