import { describe, expect, test } from 'vitest';
import { kindText } from '../../src/core/base/preview-kind.ts';
import { refuseLeak } from '../../src/steps/live-stays.ts';
import { requireClosed } from '../../src/steps/require-closed.ts';
import { shop } from '../modes/app.ts';
import { as, Backend } from '../proof/backend.ts';
import { counterparts, ingress, look, preview, situation, stackService } from '../state/app.ts';

/** What must be seen before and after a preview by header, so that no visitor gets the candidate. */

/** Of parking: not the host at which a backend of tests answers by itself. */
const HIDDEN = 'parking.test';
const CONFIG = '{identity: {header: X-Revision}, preview: {header: {}}, proof: {settle: 300ms}}';
const labels = { 'greenpath.dev/app': 'web' };
const PARKING = ingress('greenpath-web-parking', { host: HIDDEN, metadata: { labels } });
const INGRESSES = [ingress(), preview('v2'), PARKING];
const SERVICES = [stackService('v1'), stackService('v2')];

/** A router that answers so, and a step that has just written parking and the preview. */
async function behind(answer: Parameters<typeof Backend.start>[0]) {
  const { front } = await Backend.start(answer);
  const addresses = `${front.address.host}:${front.address.port}`;
  const looking = await look({ config: CONFIG, addresses }, shop({ ingresses: INGRESSES, services: SERVICES }));
  const found = situation(looking, { ingresses: INGRESSES, services: SERVICES });
  const removed = () =>
    looking.asked.flatMap(({ method, path }) => (method === 'DELETE' ? [path.replace(/.*\//, '')] : []));
  return { looking, found, removed };
}

describe('before it is written, parking', () => {
  const check = async (status: number, elsewhere: number) => {
    const { looking, found, removed } = await behind((response, { headers, url = '' }) => {
      const isParking = headers.host === HIDDEN && url === '/abc';
      response.writeHead(isParking ? status : elsewhere).end(isParking && status < 400 ? 'parked' : 'other');
    });
    const path = { ...found.rules[0], host: HIDDEN, path: '/abc' };
    const written = { parking: [path], since: performance.now(), config: looking.run.inputs.config };
    const ended = await requireClosed(looking.run, found, counterparts('v2'), written).catch((error: unknown) => error);
    return { ended, removed: removed() };
  };

  test('is seen closed: then it may be', async () => {
    expect(await check(403, 200)).toEqual({ ended: undefined, removed: [] });
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

describe('after it was written, a visitor', () => {
  const isForGreen = (headers: Record<string, unknown>) => headers['x-preview'] === 'green';

  test('who gets the live version changes nothing', async () => {
    const { looking, found, removed } = await behind((response, request, count) =>
      as(isForGreen(request.headers) ? 'v2' : 'v1')(response, request, count),
    );
    expect(kindText(found.previewKind)).toBe('by the header X-Preview: green');
    await refuseLeak(looking.run, found, counterparts('v2'));
    expect(removed()).toEqual([]);
  });

  test('who gets the candidate makes an end of the preview, also where the router takes turns', async () => {
    const { looking, found, removed } = await behind((response, request, count) =>
      as(count % 2 === 0 ? 'v2' : 'v1')(response, request, count),
    );
    await expect(refuseLeak(looking.run, found, counterparts('v2'))).rejects.toMatchObject({
      code: 'preview-side-effect',
      message: expect.stringMatching(
        /^http:\/\/shop\.test\/ through .* was answered by v2, although the request had no header/,
      ),
    });
    expect(removed()).toEqual(expect.arrayContaining(['greenpath-web', 'greenpath-web-parking']));
  });
});
