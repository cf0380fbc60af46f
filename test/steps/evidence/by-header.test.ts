import { describe, expect, test } from 'vitest';
import { GreenpathError } from '../../../src/core/base/error.ts';
import { kindText } from '../../../src/core/base/preview-kind.ts';
import type { Run } from '../../../src/state/run.ts';
import { liveBefore, whileLiveStays } from '../../../src/steps/evidence/live-stays.ts';
import { requireClosed } from '../../../src/steps/own-routes/require-closed.ts';
import { shop } from '../../modes/app.ts';
import { Backend, type Handler } from '../../proof/backend.ts';
import { read } from '../../routes/ingresses.ts';
import {
  counterparts,
  deletedBy,
  ingress,
  look,
  PARKING_HOST,
  situation,
  slice,
  stackService,
} from '../../state/app.ts';

/** What must be seen before and after a preview by header, so that no visitor gets the candidate. */

const CONFIG = '{identity: {header: X-Revision}, preview: {header: {}}, proof: {settle: 300ms}}';
/** The same of an application whose answers name no version. */
const UNNAMED = CONFIG.replace('identity: {header: X-Revision}, ', '');
const labels = { 'greenpath.dev/app': 'web' };
const PARKING = ingress('greenpath-web-parking', { host: PARKING_HOST, metadata: { labels } });
const CANARY = ingress('greenpath-web', {
  paths: { '/': 'web-v2' },
  metadata: {
    labels,
    annotations: {
      'nginx.ingress.kubernetes.io/canary': 'true',
      'nginx.ingress.kubernetes.io/canary-by-header': 'X-Preview',
      'nginx.ingress.kubernetes.io/canary-by-header-value': 'green',
    },
  },
});
const INGRESSES = [ingress(), CANARY, PARKING];
const SERVICES = [stackService('v1'), stackService('v2')];

/** A router that answers so, and a step that has just written parking and the preview. */
async function behind(answer: Handler, config = CONFIG, ...others: Handler[]) {
  const backend = await Backend.start(answer);
  const all = [backend, ...(await Promise.all(others.map((other) => Backend.start(other))))];
  const addresses = all.map(({ front: { address } }) => `${address.host}:${address.port}`).join('\n');
  const looking = await look({ config, addresses }, shop({ ingresses: INGRESSES, services: SERVICES }));
  const found = situation(looking, { ingresses: INGRESSES, services: SERVICES, slices: [slice('web-v1', 1)] });
  return { backend, looking, found, removed: () => deletedBy(looking) };
}

describe('before it is written, parking', () => {
  const check = async (status: number, elsewhere: number, ...others: Handler[]) => {
    const first: Handler = (response, { headers, url = '' }) => {
      const isParking = headers.host === PARKING_HOST && url === '/abc';
      response.writeHead(isParking ? status : elsewhere).end(isParking && status < 400 ? 'parked' : 'other');
    };
    const { looking, found, removed } = await behind(first, CONFIG, ...others);
    const parking = [read(ingress('greenpath-web-parking', { host: PARKING_HOST, paths: { '/abc': 'web-v1' } }))];
    const written = { parking, since: performance.now(), config: looking.run.inputs.config };
    const ended = await requireClosed(looking.run, found, counterparts('v2'), written).catch((error: unknown) => error);
    return { ended, removed: removed() };
  };

  test('is seen closed: then it may be', async () => {
    expect(await check(403, 200)).toEqual({ ended: undefined, removed: [] });
  });

  test('is seen closed through one address, and nothing through another: it is not written, and parking goes', async () => {
    const { ended, removed } = await check(403, 200, (response) => response.destroy());
    expect(ended).toMatchObject({
      code: 'preview-side-effect',
      message: expect.stringMatching(
        /parking is unknown: http:\/\/parking\.test\/abc through 127\.0\.0\.1:\d+ gave no answer/,
      ),
    });
    expect(removed).toContain('greenpath-web-parking');
  });

  test.each([
    ['answers', 200, 404, 'parking-open'],
    ['is not served', 404, 404, 'preview-side-effect'],
  ])('that %s keeps it from being written, and goes', async (_, status, elsewhere, code) => {
    const { ended, removed } = await check(status, elsewhere);
    expect(ended).toMatchObject({ code, message: expect.stringContaining('was not written, and parking was removed') });
    expect(removed).toContain('greenpath-web-parking');
  });
});

