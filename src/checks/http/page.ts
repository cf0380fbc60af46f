import { inTurn } from '../../core/base/bounded.ts';
import type { Clock } from '../../core/base/clock.ts';
import { formatDuration } from '../../core/base/duration.ts';
import { counted } from '../../core/base/plural.ts';
import type { Detail } from '../../core/checks/failed-check.ts';
import type { BodyLimits } from '../../proof/exchange.ts';
import type { Answer, Endpoint, Reply } from '../../proof/probe.ts';
import { describe } from '../../proof/proof-text.ts';
import { asksForPatience, judged } from '../../proof/see.ts';
import type { Blame } from '../check.ts';
import type { Subject } from '../subject.ts';
import { urlAt } from '../url-at.ts';
import { type Asset, type Assets, assetFault, assetsOf, assetText, isAsset } from './assets.ts';
import type { Bounds } from './bounds.ts';
import { isHtml, MOST_REFERENCES, referencesIn } from './html.ts';
import { wrongName } from './identity.ts';
import type { Fault } from './json-body.ts';
import type { Hop } from './redirects.ts';

/** The check of a page with everything that a browser loads for it. */

const MIB = 1024 * 1024;
/** How much of a page is read. */
export const PAGE_LIMITS: BodyLimits = { kept: MIB, most: Number.POSITIVE_INFINITY };
/** Of an asset, only the end is waited for. */
const ASSET_LIMITS: BodyLimits = { kept: 0, most: 16 * MIB };
/** How many assets of one page are requested. */
const MOST = 200;
/** How many of them at once: as browsers do over HTTP/1.1. */
const AT_ONCE = 6;
/** How many faults a sentence names, and how many the detail has. */
const NAMED = 2;
const DETAILED = 50;
/** Who is to blame if several are. */
const WORST: readonly Blame[] = ['bad', 'blue', 'unknown', 'busy', 'silent'];

/** A page that was answered as expected. */
export interface Page {
  readonly answer: Answer;
  /** The request that it answered, with the cookies that it set. */
  readonly hop: Hop;
  readonly bounds: Bounds;
  /** How long all its assets together may take, in milliseconds. */
  readonly timeout: number;
}

/** How assets are requested, and by what they are judged. */
export interface AssetRequests {
  readonly subject: Subject;
  readonly endpoint: Endpoint;
  readonly clock: Clock;
  send(hop: Hop, limits: BodyLimits, timeout: number): Promise<Reply>;
}

/** Why an asset does not pass, and who is to blame. */
interface AssetFault {
  readonly reason: string;
  readonly who: Blame;
}

/** How the check of a page ended: what was found, or the fault. */
export type PageResult = { readonly seen: string } | { readonly fault: Fault; readonly who: Blame };

/** Requests what a page needs. It passes if every asset of it is there, and of the version that gave the page. */
export async function checkPage(page: Page, requests: AssetRequests, signal: AbortSignal): Promise<PageResult> {
  const { answer, hop, bounds } = page;
  const failed = (reason: string): PageResult => ({ fault: { reason }, who: 'bad' });
  if (!isHtml(answer))
    return failed(`the answer is no page: content-type is ${answer.headers['content-type'] ?? 'missing'}`);
  if (answer.cutAt !== undefined)
    return failed(`the page is longer than ${answer.cutAt / MIB} MiB, so it is not known what it needs`);
  const references = await inTurn(() => referencesIn(answer.body, urlAt(bounds, hop.path), isAsset));
  if (references === undefined) return failed('it takes too long to find out what the page needs');
  if (references.length >= MOST_REFERENCES)
    return failed(`the page names ${MOST_REFERENCES} assets or more, and no others are looked at`);
  const assets = assetsOf(references, bounds);
  const count = assets.here.length + assets.live.length;
  if (count > MOST) return failed(`the page needs ${count} assets, and at most ${MOST} are requested`);
  const faults = [...liveFaults(assets, bounds), ...(await faultsOf(assets.here, page, requests, signal))];
  return faults.length === 0 ? { seen: seenText(assets) } : together(faults, count);
}

/** The assets that a browser takes from the live version. */
function liveFaults({ live }: Assets, { prefix }: Bounds): NamedFault[] {
  return live.map((asset) => {
    const why = prefix === '' ? `, since it is on ${asset.url.host}` : `, since it does not begin with ${prefix}`;
    return { name: assetText(asset), reason: `a browser gets the live version's${why}`, who: 'bad' };
  });
}

type NamedFault = AssetFault & { readonly name: string };

/** Requests assets, several at a time, until all are answered or their time is over. */
async function faultsOf(
  assets: readonly Asset[],
  { hop: { cookies }, timeout }: Page,
  requests: AssetRequests,
  signal: AbortSignal,
): Promise<NamedFault[]> {
  const { clock, send } = requests;
  const deadline = clock.now() + timeout;
  const faults: (AssetFault | undefined)[] = [];
  const queue = assets.entries();
  const late = {
    reason: `there was no time left to request it (timeout: ${formatDuration(timeout)})`,
    who: 'silent',
  } as const;
  const lane = async () => {
    for (const [index, asset] of queue) {
      const left = Math.ceil(deadline - clock.now());
      const hop: Hop = { method: 'GET', path: `${asset.url.pathname}${asset.url.search}`, hasBody: false, cookies };
      faults[index] = left <= 0 ? late : await faultOf(asset, await send(hop, ASSET_LIMITS, left), requests, signal);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return assets.flatMap((asset, index) => {
    const fault = faults[index];
    return fault === undefined ? [] : { name: assetText(asset), ...fault };
  });
}

/** Why what came for an asset does not pass; undefined if it passes. */
async function faultOf(
  asset: Asset,
  reply: Reply,
  { subject, endpoint }: AssetRequests,
  signal: AbortSignal,
): Promise<AssetFault | undefined> {
  if ('error' in reply || asksForPatience(reply)) {
    const seen = await judged(endpoint, reply, () => 'bad' as const, signal);
    return { reason: describe(seen), who: seen.evidence };
  }
  // What serves files may name no revision.
  const other = wrongName(subject, reply);
  if (other?.found !== undefined) return { reason: other.text, who: 'blue' };
  const reason = assetFault(asset, reply);
  return reason === undefined ? undefined : { reason, who: 'bad' };
}

function together(faults: readonly NamedFault[], count: number): PageResult {
  const texts = faults.map(({ name, reason }) => `${name}: ${reason}`);
  const more = (shown: number) => (texts.length > shown ? [`and ${texts.length - shown} more`] : []);
  const reason = `${texts.length} of ${counted(count, 'asset')} of the page ${texts.length === 1 ? 'fails' : 'fail'}: ${[...texts.slice(0, NAMED), ...more(NAMED)].join('; ')}`;
  const text = [...texts.slice(0, DETAILED), ...more(DETAILED)].join('\n');
  const detail: Detail = { title: 'what failed of the page', text, form: 'text' };
  const who = WORST.find((one) => faults.some((fault) => fault.who === one)) ?? 'bad';
  return { fault: texts.length > NAMED ? { reason, detail } : { reason }, who };
}

function seenText({ here, elsewhere }: Assets): string {
  const others = elsewhere.length === 0 ? '' : ` (${elsewhere.length} elsewhere, not requested)`;
  return `with ${counted(here.length, 'asset')}${others}`;
}
