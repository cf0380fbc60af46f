import { describe, expect, test } from 'vitest';
import { lookAtParking } from '../../src/steps/parking-look.ts';
import { shop } from '../modes/app.ts';
import { Backend, type Handler } from '../proof/backend.ts';
import {
  counterparts,
  deletedBy,
  ingress,
  look,
  PARKING_HOST,
  preview,
  situation,
  stackService,
} from '../state/app.ts';

/** What `deploy-green` must have seen of parking and of the router before it goes on. */

const PARKED = '/abc';
const INGRESSES = [
  ingress(),
  preview('v2'),
  ingress('greenpath-web-parking', { host: PARKING_HOST, metadata: { labels: { 'greenpath.dev/app': 'web' } } }),
];
const SERVICES = [stackService('v1'), stackService('v2')];
const GONE = ['greenpath-web', 'greenpath-web-parking'];

/** Answers of the router: at the path of parking, and everywhere else. */
const parkedWith =
  (parked: Handler): Handler =>
  (response, request, count) => {
    if (request.headers.host === PARKING_HOST && request.url === PARKED) parked(response, request, count);
    else response.writeHead(404).end('nothing here');
  };
const answers =
  (status: number, headers: Record<string, string> = {}): Handler =>
  (response) =>
    response.writeHead(status, headers).end(status === 404 ? 'nothing here' : '');

/** How the step ends that looks at parking behind such a router, and what it removes. */
async function ending(parked: Handler, previewSeen: boolean | undefined, config = '{}') {
  const { front } = await Backend.start(parkedWith(parked));
  const addresses = `${front.address.host}:${front.address.port}`;
  const looking = await look({ config, addresses }, shop({ ingresses: INGRESSES, services: SERVICES }));
  const found = situation(looking, { ingresses: INGRESSES, services: SERVICES });
  const parking = [{ ...found.rules[0], host: PARKING_HOST, path: PARKED, service: 'web-v2' }];
  const over = performance.now() - 60_000;
  const written = { parking, since: over, config: looking.run.inputs.config };
  const seen = previewSeen === undefined ? {} : { previewSeen };
  const ended = await lookAtParking(looking.run, found, counterparts('v2'), { ...written, ...seen }).catch(
    (error: unknown) => error,
  );
  return { ended, removed: deletedBy(looking), told: looking.told() };
}

describe('of a parking about which no answer shows anything', () => {
  test.each<[string, Handler, string]>([
    ['a redirect to TLS', answers(301, { location: `https://${PARKING_HOST}${PARKED}` }), 'was answered with 301'],
    ['no answer', (response) => response.destroy(), 'gave no answer'],
  ])('a candidate is refused although its preview answers: %s', async (_, parked, text) => {
    const { ended, removed } = await ending(parked, true);
    expect(ended).toMatchObject({
      code: 'parking-open',
      message: expect.stringMatching(
        new RegExp(
          `^it was not seen that parking is closed: http://${PARKING_HOST}${PARKED} through .*${text}.*Both were removed`,
        ),
      ),
      next: expect.stringContaining('reject removes green'),
    });
    expect(removed).toEqual(expect.arrayContaining(GONE));
  });

  test('only a warning says so where nothing depends on it', async () => {
    const { ended, removed, told } = await ending(
      answers(301, { location: `https://${PARKING_HOST}${PARKED}` }),
      undefined,
    );
    expect([ended, removed]).toEqual([undefined, []]);
    expect(told).toContain('It is not known whether parking is closed to everybody');
  });

  test('nothing is asked with proof: off', async () => {
    const { ended, told } = await ending(answers(200), true, 'proof: off');
    expect(ended).toBeUndefined();
    expect(told).toContain('proof is off: it was not checked whether parking is closed');
  });
});

describe('of a router that is known by the name of its class only', () => {
  const unserved = answers(404);

  test('a candidate is refused if neither parking nor preview show that it is that one', async () => {
    const { ended, removed } = await ending(unserved, false);
    expect(ended).toMatchObject({
      code: 'parking-open',
      message: expect.stringContaining(
        'only the name of its class suggests that Ingress web is served by the router nginx, and no answer showed it',
      ),
    });
    expect(removed).toEqual(expect.arrayContaining(GONE));
  });

  test.each<[string, Handler, boolean, string]>([
    ['parking is closed', answers(403), false, '{}'],
    ['its preview answers from the candidate', unserved, true, '{}'],
    ['the config names the router', unserved, false, 'router: nginx'],
  ])('a candidate is not refused if %s', async (_, parked, previewSeen, config) => {
    const { ended, removed } = await ending(parked, previewSeen, config);
    expect([ended, removed]).toEqual([undefined, []]);
  });
});
