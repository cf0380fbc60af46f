import { type Witness, witnessOf } from '../checks/identity.ts';
import type { Front } from '../checks/probe.ts';
import { type ProofResult, proofText, prove, watched } from '../checks/proof.ts';
import type { Api } from '../cluster/api.ts';
import { KIND } from '../cluster/kinds.ts';
import type { Config } from '../core/config.ts';
import { diffOf } from '../core/diff.ts';
import { formatDuration } from '../core/duration.ts';
import { GreenpathError } from '../core/error.ts';
import type { AnswerSeen } from '../core/journal.ts';
import { type LiveRule, namesText, type Side, servicesOf, sideText } from '../core/live.ts';
import { type Ingress, nameOf, phaseAnnotation } from '../core/objects.ts';
import { backend, backendPointer, rulesOf } from '../core/rules.ts';
import { counted } from '../core/words.ts';
import { annotatePatch, type Phase, switchPatch, twinIn } from '../routes/patch.ts';
import type { Recorded } from './release-record.ts';
import { noteWrite, type Run } from './run.ts';
import type { LiveRoute, Situation } from './situation.ts';

/** A switch that the server accepted; `since` is `performance.now()` when its last patch was sent. */
export interface Switched {
  readonly routes: readonly LiveRoute[];
  readonly phase: Phase;
  readonly since: number;
}

/**
 * Moves every live path of the app to its twin in `to`: one guarded patch a route, which also notes it. A route that is
 * there already stays as it is; one that does not exist is created. If one of several is refused, those that were moved
 * are taken back. Undefined after a dry run. Throws `route-changed` if a route is not what was read; if an answer is
 * lost, the run looks again before it says who is live.
 */
export async function switchRoutes(
  run: Run,
  situation: Situation,
  to: Side,
  notes: Pick<Phase, 'previous' | 'left'>,
): Promise<Switched | undefined> {
  const { dryRun } = run.inputs;
  const phase: Phase = { live: to.revision, ...notes, at: new Date().toISOString(), run: run.url, phase: 'switched' };
  const pending = situation.routes.filter((route) => !route.exists || route.revision !== to.revision);
  for (const rule of situation.rules) twinIn(to, rule);
  const moved: LiveRoute[] = [];
  let since = performance.now();
  for (const route of pending) {
    since = performance.now();
    try {
      const ingress = await moveRoute(run, route, to, phase, sideText(to));
      moved.push({ ...route, ingress, exists: true, phase });
    } catch (error) {
      if (dryRun || !isRefused(run, error) || moved.length === 0) throw error;
      throw await takenBack(run, situation, moved, error);
    }
  }
  const text = `${counted(sumOf(pending), 'path')} of ${pending.map(({ ingress }) => nameOf(ingress)).join(', ')} from ${namesText(servicesOf(pending.flatMap((route) => route.rules)))} to ${sideText(to)}`;
  run.report.serves({ live: { url: run.known.outputs.liveUrl, service: sideText(to), revision: to.revision } });
  if (dryRun) {
    run.report.verdict(`Dry run: the server accepts the switch of ${text}; nothing was written.`);
    return undefined;
  }
  run.known.outputs.state = 'switched';
  run.known.visitors = `${run.known.outputs.liveUrl} was switched to ${sideText(to)} (revision ${to.revision}), and that is not proven.`;
  const patches = pending.length === 1 ? 'in one patch' : `in ${counted(pending.length, 'patch')}, one a route`;
  run.report.line(`Switched: ${text} ${patches} (${formatDuration(performance.now() - since)})`);
  const routes = situation.routes.map((route) => moved.find((one) => isSame(one, route)) ?? route);
  return { routes, since, phase };
}

function sumOf(routes: readonly LiveRoute[]): number {
  return routes.reduce((total, route) => total + route.rules.length, 0);
}

function isSame(a: LiveRoute, b: LiveRoute): boolean {
  return a.ingress.metadata.name === b.ingress.metadata.name;
}

