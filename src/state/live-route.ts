import type { Config } from '../core/base/config.ts';
import { GreenpathError } from '../core/base/error.ts';
import type { Ways } from '../core/base/ways.ts';
import type { Counterpart } from '../core/kube/counterpart.ts';
import { ANNOTATION_ENTRY, annotation, type Ingress, LABEL_APP, label, type Service } from '../core/kube/objects.ts';
import { routeFaults } from '../core/manifests/classic-faults.ts';
import { findLive, type Live } from '../core/release/live.ts';
import { type Reverted, refuseDriftedService, revertedOf } from '../core/release/route-facts.ts';
import { rulesOf } from '../core/release/rules.ts';
import { type SwitchNote, switchNoteOf } from '../core/release/switch-note.ts';
import { classOf, type Dialect, dialectOf } from '../routes/dialects.ts';
import { isPreviewRule } from '../routes/preview.ts';
import type { Routes } from './namespace.ts';

/** One live route, and what it says about the app. */
export interface LiveRoute extends Live {
  /** As it was read; of one that does not exist, as the manifests have it. */
  readonly ingress: Ingress;
  readonly exists: boolean;
  readonly switchNote: SwitchNote | undefined;
  /** Set if somebody else undid the last switch. */
  readonly reverted: Reverted | undefined;
}

/** By what the live routes are read. */
export interface RouteSettings {
  readonly prefix: string;
  readonly revisionLabel: string;
  readonly router: string | undefined;
  readonly ways: Ways;
}

/** What the routes of one app are read with. */
interface RouteRequest {
  readonly app: string;
  readonly namespace: string;
  readonly services: readonly Service[];
  /** What the app's stack offers to them. */
  readonly counterparts: readonly Counterpart[];
  readonly settings: RouteSettings;
  readonly dialect: Dialect;
}

/** All routes have one router: one parking for all, one way to strip a prefix. */
export function dialectFor(found: Routes['found'], router: string | undefined): Dialect {
  const classes = new Set(found.map(({ ingress }) => classOf(ingress)));
  const [first] = found;
  if (classes.size > 1)
    throw new GreenpathError(
      'route',
      `the live routes have different classes (${[...classes].map((name) => name ?? 'none').join(', ')})`,
      'Release what stands behind different routers as apps of their own.',
    );
  for (const { ingress } of found) {
    const faults = routeFaults(ingress);
    if (faults.length > 0) throw classicForm(faults.map((text) => ({ text })));
  }
  const dialect = first && dialectOf(first.ingress, router);
  if (dialect !== undefined) return dialect;
  throw new GreenpathError(
    'route',
    `Ingress ${first?.ingress.metadata.name} has the class ${[...classes][0] ?? '(none)'}, and Greenpath does not know how its router strips a prefix`,
    'If that router understands the annotations of ingress-nginx (ingress-nginx itself, Traefik 3.7 or newer), say `router: nginx` in the config.',
  );
}

/** What one route of an app says, by the Services that were read with it. Throws `route` or `drifted`. */
export function liveRoute({ ingress, exists }: Routes['found'][number], request: RouteRequest): LiveRoute {
  const { app, namespace, services, counterparts, settings, dialect } = request;
  const { prefix, revisionLabel } = settings;
  const rules = rulesOf(ingress);
  const switchNote = exists ? switchNoteOf(ingress, app) : undefined;
  const named = new Set(rules.map((rule) => rule.service));
  // A Service of another app may stand in the same Ingress; one that lost its app label still has its name from Greenpath.
  for (const service of services.filter(
    (one) => named.has(one.metadata.name) && (label(one, LABEL_APP) ?? app) === app,
  ))
    refuseDriftedService(service, app, revisionLabel, namespace);
  const live = findLive(
    { name: ingress.metadata.name, namespace, rules, switchedTo: switchNote?.live },
    exists ? services : [],
    counterparts,
    { app, revisionLabel, isPreview: (rule, all) => isPreviewRule(ingress, dialect, prefix, rule, all) },
  );
  const through = services.find(
    (one) => annotation(one, ANNOTATION_ENTRY) === app && live.rules.some((rule) => rule.service === one.metadata.name),
  );
  return { ...live, ingress, exists, switchNote, reverted: revertedOf(ingress, switchNote, live.revision, through) };
}

/** The refusal of a route or manifests in the form in which the pattern was first printed. */
export function classicForm(
  problems: readonly { text: string; place?: { file: string; line?: number } }[],
): GreenpathError {
  return new GreenpathError(
    'classic-form',
    'this is the blue/green example as it was first printed, which no cluster runs as it stands',
    'Replace the lines as shown (docs/classic-form.md explains each), apply the Ingress again if it is the Ingress, and run the step again.',
    { problems },
  );
}

/** The settings by which the live routes are read. */
export function routeSettings(config: Config): RouteSettings {
  const { preview, router, hosts, addresses = [], ca } = config;
  return { prefix: preview.path, revisionLabel: config['revision-label'], router, ways: { hosts, addresses, ca } };
}
