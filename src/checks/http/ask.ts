import { inTurn } from '../../core/base/bounded.ts';
import { headersOf } from '../../core/base/credentials.ts';
import { keptForMask } from '../../core/base/masking.ts';
import { type Filling, filled } from '../../core/base/placeholders.ts';
import type { Answered } from '../../core/checks/expect.ts';
import type { Detail } from '../../core/checks/failed-check.ts';
import type { BodyLimits } from '../../proof/exchange.ts';
import { type Answer, askAt, type Endpoint, type Reply } from '../../proof/probe.ts';
import { describe } from '../../proof/proof-text.ts';
import { refusedBy } from '../../proof/refused.ts';
import { asksForPatience, judged, type Sighting } from '../../proof/see.ts';
import { trustIn } from '../../proof/tls.ts';
import { bytesOf } from '../body.ts';
import type { Attempt, Blame } from '../check.ts';
import { withQuery } from '../query.ts';
import type { Subject } from '../subject.ts';
import type { CheckTools } from '../tools.ts';
import { urlAt } from '../url-at.ts';
import { boundsOf } from './bounds.ts';
import { mismatch } from './expectation.ts';
import { namesItself, wrongName } from './identity.ts';
import type { Fault } from './json-body.ts';
import { checkPage, PAGE_LIMITS } from './page.ts';
import { afterwards, type Followed, follow, type Hop } from './redirects.ts';
import type { RequestSettings } from './settings.ts';

/** A request of a check through one endpoint. */
export interface Asked {
  readonly settings: RequestSettings;
  readonly subject: Subject;
  readonly endpoint: Endpoint;
}

/** Sends the request of a check, with what it follows and what a page needs, and judges the answers. */
export async function ask(asked: Asked, tools: CheckTools, signal: AbortSignal): Promise<Attempt> {
  const { clock } = tools;
  const start = clock.now();
  const filling = { revision: asked.subject.revision, variable: tools.secrets.variable };
  const send = senderOf(asked, filling, tools, signal);
  const { reply, stray, hop } = await answerTo(asked, filling, send);
  if ('error' in reply) return failed(asked, reply, undefined, signal);
  await inTurn(() => tellAnswer(asked, hop, reply));
  const fault = await inTurn(() => faultOf(asked.settings, reply, asked.subject, { stray, filling }));
  if (fault !== undefined) return failed(asked, reply, fault, signal);
  if (!needsAssets(asked)) return { passed: true, ms: reply.ms };
  const { settings, subject, endpoint } = asked;
  const page = { answer: reply, hop, bounds: boundsOf(endpoint), timeout: settings.timeout };
  const result = await checkPage(page, { subject, endpoint, clock, send }, signal);
  const ms = clock.now() - start;
  return 'seen' in result ? { passed: true, ms, ...result } : { passed: false, ms, ...result.fault, who: result.who };
}

/** The bake asks all the time, through the router that visitors use: there only who wants it loads what a page needs. */
function needsAssets({ settings: { page, bake }, subject: { release, skipsBlame } }: Asked): boolean {
  const isBake = release.since !== undefined;
  return page && !skipsBlame && (!isBake || bake === true);
}

async function failed(asked: Asked, reply: Reply, fault: Fault | undefined, signal: AbortSignal): Promise<Attempt> {
  const { settings, subject, endpoint } = asked;
  const seen = await blamed(asked, reply, signal);
  const refused = refusedBy(reply, endpoint);
  const cause = refused && subject.causeOf?.({ ...refused, endpoint, path: settings.request.path });
  const reason = `${fault?.reason ?? describe(seen)}${remarks(asked, reply)}`;
  const detail = fault && (fault.detail ?? beginningOf(reply));
  return { passed: false, ms: reply.ms, reason, cause, who: seen.evidence, ...(detail && { detail }) };
}

/** Sends a request of an attempt: the first one, that to which it redirects, or one for an asset. */
type Send = (hop: Hop, limits?: BodyLimits, timeout?: number) => Promise<Reply>;

function senderOf(asked: Asked, filling: Filling, { secrets, clock }: CheckTools, signal: AbortSignal): Send {
  const { settings, endpoint } = asked;
  const { tls, body, page } = settings;
  const sent = body && bytesOf(body, filling);
  const own = headersOf(settings, filling, secrets.hide);
  const trust = trustIn(tls.ca);
  return ({ method, path, hasBody, cookies }, limits = page ? PAGE_LIMITS : undefined, timeout = settings.timeout) => {
    const target = { host: endpoint.host, path, method, tls: { name: tls.name, trust }, limits };
    const typed = hasBody && sent ? { 'content-type': sent.type } : {};
    // Without what the endpoint asks for, a request would get elsewhere: to the live version, or to another application.
    const headers = { ...carried(asked), ...typed, ...own, ...endpoint.headers };
    const carries = { headers: withCookies(headers, cookies), body: hasBody ? sent?.bytes : undefined };
    return askAt(endpoint, { ...target, ...carries }, timeout, signal, clock);
  };
}

