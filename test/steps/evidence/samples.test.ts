import { describe, expect, test } from 'vitest';
import { previewAt } from '../../../src/core/base/route-host.ts';
import type { ReleaseRecord } from '../../../src/state/records.ts';
import { Samples } from '../../../src/steps/evidence/samples.ts';
import { Backend } from '../../proof/backend.ts';
import { fixed } from '../../proof/fixed.ts';
import { look } from '../../state/app.ts';

/** What `verify` requests of both sides to tell them apart, over real sockets. */

const CONFIG = '{checks: [GET /, GET /about], preview: {path: /next}}';

/** A router with both versions behind it: what it is asked, and what is found. */
async function sampled(page: (isGreen: boolean, count: number) => string | number) {
  const asked: string[] = [];
  const backend = await Backend.start((response, { url = '' }, count) => {
    asked.push(url);
    const found = page(url.startsWith('/next'), count);
    if (typeof found === 'number') response.writeHead(found, { 'retry-after': '1' }).end();
    else response.end(found);
  });
  const { run } = await look({ config: CONFIG });
  const { config } = run.inputs;
  const { front } = backend;
  const places = { live: fixed(front), preview: fixed(previewAt({ by: 'path', path: '/next' }, front)) };
  const samples = new Samples(run, { config, release: {} } as ReleaseRecord, places);
  await samples.take();
  return { difference: await samples.difference(), asked };
}

describe.concurrent('two versions', () => {
  test('that differ in a word are asked ten times each, in no rhythm, and other paths as often as it takes', async () => {
    const { difference, asked } = await sampled(
      (isGreen, count) => `shop ${isGreen ? 'v2' : 'v1'} rid-${count * 7919}x`,
    );
    expect(difference).toMatchObject({
      path: '/',
      answers: 10,
      blue: [expect.any(String)],
      green: [expect.any(String)],
    });
    const sides = asked.filter((url) => !url.endsWith('/about'));
    expect(sides.filter((url) => url === '/')).toHaveLength(10);
    expect(sides.filter((url) => url === '/next/')).toHaveLength(10);
    expect(asked).toHaveLength(24);
    const first = sides.filter((_, index) => index % 2 === 0);
    expect(new Set(first).size).toBe(2);
  });

  test('that differ in nothing are asked twice', async () => {
    const { difference, asked } = await sampled((_, count) => `shop at ${count} with rid-${count * 7919}x`);
    expect(difference).toBeUndefined();
    expect(asked).toHaveLength(8);
  });

  test('whose answers come in turns from what both use do not seem to differ', async () => {
    const { difference } = await sampled((_, count) => (count % 2 === 0 ? 'from alpha' : 'from beta'));
    expect(difference).toBeUndefined();
  });

  test('behind a router that limits the rate are found nevertheless', async () => {
    const { difference } = await sampled((isGreen, count) => (count % 6 === 0 ? 429 : isGreen ? 'v2' : 'v1'));
    expect(difference).toMatchObject({ path: '/' });
  });

  test('one of which is answered by a login are not compared', async () => {
    const { difference } = await sampled((isGreen) => (isGreen ? 'v2' : 401));
    expect(difference).toBeUndefined();
  });
});
