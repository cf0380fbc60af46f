import { writtenCheck } from '../../checks/registry.ts';
import type { Config } from '../../core/base/config.ts';
import { likelyCause } from '../../core/checks/refusal.ts';
import { routeInput } from '../../core/release/route.ts';
import { placeOf } from '../../proof/probe.ts';
import type { ProofResult } from '../../proof/proof-result.ts';
import type { RefusedAt } from '../../proof/refused.ts';
import type { LiveRoute } from '../../state/live-route.ts';
import type { Situation } from '../../state/situation.ts';

/** Why a preview does not answer from green, and what to do about it. */
export interface PreviewFailure {
  readonly why: string;
  readonly next: string;
}

/** What a failed proof of a preview saw; `next` is the advice if nothing kept this run from the application. */
export function whyUnanswered(
  situation: Situation,
  config: Config,
  { refused, complaint }: ProofResult,
  next: string,
): PreviewFailure {
  if (refused === undefined) return { why: complaint ?? 'no answer', next };
  const { endpoint, path, refusal, status } = refused;
  const cause = knownCause(situation, config, refused);
  return {
    why: `${placeOf(endpoint, path)} is answered with ${status} every time, through every address. ${
      cause === undefined ? `${likelyCause(refusal)}, or the application itself` : `The likely cause: ${cause}`
    }`,
    next: `${wayOn(refused, routeBehind(situation.routes, endpoint))} ${expectIt(refused, config)}`.trim(),
  };
}

/** What in the live route most likely causes that a preview is refused; the preview copies its annotations. */
export function knownCause(
  { routes }: Pick<Situation, 'routes'>,
  { preview }: Config,
  { endpoint, refusal }: RefusedAt,
): string | undefined {
  const route = routeBehind(routes, endpoint);
  return route?.router.cause(route.object, refusal, preview.annotations);
}

/** The live route that an endpoint is of. */
function routeBehind(routes: Situation['routes'], endpoint: RefusedAt['endpoint']): LiveRoute | undefined {
  return routes.find((route) => routeInput(route.ref) === endpoint.route);
}

function wayOn({ refusal }: RefusedAt, route: LiveRoute | undefined): string {
  const atRouter =
    refusal === 'tls' && route !== undefined ? ` If it ends at the router, ${route.router.advice.tls}.` : '';
  return WAY_ON[refusal] + atRouter;
}

const WAY_ON: Readonly<Record<RefusedAt['refusal'], string>> = {
  login:
    'Give the credentials in the config (requests), or set a path that needs no login (identity.path, or the first check).',
  client: 'Make the router accept the address of this runner, or use a runner that it accepts.',
  tls: 'If TLS ends in front of the router, add that address, such as https://203.0.113.7:443, to addresses, so that this run connects as visitors do.',
  redirect: 'Set a path in the config that is not redirected (identity.path, or the first check).',
};

/** A check may accept the status; then nothing shows which version answers. */
function expectIt({ refusal, status, path }: RefusedAt, { identity }: Config): string {
  if (refusal === 'tls') return '';
  const [code] = /\d+/.exec(status) ?? [];
  const check = writtenCheck(path, Number(code));
  if (check === undefined) return '';
  const without =
    identity !== undefined ? ', and remove `identity` from the config: such an answer cannot show the revision' : '';
  return `If the answer is right, add this to the checks: ${check}${without}. Then it is accepted everywhere, and proves only that the path gives this answer (proof: none).`;
}