/** The answer, or the one that the redirects lead to. */
async function answerTo({ settings, endpoint }: Asked, filling: Filling, send: Send): Promise<Followed> {
  const { request, query, body } = settings;
  const path = endpoint.prefix + withQuery(request.path, query, (text) => encodeURIComponent(filled(text, filling)));
  const first: Hop = { method: request.method, path, hasBody: body !== undefined, cookies: new Map() };
  if (settings.follow) return follow(first, boundsOf(endpoint), send);
  const reply = await send(first);
  return { reply, hop: afterwards(first, reply) };
}

/** For those who want to know what answers say besides whether they pass. */
function tellAnswer({ subject, endpoint }: Asked, { method, path }: Hop, answer: Answer): void {
  subject.onAnswer?.({ method, url: urlAt(boundsOf(endpoint), path), endpoint, answer });
}

/** Headers with the cookies that earlier answers set, which replace those of the same name. */
function withCookies(
  headers: Readonly<Record<string, string>>,
  cookies: Hop['cookies'],
): Readonly<Record<string, string>> {
  if (cookies.size === 0) return headers;
  const own = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
  const kept = own.filter((pair) => pair !== '' && !cookies.has(pair.split('=', 1)[0] ?? ''));
  const jar = [...kept, ...[...cookies].map(([name, value]) => `${name}=${value}`)];
  return { ...headers, cookie: jar.join('; ') };
}

/** What every request to the application carries, less the credentials that this check does without. */
function carried({ settings: { auth }, endpoint: { carries = {} } }: Asked): Readonly<Record<string, string>> {
  const { authorization, ...others } = carries;
  return auth === 'none' || authorization === undefined ? others : carries;
}

/** Who is to blame for a reply that does not pass; for one without an answer, only the proxy can tell. */
async function blamed(asked: Asked, reply: Reply, signal: AbortSignal): Promise<Sighting<Exclude<Blame, 'busy'>>> {
  const { subject, endpoint } = asked;
  if (subject.skipsBlame && 'error' in reply) return { reply, who: 'silent', evidence: 'silent' };
  return judged(endpoint, reply, (answer) => blameFor(asked, answer), signal);
}

/** Whose fault a wrong answer is: the other version's, if that gave it. */
function blameFor({ settings: { request }, subject: { versionProbe } }: Asked, answer: Answered): 'blue' | 'bad' {
  const tells = versionProbe?.anywhere || versionProbe?.path === request.path;
  const isSure = tells && !versionProbe?.mistakesBlue;
  return isSure && versionProbe?.judge(answer) === 'blue' ? 'blue' : 'bad';
}

/** What else is known of a reply that does not pass, for the end of the sentence. */
function remarks({ settings: { request }, subject, endpoint }: Asked, reply: Reply): string {
  const stray = endpoint.serves(request.path) ? '' : `; no path of the app leads to ${request.path}`;
  return patience(subject, reply) + stray;
}

/** Who asks for fewer or later requests, as far as that is known. */
function patience(subject: Subject, reply: Reply): string {
  if ('error' in reply || !asksForPatience(reply)) return '';
  const itself = namesItself(subject, reply) ? `${subject.revision} itself` : undefined;
  if (reply.status === 503) return `, and ${itself ?? 'the answer'} asks to come back later`;
  return `, and ${itself ?? 'the proxy'} limits how often it is asked`;
}

/** How many lines of a wrong answer are shown. */
const BEGINNING = 8;

/** How a wrong answer begins; undefined if that is no text. */
function beginningOf(reply: Reply): Detail | undefined {
  if ('error' in reply) return undefined;
  const shown = keptForMask(reply.body.trimStart());
  if (shown === '' || /[\u0000-\u0008\u000e-\u001a\ufffd]/.test(shown)) return undefined;
  // A copy: a part of a text keeps all of it in memory.
  const text = Buffer.from(shown.split('\n').slice(0, BEGINNING).join('\n')).toString();
  return { title: 'the answer began', text, form: 'text' };
}

/** What is known of an answer besides itself. */
interface Context {
  readonly stray: string | undefined;
  readonly filling: Filling;
}

/** Why an answer does not pass; undefined if it passes. */
function faultOf(
  { expect, auth }: RequestSettings,
  answer: Answer,
  subject: Subject,
  { stray, filling }: Context,
): Fault | undefined {
  const wrong = wrongName(subject, answer);
  // Who comes without credentials may get no further than to what asks for them.
  const isKeptOut = auth === 'none' && wrong?.found === undefined;
  if (wrong !== undefined && !isKeptOut) return { reason: wrong.text };
  if (stray !== undefined) return { reason: `status ${answer.status} redirects to ${stray}` };
  return mismatch(expect, answer, filling);
}
