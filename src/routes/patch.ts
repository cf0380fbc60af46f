import { GreenpathError } from '../core/base/error.ts';
import { annotationPointer, type Ingress, phaseAnnotation } from '../core/kube/objects.ts';
import { type RevisionServices, servicesText } from '../core/kube/revision-services.ts';
import type { LiveRule } from '../core/release/live.ts';
import { backend, backendPointer, type Rule, ruleText } from '../core/release/rules.ts';
import { type SwitchNote, switchNoteOf } from '../core/release/switch-note.ts';

/** One operation of a JSON patch (RFC 6902). */
export type PatchOperation =
  | { readonly op: 'test' | 'add' | 'replace'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string };

/**
 * Tests that a rule still is what was read: host, path and backend. `null` also accepts a member that is not there
 * (evanphx/json-patch v4, which API servers use; seen on 1.37).
 */
export function guard(rule: Rule): PatchOperation[] {
  const known = rule.service === undefined || rule.port === undefined ? undefined : backend(rule.service, rule.port);
  const { at } = rule;
  const place: PatchOperation[] =
    at === 'default'
      ? []
      : [
          { op: 'test', path: `/spec/rules/${at.rule}/host`, value: rule.host ?? null },
          { op: 'test', path: `/spec/rules/${at.rule}/http/paths/${at.path}/path`, value: rule.given ?? null },
        ];
  return [
    ...place,
    ...(known === undefined ? [] : [{ op: 'test' as const, path: backendPointer(rule), value: known }]),
  ];
}

/**
 * The switch of one route: one patch that moves every live path of the app to its counterpart in `to` and notes it in the
 * annotation. Each move is guarded, so that the server refuses the whole patch (422) if anybody changed any of the rules
 * since they were read. Throws `no-candidate` if `to` has no Service of a path's base name.
 */
export function switchPatch(
  route: Ingress,
  app: string,
  rules: readonly LiveRule[],
  to: RevisionServices,
  switchNote: SwitchNote | undefined,
): PatchOperation[] {
  const moves = rules.flatMap((rule): PatchOperation[] => [
    ...guard(rule),
    { op: 'replace', path: backendPointer(rule), value: backend(twinIn(to, rule), rule.port) },
  ]);
  return [...moves, ...annotatePatch(route, app, switchNote)];
}

/** The Service of `to` that a path's visitors go to; throws `no-candidate` if there is none. */
export function twinIn(to: RevisionServices, rule: LiveRule): string {
  const service = to.services[rule.baseName];
  if (service !== undefined) return service;
  throw new GreenpathError(
    'no-candidate',
    `revision ${to.revision} has no Service ${rule.baseName} for ${ruleText(rule)} (there: ${servicesText(to) || 'none'})`,
    'Run deploy-green for this revision again if somebody deleted it; otherwise choose a revision that has it (mode status lists them).',
  );
}

/** The patch after the proof: the annotation says `proven`, and the preview's paths inside the live route go. */
export function provenPatch(
  route: Ingress,
  app: string,
  preview: readonly Rule[],
  switchNote: SwitchNote,
): PatchOperation[] {
  return [...dropPathsPatch(route, preview), ...annotatePatch(route, app, switchNote)];
}

/** Removes paths from an Ingress, each of them guarded. */
export function dropPathsPatch(route: Ingress, rules: readonly Rule[]): PatchOperation[] {
  const places = rules.flatMap((rule) => (rule.at === 'default' ? [] : [{ rule, at: rule.at }]));
  const gone = new Map<number, number>();
  return places
    .toSorted((a, b) => b.at.rule - a.at.rule || b.at.path - a.at.path)
    .flatMap(({ rule, at }): PatchOperation[] => {
      const dropped = (gone.get(at.rule) ?? 0) + 1;
      gone.set(at.rule, dropped);
      // A rule without paths is invalid, so the last of its paths goes with it.
      const last = route.spec.rules?.[at.rule]?.http?.paths.length === dropped;
      const path = last ? `/spec/rules/${at.rule}` : `/spec/rules/${at.rule}/http/paths/${at.path}`;
      return [...guard(rule), { op: 'remove', path }];
    });
}

/**
 * Notes `phase` in the annotation, or takes it away. `add` to a map that is not there fails, and adding the map could
 * wipe one written meanwhile: then the version is tested.
 */
export function annotatePatch(route: Ingress, app: string, switchNote: SwitchNote | undefined): PatchOperation[] {
  const place = annotationPointer(phaseAnnotation(app));
  if (switchNote === undefined) return switchNoteOf(route, app) === undefined ? [] : [{ op: 'remove', path: place }];
  const value = JSON.stringify(switchNote);
  if (route.metadata.annotations !== undefined) return [{ op: 'add', path: place, value }];
  return [
    { op: 'test', path: '/metadata/resourceVersion', value: route.metadata.resourceVersion ?? '' },
    { op: 'add', path: '/metadata/annotations', value: { [phaseAnnotation(app)]: value } },
  ];
}
