import * as v from 'valibot';
import { addressText } from '../../core/base/addresses.ts';
import type { Clock } from '../../core/base/clock.ts';
import { ADOPTED } from '../../core/base/revision.ts';
import { duration, flag, headerName, regularExpression, settings, text } from '../../core/base/settings.ts';
import { type Answered, claims, expectsStatus, fillPattern, statusText } from '../../core/checks/expect.ts';
import { type Endpoint, placeOf, probe, probeRequests, type Reply } from '../../proof/probe.ts';
import { describe } from '../../proof/proof-text.ts';
import { refusedBy } from '../../proof/refused.ts';
import { asksForPatience, judged, type Sighting } from '../../proof/see.ts';
import type { Attempt, Blame, CheckKind, Subject } from '../check.ts';

const GET = 'expected "GET /path"';
const line = v.pipe(
  v.string(GET),
  v.regex(/^GET \/[!-~]*$/, GET),
  v.transform((given) => given.slice('GET '.length)),
);
const STATUS = 'expected a status such as 204, or a class such as 2xx';
const status = v.pipe(v.union([v.number(), v.string()], STATUS), v.check(isStatus, STATUS));
const expectation = settings({
  status: v.optional(
    v.union([status, v.array(status)], 'expected a status, a class such as 2xx, or a list of them'),
    '2xx',
  ),
  headers: v.optional(v.record(headerName, text, 'expected a map of headers'), {}),
  body: v.optional(settings({ contains: v.optional(text), matches: v.optional(regularExpression) }), {}),
});
const FURTHER = {
  expect: v.optional(expectation, {}),
  timeout: v.optional(duration, '5s'),
  live: v.optional(flag, false),
};
const map = settings({ request: line, ...FURTHER });
const DEFAULTS = v.parse(settings(FURTHER), {});
const short = v.pipe(
  line,
  v.transform((path) => ({ ...DEFAULTS, request: path })),
);
type Settings = v.InferOutput<typeof map>;

/** Asks for a path of the application on every host and address that serves it, and compares the answers. */
export const request: CheckKind<Settings> = {
  key: 'request',
  form: '"GET /path", or a map with request, expect, timeout and live',
  about: 'Asks for a path on every host, through every address, and compares the answers.',
  example: 'GET /healthz',
  schema: v.lazy((given) => (typeof given === 'string' ? short : map)),
  expects: ({ request: path, expect, timeout }) => [{ path, statuses: [expect.status].flat(), timeout }],
  written: (path, code) => (code === undefined ? `GET ${path}` : `{request: GET ${path}, expect: {status: ${code}}}`),
  make: (settings, { clock }) => ({
    name: `GET ${settings.request}`,
    kind: 'request',
    points: ['preview', 'bake', 'rollback', ...(settings.live ? (['live'] as const) : [])],
    repeatable: true,
    targets: (subject) =>
      probeRequests(subject.endpoints, settings.request).map(({ endpoint }) => ({
        where: placeOf(endpoint, settings.request),
        through: addressText(endpoint.address),
        attempt: (signal) => ask({ settings, subject, endpoint }, clock, signal),
      })),
  }),
};

/** One request of a check. */
interface Asked {
  readonly settings: Settings;
  readonly subject: Subject;
  readonly endpoint: Endpoint;
}

async function ask(asked: Asked, clock: Clock, signal: AbortSignal): Promise<Attempt> {
  const { settings, subject, endpoint } = asked;
  const path = settings.request;
  const reply = await probe(endpoint, path, settings.timeout, signal, clock);
  const { ms } = reply;
  const fault = 'error' in reply ? undefined : faultOf(settings, reply, subject);
  if (!('error' in reply) && fault === undefined) return { passed: true, ms };
  const seen = await blamed(asked, reply, signal);
  const refused = refusedBy(reply, endpoint);
  const cause = refused && subject.causeOf?.({ ...refused, endpoint, path });
  return { passed: false, ms, reason: `${fault ?? describe(seen)}${remarks(asked, reply)}`, cause, who: seen.who };
}

/** Who is to blame for a reply that does not pass; for one without an answer, only the proxy can tell. */
async function blamed(asked: Asked, reply: Reply, signal: AbortSignal): Promise<Sighting<Blame>> {
  const { subject, endpoint } = asked;
  if (subject.skipsBlame && 'error' in reply) return { reply, who: 'silent', evidence: 'silent' };
  return judged(endpoint, reply, (answer) => blameFor(asked, answer), signal);
}

/** What else is known of a reply that does not pass, for the end of the sentence. */
function remarks({ settings, endpoint }: Asked, reply: Reply): string {
  const patience = asksForPatience(reply) ? ', and the proxy limits how often it is asked' : '';
  const stray = endpoint.serves(settings.request) ? '' : `; no path of the app leads to ${settings.request}`;
  return patience + stray;
}

/** Whether a number is a status, or a text a class of them. */
function isStatus(given: number | string): boolean {
  return typeof given === 'number' ? /^[1-5]\d\d$/.test(`${given}`) : /^[1-5]xx$/.test(given);
}

/** Whose fault a wrong answer is: the other version's, if that gave it. */
function blameFor({ settings, subject: { versionProbe } }: Asked, answer: Answered): Blame {
  const tells = versionProbe?.anywhere || versionProbe?.path === settings.request;
  return tells && versionProbe?.judge(answer) === 'blue' ? 'blue' : 'bad';
}

/** Why an answer does not pass, in one sentence; undefined if it passes. */
function faultOf(settings: Settings, answer: Answered, { identity, revision }: Subject): string | undefined {
  // What was there before Greenpath does not say who it is.
  const namesItself = identity !== undefined && 'header' in identity && revision !== ADOPTED;
  if (namesItself && !claims(identity, answer, revision)) {
    return `not answered by ${revision}: header ${identity.header} is ${answer.headers[identity.header.toLowerCase()] ?? 'missing'}`;
  }
  return mismatch(settings, answer, revision);
}

/** What of an answer is not as it should be. `{revision}` in the expectation stands for the revision. */
function mismatch({ expect }: Settings, answer: Answered, revision: string): string | undefined {
  const fill = (given: string) => given.replaceAll('{revision}', revision);
  const statuses = [expect.status].flat();
  if (!expectsStatus(statuses, answer.status)) return `${statusText(answer)}; expected ${statuses.join(' or ')}`;
  for (const [name, value] of Object.entries(expect.headers)) {
    const found = answer.headers[name.toLowerCase()];
    if (found?.toString() !== fill(value))
      return `header ${name} is ${found === undefined ? 'missing' : `"${found}"`}; expected "${fill(value)}"`;
  }
  const { contains, matches } = expect.body;
  if (contains !== undefined && !answer.body.includes(fill(contains)))
    return `the body does not contain "${fill(contains)}"`;
  if (matches !== undefined && !new RegExp(fillPattern(matches, revision)).test(answer.body))
    return `the body does not match /${matches}/`;
  return undefined;
}