/** The server said no, so nothing was written by that request: not a lost answer, not the end of this run. */
function isRefused(run: Run, error: unknown): boolean {
  return error instanceof GreenpathError && error.code !== 'unreachable' && !run.signal.aborted;
}

/** The guarded write of one route; `phase` undefined takes the annotation away. The route as it is then. */
async function moveRoute(
  run: Run,
  route: LiveRoute,
  to: Side,
  phase: Phase | undefined,
  services: string,
): Promise<Ingress> {
  const { ingress, rules, exists } = route;
  const { app, dryRun } = run.inputs;
  const { name } = ingress.metadata;
  const before = run.known.visitors;
  if (!dryRun) {
    run.known.lookAgain = (api) => visitorsNow(run, api, route, to);
    run.known.visitors = `the switch of ${run.known.outputs.liveUrl} to ${services} was sent and not confirmed; they are on ${namesText(servicesOf(rules))} or on it.`;
  }
  const write = exists
    ? run.api.patch<Ingress>({ kind: KIND.Ingress, name }, switchPatch(ingress, app, rules, to, phase), dryRun)
    : run.api.create(newRoute(ingress, app, rules, to, phase), dryRun);
  const answer = await write.catch((error: unknown) => {
    if (isRefused(run, error)) Object.assign(run.known, { visitors: before, lookAgain: undefined });
    throw error;
  });
  if (answer === 'changed') {
    Object.assign(run.known, { visitors: before, lookAgain: undefined });
    throw new GreenpathError(
      'route-changed',
      `Ingress ${name} no longer is what this run read, so the server refused the switch`,
      'Look who changes it (mode status names who wrote it last), then run the step again.',
    );
  }
  run.known.lookAgain = undefined;
  const diff = diffOf(exists ? ingress : undefined, answer);
  noteWrite(run, { object: nameOf(ingress), action: exists ? 'change' : 'create', diff });
  return answer;
}

/** One of several routes was refused, so the others go back to where they were: visitors must not see two versions. */
async function takenBack(
  run: Run,
  situation: Situation,
  moved: readonly LiveRoute[],
  why: unknown,
): Promise<GreenpathError> {
  const names: string[] = [];
  for (const route of moved.toReversed()) {
    const before = situation.routes.find((one) => isSame(one, route));
    if (before === undefined) continue;
    const name = before.ingress.metadata.name;
    if (before.exists) {
      const services = Object.fromEntries(before.rules.map((rule) => [rule.base, rule.service]));
      const back: Side = { revision: before.revision ?? '', services };
      const rules = rulesLike(before, route.ingress);
      await moveRoute(run, { ...route, rules }, back, before.phase, sideText(back));
    } else await run.api.remove({ kind: KIND.Ingress, name }, route.ingress, false);
    names.push(name);
  }
  const { message, code, next } = toError(why);
  run.known.visitors = `${run.known.outputs.liveUrl} is where it was: what was switched was taken back, and that is not proven.`;
  return new GreenpathError(
    code,
    `${message}. The routes that were switched before it were taken back (${names.join(', ')})`,
    next,
    { cause: why },
  );
}

function toError(error: unknown): Pick<GreenpathError, 'message' | 'code' | 'next'> {
  if (error instanceof GreenpathError) return error;
  throw error;
}

/** The moved rules as they stand in the Ingress now. */
function rulesLike({ rules }: LiveRoute, now: Ingress): [LiveRule, ...LiveRule[]] {
  const present = rulesOf(now);
  const found = rules.map((rule) => {
    const service = present.find((one) => backendPointer(one) === backendPointer(rule))?.service;
    return { ...rule, service: service ?? rule.service };
  });
  return found as [LiveRule, ...LiveRule[]];
}

