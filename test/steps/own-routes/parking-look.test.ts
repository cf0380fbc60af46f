import { describe, expect, test } from 'vitest';
import { lookAtParking, type RouterSeen } from '../../../src/steps/own-routes/parking-look.ts';
import { shop } from '../../modes/app.ts';
import { Backend, type Handler } from '../../proof/backend.ts';
import { read } from '../../routes/ingresses.ts';
import {
  counterparts,
  deletedBy,
  ingress,
  look,
  PARKING_HOST,
  preview,
  situation,
  stackService,
} from '../../state/app.ts';

/** What `deploy-green` must have seen of parking and of the router before it goes on. */

const PARKED = '/abc';
const PARKING = ingress('greenpath-web-parking', {
  host: PARKING_HOST,
  paths: { [PARKED]: 'web-v2' },
  metadata: { labels: { 'greenpath.dev/app': 'web' } },
});
const SERVICES = [stackService('v1'), stackService('v2')];
const GONE = ['greenpath-web', 'greenpath-web-parking'];
const SEEN: RouterSeen = { preview: true, closedFirst: false };
const UNSEEN: RouterSeen = { preview: false, closedFirst: false };

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
const toTls = answers(301, { location: `https://${PARKING_HOST}${PARKED}` });
const silent: Handler = (response) => response.destroy();

/** Something in front of the router, which answers whatever is requested. */
interface InFront {
  readonly everywhere: Handler;
}
const REFUSING: InFront = { everywhere: answers(403) };

/** How the step ends that looks at parking behind such routers, one at each address, and what it removes. */
async function ending(
  parked: readonly (Handler | InFront)[],
  router: RouterSeen | undefined,
  config = '{}',
  className = 'nginx',
) {
  const handlers = parked.map((one) => ('everywhere' in one ? one.everywhere : parkedWith(one)));
  const backends = await Promise.all(handlers.map((one) => Backend.start(one)));
  const places = backends.map(({ front: { address } }) => `${address.host}:${address.port}`);
  const ingresses = [ingress('web', { spec: { ingressClassName: className } }), preview('v2'), PARKING];
  const given = { ingresses, services: SERVICES };
  const looking = await look({ config, addresses: places.join('\n') }, shop(given));
  const written = { parking: [read(PARKING)], since: performance.now() - 60_000, config: looking.run.inputs.config };
  const ended = await lookAtParking(looking.run, situation(looking, given), counterparts('v2'), {
    ...written,
    ...(router !== undefined && { router }),
  }).catch((error: unknown) => error);
  return { ended, removed: deletedBy(looking), told: looking.told(), places };
}

describe('of a parking about which an address shows nothing', () => {
  test.each<[string, Handler, string]>([
    ['a redirect to TLS', toTls, 'was answered with 301'],
    ['no answer', silent, 'gave no answer'],
  ])('a candidate is refused although its preview answers: %s', async (_, parked, text) => {
    const { ended, removed } = await ending([parked], SEEN);
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

  test.each<[string, Handler, string]>([
    ['redirects to TLS', toTls, 'was answered with 301'],
    ['is silent', silent, 'gave no answer'],
  ])(
    'a candidate is refused although another address refuses everybody, and the one is named that %s',
    async (_, parked, text) => {
      const { ended, removed, places } = await ending([answers(403), parked], SEEN);
      expect(ended).toMatchObject({
        code: 'parking-open',
        message: expect.stringContaining(`${PARKED} through ${places[1]} ${text}`),
      });
      expect(removed).toEqual(expect.arrayContaining(GONE));
    },
  );

  test.each<[string, Handler]>([
    ['serves nothing there', answers(404)],
    ['has a 403 for every place', (response) => response.writeHead(403).end()],
  ])('a candidate is not refused if another one refuses everybody, and this one %s', async (_, parked) => {
    const { ended, removed } = await ending([answers(403), parked], SEEN);
    expect([ended, removed]).toEqual([undefined, []]);
  });

  test('only a warning says so where nothing depends on it, and names the address', async () => {
    const { ended, removed, told, places } = await ending([answers(403), toTls], undefined);
    expect([ended, removed]).toEqual([undefined, []]);
    expect(told).toContain(
      `It is not known whether parking is closed to everybody: no answer through ${places[1]} showed it`,
    );
  });

  test('only a warning says so where something in front refuses everybody, and names the address', async () => {
    const { ended, removed, told, places } = await ending([REFUSING], SEEN, 'router: nginx');
    expect([ended, removed]).toEqual([undefined, []]);
    expect(told).toContain(`no answer through ${places[0]} showed it`);
  });

  test('nothing is asked with proof: off', async () => {
    const { ended, told } = await ending([answers(200)], SEEN, 'proof: off');
    expect(ended).toBeUndefined();
    expect(told).toContain('proof is off: it was not checked whether parking is closed');
  });
});

describe('of a router that is known by the name of its class only', () => {
  const unserved = answers(404);

  test.each<[string, RouterSeen]>([
    ['nothing else shows that it is that one', UNSEEN],
    ['its preview answers, as that of a router does that strips nothing', SEEN],
  ])('a candidate is refused if parking was not answered with 403: %s', async (_, seen) => {
    const { ended, removed } = await ending([unserved], seen);
    expect(ended).toMatchObject({
      code: 'parking-open',
      message: expect.stringContaining(
        'only the name of its class suggests that Ingress web is served by the router nginx, and no answer showed it. Parking was not answered with 403. Let the account',
      ),
    });
    expect(removed).toEqual(expect.arrayContaining(GONE));
  });

  test('a candidate is refused if something in front refuses everybody, and the reason is not that there was no 403', async () => {
    const { ended } = await ending([REFUSING], SEEN);
    expect(ended).toMatchObject({
      code: 'parking-open',
      message: expect.stringContaining('Parking was refused, and so is a host that nothing serves'),
    });
  });

  test.each<[string, Handler, RouterSeen, string, string]>([
    ['parking is closed', answers(403), UNSEEN, '{}', 'nginx'],
    ['parking was closed before the preview was written', unserved, { ...UNSEEN, closedFirst: true }, '{}', 'nginx'],
    ['the config names the router', unserved, UNSEEN, 'router: nginx', 'nginx'],
    ['the preview answers of one that closes no parking', answers(200), SEEN, '{}', 'contour'],
  ])('a candidate is not refused if %s', async (_, parked, seen, config, className) => {
    const { ended, removed } = await ending([parked], seen, config, className);
    expect([ended, removed]).toEqual([undefined, []]);
  });

  test('a candidate is refused if the router closes no parking, and answers of the preview name no version', async () => {
    const { ended } = await ending([answers(200)], UNSEEN, '{}', 'contour');
    expect(ended).toMatchObject({ message: expect.stringContaining('set `router` and `identity` in the config') });
  });
});