/** Requests with the header of the preview get the candidate, the others what `live` says of each. */
const router =
  (live: (count: number) => string): Handler =>
  (response, request, count) => {
    const revision = request.headers['x-preview'] === 'green' ? 'v2' : live(count);
    response.writeHead(200, { 'x-revision': revision }).end(`page of ${revision}`);
  };
const toLive = router(() => 'v1');
const inTurns = router((count) => (count % 2 === 0 ? 'v2' : 'v1'));
const LEAK = { code: 'preview-side-effect', message: expect.stringContaining('had no header X-Preview: green') };
const BOTH = ['greenpath-web', 'greenpath-web-parking'];

describe('after it was written, a visitor', () => {
  const watching = async (live: Handler, config = CONFIG) => {
    const { backend, looking, found, removed } = await behind(live, config);
    expect(kindText(found.previewKind)).toBe('by the header X-Preview: green');
    const before = await liveBefore(looking.run, found);
    const watched = { counterparts: counterparts('v2'), before };
    const during = <T>(work: (run: Run) => Promise<T>) => whileLiveStays(looking.run, found, watched, work);
    return { backend, looking, during, removed };
  };

  test('who gets the live version changes nothing', async () => {
    const { during, removed, looking } = await watching(toLive);
    expect(await during(() => Promise.resolve('proven'))).toBe('proven');
    expect(removed()).toEqual([]);
    expect(looking.told()).not.toContain('It was not seen');
  });

  test('who gets the candidate makes an end of it while it is still being proven, also where the router takes turns', async () => {
    const { during, removed } = await watching(inTurns);
    const proof = during(async ({ waiting }) => {
      await new Promise((resolve) => waiting.addEventListener('abort', resolve));
      waiting.throwIfAborted();
    });
    await expect(proof).rejects.toMatchObject(LEAK);
    expect(removed()).toEqual(expect.arrayContaining(BOTH));
  });

  test.each([
    ['names its version', CONFIG, 'was answered by v2'],
    ['is recognised by its answers', UNNAMED, 'was answered as v2 answers, and not as before'],
  ])('who gets the candidate, which %s, makes an end of it although its proof failed', async (_, config, message) => {
    const { backend, during, removed } = await watching(toLive, config);
    const proof = during(() => {
      backend.handler = router(() => 'v2');
      return Promise.reject(new GreenpathError('proof-failed', 'not proven', 'Try again.'));
    });
    await expect(proof).rejects.toMatchObject({ ...LEAK, message: expect.stringContaining(message) });
    expect(removed()).toEqual(expect.arrayContaining(BOTH));
  });

  test('is not told from one who gets the candidate, if both answer alike: a warning says so', async () => {
    const { during, removed, looking } = await watching((response) => response.end('same'), UNNAMED);
    expect(await during(() => Promise.resolve('proven'))).toBe('proven');
    expect(removed()).toEqual([]);
    expect(looking.told()).toContain('It was not seen whether visitors still get the live version only');
  });

  test('who gets the live version, which answers another way than the candidate, is seen to', async () => {
    const { during, removed, looking } = await watching(toLive, UNNAMED);
    expect(await during(() => Promise.resolve('proven'))).toBe('proven');
    expect([removed(), looking.told().includes('It was not seen')]).toEqual([[], false]);
  });

  test('who gets the live version is not taken for one who gets the candidate when a page of both changes', async () => {
    let news = 'old';
    const page: Handler = (response, { headers }) =>
      response.end(`${headers['x-preview'] === 'green' ? 'footer' : ''} ${news}`);
    const { during, removed, looking } = await watching(page, UNNAMED);
    await during(() => {
      news = 'fresh';
      return Promise.resolve();
    });
    expect(removed()).toEqual([]);
    expect(looking.told()).toContain('It was not seen whether visitors still get the live version only');
  });

  test('who gets the live version leaves the reason of a failure as it was', async () => {
    const { during } = await watching(toLive);
    const failed = new GreenpathError('proof-failed', 'not proven', 'Try again.');
    await expect(during(() => Promise.reject(failed))).rejects.toBe(failed);
  });
});
