import type { Reader } from '../../cluster/reader.ts';
import type { Config } from '../../core/base/config.ts';
import { GreenpathError } from '../../core/base/error.ts';
import { diffOf } from '../../core/kube/diff.ts';
import { type KubeObject, nameOf, switchNoteKey } from '../../core/kube/objects.ts';
import { namesText, type RevisionServices, servicesText } from '../../core/kube/revision-services.ts';
import type { LiveRule } from '../../core/release/live.ts';
import { routeText, sameAmong, servicesOf } from '../../core/release/route.ts';
import { markFor, type RouterMark } from '../../core/release/router-mark.ts';
import type { SwitchNote } from '../../core/release/switch-note.ts';
import { counterpartIn, switchPatch } from '../../routes/patch.ts';
import { type Route, routeOf } from '../../routes/route-kind.ts';
import { liveUrl } from '../../state/endpoints.ts';
import type { LiveRoute } from '../../state/live-route.ts';
import type { Outcome } from '../../state/outcome.ts';
import { isRefused, noteWrite, type Run } from '../../state/run.ts';
import type { Situation } from '../../state/situation.ts';
import { removeRoute } from '../objects/remove-object.ts';

/** Where a route should go. */
export interface Move {
  readonly to: RevisionServices;
  /** Its annotation then; undefined removes the annotation. */
  readonly switchNote: SwitchNote | undefined;
  /** How its paths say where they lead, if the router can do that. */
  readonly mark: RouterMark;
  /** The live URL, for people. */
  readonly url: string;
}

/**
 * Moves one route, and returns its new state. While the answer is outstanding, it is not known which revision is live.
 */
export async function moveRoute(run: Run, route: LiveRoute, move: Move): Promise<Route> {
  const { to, url } = move;
  const visitors = `the switch of ${url} to ${servicesText(to)} was sent and not confirmed; visitors are on ${namesText(servicesOf(route.rules))} or on the new one.`;
  run.observe({ doubt: { visitors, look: (api) => visitorsNow(run, api, route, { to, url }) } });
  const moved = await writeRoute(run, route, move).catch((error: unknown) => {
    if (isRefused(run, error)) run.observe({ doubt: undefined });
    throw error;
  });
  // Of several routes, others may not have moved yet.
  run.observe({ visitors, doubt: undefined });
  return moved;
}

/** The guarded write of one route. */
export async function writeRoute(run: Run, route: LiveRoute, move: Move): Promise<Route> {
  const { to, switchNote, mark } = move;
  const { adapter, object, rules, exists } = route;
  const { app } = run.inputs;
  const target = { kind: adapter.resource, name: object.metadata.name };
  const answer = exists
    ? await run.api.patch(target, [
        ...switchPatch(route, app, rules, to, switchNote),
        ...(adapter.mark?.(object, rules, mark) ?? []),
      ])
    : await run.api.create(newRoute(route, app, move));
  if (answer === 'changed') {
    throw new GreenpathError(
      'route-changed',
      `${nameOf(object)} has changed since this run read it, so the server refused the switch`,
      'Find out who changes it (mode status names who wrote it last), then run the step again.',
    );
  }
  const diff = diffOf(exists ? object : undefined, answer);
  noteWrite(run, { object: nameOf(object), action: exists ? 'change' : 'create', diff });
  return routeOf(adapter, answer);
}

/** The server refused one of several routes, so the others are reverted: visitors must not see two versions. */
export async function takenBack(
  run: Run,
  situation: Situation,
  moved: readonly LiveRoute[],
  config: Pick<Config, 'identity'>,
  why: unknown,
): Promise<GreenpathError> {
  const url = liveUrl(situation);
  const names: string[] = [];
  for (const route of moved.toReversed()) {
    const before = sameAmong(situation.routes, route);
    if (before === undefined) continue;
    if (before.exists) {
      const services = Object.fromEntries(before.rules.map((rule) => [rule.baseName, rule.service]));
      const back: RevisionServices = { revision: before.revision ?? '', services };
      const rules = rulesLike(before, route);
      await moveRoute(
        run,
        { ...route, rules },
        { to: back, switchNote: before.switchNote, mark: markFor(config, back.revision), url },
      );
    } else await removeRoute(run, route);
    names.push(nameOf(before.object));
  }
  const { message, code, next } = toError(why);
  run.observe({ visitors: `${url} is where it was: the switched routes were reverted, and that is not proven.` });
  return new GreenpathError(
    code,
    `${message}. The routes that were switched before it were reverted (${names.join(', ')})`,
    next,
    { cause: why },
  );
}

function toError(error: unknown): Pick<GreenpathError, 'message' | 'code' | 'next'> {
  if (error instanceof GreenpathError) return error;
  throw error;
}

/** The moved paths as they are in the route now. */
function rulesLike({ rules }: LiveRoute, now: Route): [LiveRule, ...LiveRule[]] {
  const found = rules.map((rule) => {
    const service = now.paths.find((one) => one.key === rule.key)?.service;
    return { ...rule, service: service ?? rule.service };
  });
  return found as [LiveRule, ...LiveRule[]];
}

/** A route of the manifests as it is created: with the side's Services and the annotation. */
function newRoute({ adapter, object, rules }: LiveRoute, app: string, { to, switchNote, mark }: Move): KubeObject {
  const targets = new Map(rules.map((rule) => [rule.service, counterpartIn(to, rule)]));
  const renamed = adapter.renamed(object, (service) => targets.get(service) ?? service);
  const { metadata, ...rest } = adapter.marked?.(renamed, rules, mark) ?? renamed;
  const note = switchNote && { [switchNoteKey(app)]: JSON.stringify(switchNote) };
  return { ...rest, metadata: { ...metadata, annotations: { ...metadata.annotations, ...note } } };
}

/** Reads the route again to find out where visitors are, if the answer to a switch was lost. */
async function visitorsNow(
  run: Run,
  api: Reader,
  { adapter, ref, rules }: LiveRoute,
  { to, url }: Pick<Move, 'to' | 'url'>,
): Promise<Partial<Outcome>> {
  const now = await api.get({ kind: adapter.resource, name: ref.name });
  const [first] = rules;
  const service = now && adapter.paths(now).find(({ key }) => key === first.key)?.service;
  const isMoved = service === to.services[first.baseName];
  if (isMoved || service !== first.service) {
    // Of several routes, others may not have moved.
    const revision = isMoved && run.inputs.routes.length === 1 ? to.revision : '';
    run.report.serves({ live: { url, service: service ?? 'unknown', revision } });
  }
  const visitors =
    service === undefined
      ? `${routeText(ref)} was read again, and its path no longer exists.`
      : `${routeText(ref)} was read again: it sends ${url} to ${service}; whether that answers was not proven.`;
  return isMoved ? { visitors, state: 'switched', changed: true, proof: '' } : { visitors };
}
