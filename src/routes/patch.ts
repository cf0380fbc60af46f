import type { Live } from '../core/live.ts';
import { type Ingress, phaseAnnotation } from '../core/objects.ts';
import { backend, type Rule } from '../core/rules.ts';

/** One operation of a JSON patch (RFC 6902). */
export type PatchOperation =
  | { readonly op: 'test' | 'add' | 'replace'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string };

/** What the annotation on the live route says about one app; `docs/design.md` section 5. */
export interface Phase {
  readonly live: string;
  readonly previous: string;
  /** ISO 8601, by the clock of the runner. */
  readonly at: string;
  readonly run: string;
  readonly phase: 'switched' | 'proven';
  /** The revision that was left because it was bad, by a restore or a rollback; absent after a promotion. */
  readonly left?: string;
}

/** The JSON pointer of a rule's path in its Ingress. */
export function pointer(rule: Rule): string {
  return `/spec/rules/${rule.at.rule}/http/paths/${rule.at.path}`;
}

/**
 * Tests that a rule still is what was read: host, path and backend. `null` also accepts a member that is not there
 * (evanphx/json-patch v4, which API servers use; seen on 1.37).
 */
export function guard(rule: Rule): PatchOperation[] {
  const known = rule.service === undefined || rule.port === undefined ? undefined : backend(rule.service, rule.port);
  return [
    { op: 'test', path: `/spec/rules/${rule.at.rule}/host`, value: rule.host ?? null },
    { op: 'test', path: `${pointer(rule)}/path`, value: rule.given ?? null },
    ...(known === undefined ? [] : [{ op: 'test' as const, path: `${pointer(rule)}/backend`, value: known }]),
  ];
}

/**
 * The switch: one patch that moves every live path of the app to `service` and notes it in the annotation. Each move is
 * guarded, so that the server refuses the whole patch (422) if anybody changed any of the rules since they were read.
 */
export function switchPatch(route: Ingress, app: string, live: Live, service: string, phase: Phase): PatchOperation[] {
  const moves = live.rules.flatMap((rule): PatchOperation[] => [
    ...guard(rule),
    { op: 'replace', path: `${pointer(rule)}/backend`, value: backend(service, rule.port ?? 80) },
  ]);
  return [...moves, ...annotatePatch(route, app, phase)];
}

/** The patch after the proof: the annotation says `proven`, and a preview path inside the live route goes. */
export function provenPatch(route: Ingress, app: string, live: Live, phase: Phase): PatchOperation[] {
  return [...dropPathsPatch(route, live.preview), ...annotatePatch(route, app, phase)];
}

/** Removes paths from an Ingress, each of them guarded. */
export function dropPathsPatch(route: Ingress, rules: readonly Rule[]): PatchOperation[] {
  return rules
    .toSorted((a, b) => b.at.rule - a.at.rule || b.at.path - a.at.path)
    .flatMap((rule): PatchOperation[] => {
      // A rule without paths is invalid, so one that holds nothing else goes as a whole.
      const alone = route.spec.rules?.[rule.at.rule]?.http?.paths.length === 1;
      return [...guard(rule), { op: 'remove', path: alone ? `/spec/rules/${rule.at.rule}` : pointer(rule) }];
    });
}

/** The annotation of `app` on the live route, or undefined if there is none or it cannot be read. */
export function phaseOf(route: Ingress, app: string): Phase | undefined {
  const text = route.metadata.annotations?.[phaseAnnotation(app)];
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isPhase(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isPhase(value: unknown): value is Phase {
  if (typeof value !== 'object' || value === null) return false;
  const { live, previous, at, run, phase, left = '' } = value as Partial<Record<keyof Phase, unknown>>;
  return (
    [left, live, previous, at, run].every((item) => typeof item === 'string') &&
    (phase === 'switched' || phase === 'proven')
  );
}

/**
 * Notes `phase` in the annotation. `add` to a map that is not there fails, and adding the map could wipe one written
 * meanwhile: then the version is tested.
 */
export function annotatePatch(route: Ingress, app: string, phase: Phase): PatchOperation[] {
  const place = `/metadata/annotations/${phaseAnnotation(app).replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const value = JSON.stringify(phase);
  if (route.metadata.annotations !== undefined) return [{ op: 'add', path: place, value }];
  return [
    { op: 'test', path: '/metadata/resourceVersion', value: route.metadata.resourceVersion ?? '' },
    { op: 'add', path: '/metadata/annotations', value: { [phaseAnnotation(app)]: value } },
  ];
}
