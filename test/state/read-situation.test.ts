import { describe, expect, test } from 'vitest';
import { LABEL_APP } from '../../src/core/kube/objects.ts';
import type { SwitchNote } from '../../src/core/release/switch-note.ts';
import type { AdaptedRoute } from '../../src/routes/adapter.ts';
import { httpRoute } from '../../src/routes/httproute/adapter.ts';
import { routeOf } from '../../src/routes/route-kind.ts';
import { readSituation } from '../../src/state/read-situation.ts';
import { httpRouteOf } from '../routes/httproute/routes.ts';
import { read } from '../routes/ingresses.ts';
import {
  counterparts,
  entry,
  type Given,
  ingress,
  look,
  preview,
  service,
  situation,
  stackService,
  switchNote,
} from './app.ts';

/** What the routes and Services of a namespace say about an app: who is live, and what the log says of it. */

const [V1, V2] = [stackService('v1'), stackService('v2')];
const LIVE = { ingresses: [ingress()], services: [V1, V2] };
const SWITCHED = switchNote({ live: 'v2', previous: 'v1', phase: 'switched' });
/** Two routes, on these revisions; what the annotation of each says. */
const two = (first: string, second: string, notes: [SwitchNote?, SwitchNote?] = []) => ({
  ingresses: [
    ingress('web', { paths: { '/': `web-${first}` }, switchNote: notes[0] }),
    ingress('admin', { host: 'admin.test', paths: { '/': `web-${second}` }, switchNote: notes[1] }),
  ],
  services: [V1, V2],
});
const BOTH = { route: 'ingress/web\ningress/admin' };

describe('who is live', () => {
  test('the revision whose Services the route names', async () => {
    const found = situation(await look(), LIVE);
    expect(found).toMatchObject({ revision: 'v1', halfway: undefined, reverted: undefined, drifted: [] });
  });

  test('nobody, before the first release of a route that is in the manifests', async () => {
    const found = situation(await look(), { services: [V2] }, counterparts('v2'), [
      ingress('web', { paths: { '/': 'web' } }),
    ]);
    expect(found.routes[0].exists).toBe(false);
    expect(found.revision).toBeUndefined();
  });

  test('a version that does not say which one it is', async () => {
    const looking = await look();
    const plain = service('web', { app: 'web' });
    const found = situation(looking, { ingresses: [ingress('web', { paths: { '/': 'web' } })], services: [plain, V2] });
    expect(found.revision).toBe('adopted');
  });

  test('still the old one while a switch ended between two routes, and where it was going is known', async () => {
    const looking = await look(BOTH);
    expect(situation(looking, two('v1', 'v2', [switchNote({}), SWITCHED]))).toMatchObject({
      revision: 'v1',
      halfway: 'v2',
    });
  });

  test('not known where two routes differ and no switch explains it', async () => {
    const looking = await look(BOTH);
    expect(() => situation(looking, two('v1', 'v2'))).toThrow('send visitors to different revisions');
  });

  test('the other one if somebody put the route back after a switch', async () => {
    const looking = await look();
    const noted = switchNote({ live: 'v2', previous: 'v1' });
    const found = situation(looking, { ...LIVE, ingresses: [ingress('web', { switchNote: noted })] });
    expect(found).toMatchObject({ revision: 'v1', reverted: { switchedTo: 'v2' } });
  });
});

describe('whether a rollback has a target', () => {
  const noted = switchNote({ live: 'v2', previous: 'v1' });
  const to2 = ingress('web', { paths: { '/': 'web-v2' }, switchNote: noted });
  test.each([
    ['the Service of what was live before is there', [V1, V2], true],
    ['it is gone', [V2], false],
  ])('%s', async (_, services, canRollBack) => {
    expect(situation(await look(), { ingresses: [to2], services }).canRollBack).toBe(canRollBack);
  });
});

describe('what drifted inside', () => {
  const drifted = { ...LIVE, services: [V1, V2, entry('v2')] };
  test('is a plain Service that does not lead to what is live', async () => {
    const { drifted: found } = situation(await look(), drifted);
    expect(found.map(({ text }) => text)).toEqual([
      expect.stringContaining('Service web selects pods with app=web,revision=v2'),
    ]);
  });

  test('is not known while somebody has to settle the routes first', async () => {
    const reverted = ingress('web', { switchNote: switchNote({ live: 'v2', previous: 'v1' }) });
    expect(situation(await look(), { ...drifted, ingresses: [reverted] }).drifted).toEqual([]);
  });

  test('may lead to what an unproven switch left', async () => {
    const ingresses = [ingress('web', { paths: { '/': 'web-v2' }, switchNote: SWITCHED })];
    expect(situation(await look(), { ingresses, services: [V1, V2, entry('v1')] }).drifted).toEqual([]);
  });
});