/** A route of the manifests as it is created: naming the side's Services, and noting it. */
function newRoute(
  ingress: Ingress,
  app: string,
  rules: readonly LiveRule[],
  to: Side,
  phase: Phase | undefined,
): Ingress {
  const spec = structuredClone(ingress.spec);
  for (const rule of rules) {
    const target = backend(twinIn(to, rule), rule.port);
    const { at } = rule;
    if (at === 'default') spec.defaultBackend = target;
    const path = at === 'default' ? undefined : spec.rules?.[at.rule]?.http?.paths[at.path];
    if (path) path.backend = target;
  }
  const annotations = {
    ...ingress.metadata.annotations,
    ...(phase && { [phaseAnnotation(app)]: JSON.stringify(phase) }),
  };
  return { ...ingress, metadata: { ...ingress.metadata, annotations }, spec };
}

/** `work`, which switches, while the live URLs are looked at: the summary shows what visitors got over the switch. */
export function switchWatched(
  run: Run,
  config: Config,
  witness: Witness,
  fronts: readonly Front[],
  work: () => Promise<Switched | undefined>,
): Promise<Switched | undefined> {
  if (config.proof === 'off' || run.inputs.dryRun) return work();
  return watched({ fronts, witness, seen: (answer) => run.report.answer(answer) }, work, run.signal);
}

/** Asks the live URLs until they answer from the new side, for at least the router's settling time. */
export async function proveLive(
  run: Run,
  config: Config,
  witness: Witness,
  revision: string,
  fronts: readonly Front[],
  since: number,
  settleDefault: number,
): Promise<ProofResult> {
  if (config.proof === 'off') throw new Error('no proof was asked for');
  const { answers, settle = settleDefault, within } = config.proof;
  const left = Math.max(settle, run.deadline - performance.now() - RESERVE);
  run.report.stage('Proof');
  const seen = (answer: AnswerSeen) => run.report.answer(answer);
  const request = { fronts, prefix: '', witness, answers, since, settle, within: Math.min(within, left), seen };
  const result = await prove(request, run.signal);
  if (result.verdict === 'proven') {
    run.known.outputs.proof = witness.proof;
    run.report.line(`Proven at the live URLs (${witness.proof}): ${proofText(result, revision)}`);
  }
  if (result.verdict === 'proven' && witness.proof === 'none') {
    run.report.warning(
      'proof: none. Answers were 2xx all through the settling time, and nothing in them tells the versions apart; set identity in the config.',
    );
  }
  return result;
}

/** What a step keeps of its timeout for going back, in milliseconds. */
export const RESERVE = 15_000;

/** The best witness for a recorded revision. */
export function witnessFor({ config, release, stamp }: Recorded): Witness {
  return witnessOf(config, release.revision, stamp?.difference);
}

/** Notes `phase` in the annotation of each route alone; throws `route-changed` if one was changed meanwhile. */
export async function notePhase(run: Run, routes: readonly LiveRoute[], phase: Phase): Promise<void> {
  for (const { ingress } of routes) {
    const target = { kind: KIND.Ingress, name: ingress.metadata.name };
    const answer = await run.api.patch<Ingress>(target, annotatePatch(ingress, run.inputs.app, phase), false);
    if (answer === 'changed') {
      throw new GreenpathError(
        'route-changed',
        `Ingress ${target.name} was changed by somebody else before it could be noted who is live`,
        'Run the step again to finish.',
      );
    }
    noteWrite(run, { object: nameOf(ingress), action: 'change', diff: diffOf(ingress, answer) });
  }
}

/** Where visitors are by a fresh look at the route, when the answer to a switch did not come. */
async function visitorsNow(run: Run, api: Api, { ingress, rules }: LiveRoute, to: Side): Promise<string> {
  const { name } = ingress.metadata;
  const route = await api.get<Ingress>({ kind: KIND.Ingress, name });
  const [first] = rules;
  const rule = route && rulesOf(route).find((one) => backendPointer(one) === backendPointer(first));
  const service = rule?.service;
  if (service === to.services[first.base]) Object.assign(run.known.outputs, { state: 'switched', changed: true });
  if (service === undefined) return `Ingress ${name} was read again, and its path is not there any more.`;
  return `Ingress ${name} was read again: it sends ${run.known.outputs.liveUrl} to ${service}; whether that answers was not proven.`;
}