describe('a route that cannot be switched', () => {
  test.each<[string, Given, string]>([
    [
      'of a class that nobody knows',
      { ...LIVE, ingresses: [ingress('web', { spec: { ingressClassName: 'nobody' } })] },
      'has the class nobody',
    ],
    [
      'without a class',
      { ...LIVE, ingresses: [ingress('web', { spec: { ingressClassName: undefined } as never })] },
      'Ingress web names no class',
    ],
    ['that is not there', { services: [V1] }, 'Ingress web does not exist in namespace shop (there: none)'],
    [
      'that is not there, beside others and what Greenpath made',
      {
        ingresses: [
          ingress('other'),
          preview('v2'),
          ingress('greenpath-api-parking', { metadata: { labels: { [LABEL_APP]: 'api' } } }),
        ],
      },
      '(there: other)',
    ],
    [
      'which does not work on any cluster as printed',
      { ...LIVE, ingresses: [ingress('web', { paths: { '/': 'web-v1.0' } })] },
      'which does not work on any cluster as printed',
    ],
    ['without a path of the app', { ...LIVE, ingresses: [ingress('web', { paths: { '/': 'else' } })] }, 'web'],
  ])('%s is refused', async (_, namespace, message) => {
    const looking = await look();
    expect(() => situation(looking, namespace)).toThrow(message);
  });

  test('is reported with what to do: in an empty namespace, to check its name', async () => {
    const looking = await look({ mode: 'status' });
    expect(() => situation(looking, {})).toThrow(
      expect.objectContaining({ next: expect.stringContaining('Check the input namespace first') }),
    );
  });

  test.each([
    ['ingress/wbe', ['api', 'web'], 'Did you mean ingress/web? Check the inputs route and namespace.'],
    ['ingress/web', ['api', 'web-shop'], 'Did you mean ingress/web-shop? Check the inputs route and namespace.'],
    ['ingress/web', ['api'], 'Check the inputs route and namespace.'],
  ])('%s is not there, and %j are: %s', async (route, names, next) => {
    const looking = await look({ route });
    const ingresses = [...names.map((name) => ingress(name)), preview('v2')];
    expect(() => situation(looking, { ingresses })).toThrow(expect.objectContaining({ code: 'route', next }));
  });

  test('has another class than the other ones', async () => {
    const looking = await look(BOTH);
    const { ingresses, services } = two('v1', 'v1');
    const [first, second] = ingresses;
    const other = { ...second, spec: { ...second?.spec, ingressClassName: 'traefik' } };
    const read = { ingresses: [first, other] as NonNullable<Given['ingresses']>, services };
    expect(() => situation(looking, read)).toThrow('different classes (nginx, traefik)');
  });

  test('by the config may be one of a class that nobody knows', async () => {
    const looking = await look({ config: 'router: nginx' });
    const ingresses = [ingress('web', { spec: { ingressClassName: 'nobody' } })];
    expect(situation(looking, { ...LIVE, ingresses }).revision).toBe('v1');
  });
});

test('addresses that the step is given count instead of those of the config', async () => {
  const config = 'addresses: ["http://10.0.0.1"]';
  const byConfig = situation(await look({ config }), LIVE).ways.addresses;
  const byInput = situation(await look({ config, addresses: '10.0.0.2:80' }), LIVE).ways.addresses;
  expect(byConfig.map(({ address }) => address.host)).toEqual(['10.0.0.1']);
  expect(byInput.map(({ address }) => address.host)).toEqual(['10.0.0.2']);
});

test('a prefix of annotations is refused where no live route has a router that could read it', async () => {
  const route = httpRouteOf('{parentRefs: [{name: public}], rules: [{backendRefs: [{name: web-v1, port: 80}]}]}');
  const behind = async (inputs: Readonly<Record<string, string>>, allRoutes: readonly AdaptedRoute[]) => {
    const { run } = await look({ config: 'annotations-prefix: nginx.example.com', ...inputs });
    const basis = { counterparts: counterparts('v2'), config: run.inputs.config };
    return () => readSituation(run, { allRoutes, services: [V1, V2], slices: [] }, basis);
  };
  const routes = [read(ingress()), routeOf(httpRoute, route)] as AdaptedRoute[];
  expect(await behind({ route: 'httproute/web' }, routes)).toThrow(
    'the config sets annotations-prefix, which the router gateway does not read',
  );
  expect(await behind({ route: 'ingress/web\nhttproute/web' }, routes)).not.toThrow();
});
