import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../src/core/kube/objects.ts';
import { NOBODY } from '../../../src/routes/ingress/closed.ts';
import type { Ingress } from '../../../src/routes/ingress/object.ts';
import { UNSERVED } from '../../../src/routes/ingress/traefik/by-header.ts';
import { MIDDLEWARES } from '../../../src/routes/ingress/traefik/middlewares.ts';
import { removeCompanions, removeReplaced } from '../../../src/steps/own-routes/companions.ts';
import { holdParking } from '../../../src/steps/own-routes/parking.ts';
import { type Answering, json } from '../../cluster/server.ts';
import { side } from '../../core/support.ts';
import { read } from '../../routes/ingresses.ts';
import { byPath, deletedBy, ingress, items, look, situation, stackService } from '../../state/app.ts';

/** What previews and parking of Traefik need besides Ingresses goes with them, whichever router serves the app then. */

const DENIED =
  'middlewares.traefik.io is forbidden: User "deployer" cannot list resource "middlewares" in API group "traefik.io" in the namespace "shop"';
const labels = { 'greenpath.dev/app': 'web' };
const middleware = (name: string): KubeObject => ({
  apiVersion: 'traefik.io/v1alpha1',
  kind: 'Middleware',
  metadata: { name, namespace: 'shop', uid: name, resourceVersion: '1', generation: 1, labels },
});
/** An Ingress of Greenpath's own; `needs` is the Middleware that it names. */
const own = (name: string, needs?: string) =>
  ingress(name, {
    host: `${name}.test`,
    metadata: {
      labels,
      annotations: needs === undefined ? {} : { [MIDDLEWARES]: `shop-${needs}@kubernetescrd,shop-login@kubernetescrd` },
    },
  });
const PREVIEW = own('greenpath-web', 'greenpath-web');
const PARKING = own('greenpath-web-parking', 'greenpath-web-parking');
const BOTH = [middleware('greenpath-web'), middleware('greenpath-web-parking')];
const SERVICES = [stackService('v1'), stackService('v2')];

/** A step that read `before`; by now there is `now`. */
async function stepOn(
  before: readonly KubeObject[],
  now: readonly KubeObject[],
  {
    listing = items(...BOTH),
    router = 'nginx',
    routes = [],
  }: { listing?: Answering; router?: string; routes?: readonly KubeObject[] } = {},
) {
  const removal = { kind: 'Status', status: 'Success' };
  const looking = await look(
    { config: `router: ${router}` },
    byPath({
      'GET middlewares': listing,
      'GET ingressroutes': items(...routes),
      'GET ingresses': items(...now),
      ...Object.fromEntries(BOTH.map(({ metadata }) => [`DELETE middlewares/${metadata.name}`, json(200, removal)])),
      'DELETE ingressroutes/greenpath-web': json(200, removal),
    }),
  );
  const found = situation(looking, { ingresses: [ingress(), ...(before as never[])], services: SERVICES });
  return { looking, found, removed: () => deletedBy(looking) };
}

describe('Middlewares', () => {
  test('go with the Ingress that needed them, although another router serves the app now', async () => {
    const { looking, found, removed } = await stepOn([PREVIEW, PARKING], [PARKING]);
    await removeCompanions(looking.run, found, [read(PREVIEW)]);
    expect(removed()).toEqual(['greenpath-web']);
  });

  test('stay while an Ingress needs them, also one that this run wrote', async () => {
    const { looking, found, removed } = await stepOn([PREVIEW], [PARKING], { router: 'traefik' });
    await removeCompanions(looking.run, found, [read(PREVIEW)]);
    expect(removed()).toEqual(['greenpath-web']);
  });

  test('that a run left which was killed go with the next', async () => {
    const { looking, found, removed } = await stepOn([], [], { router: 'traefik' });
    await removeCompanions(looking.run, found, []);
    expect(removed()).toEqual(['greenpath-web', 'greenpath-web-parking']);
  });

  test('go once what is written in the place of their Ingresses needs none', async () => {
    const written = [own('greenpath-web'), own('greenpath-web-parking')];
    const { looking, found, removed } = await stepOn([PREVIEW, PARKING], written);
    await removeReplaced(looking.run, found, written);
    expect(removed()).toEqual(['greenpath-web', 'greenpath-web-parking']);
  });

  test('go once the preview has none of its name any more, although parking is written with one', async () => {
    const written = [own('greenpath-web'), PARKING, middleware('greenpath-web-parking')];
    const { looking, found, removed } = await stepOn([PREVIEW, PARKING], written.slice(0, 2), { router: 'traefik' });
    await removeReplaced(looking.run, found, written);
    expect(removed()).toEqual(['greenpath-web']);
  });

  test('are not asked for if all of them were written again', async () => {
    const { looking, found } = await stepOn([PREVIEW, PARKING], [], { router: 'traefik' });
    await removeReplaced(looking.run, found, [PREVIEW, PARKING, ...BOTH]);
    expect(looking.asked).toEqual([]);
  });

  test('are not asked for where no Ingress needed one', async () => {
    const { looking, found } = await stepOn([own('greenpath-web')], []);
    await removeCompanions(looking.run, found, [read(own('greenpath-web'))]);
    await removeReplaced(looking.run, found, []);
    expect(looking.asked).toEqual([]);
  });

  test('that may not be listed are reported, with how to find them', async () => {
    const { looking, found } = await stepOn([PREVIEW], [], { listing: json(403, { message: DENIED }) });
    await removeCompanions(looking.run, found, [read(PREVIEW)]);
    expect(looking.told()).toContain('(kubectl get middlewares -l greenpath.dev/app=web), delete them');
  });

  test('that no Ingress needed are no reason for a warning: an account that may not list them wrote none', async () => {
    const { looking, found } = await stepOn([own('greenpath-web')], [], {
      listing: json(403, { message: DENIED }),
      router: 'traefik',
    });
    await removeCompanions(looking.run, found, [read(own('greenpath-web'))]);
    expect(looking.told()).toContain('Middlewares that the preview or parking needed were not looked for');
    expect(looking.told()).not.toContain('delete them');
  });
});

describe('the IngressRoute of a preview by header', () => {
  const note: Ingress = { ...own('greenpath-web'), spec: { ...own('greenpath-web').spec, ingressClassName: UNSERVED } };
  const routes = [{ ...middleware('greenpath-web'), kind: 'IngressRoute' }];
  const options = { listing: items(), routes };

  test('goes with the Ingress that notes it, although another router serves the app now', async () => {
    const { looking, found, removed } = await stepOn([note], [], options);
    await removeCompanions(looking.run, found, [read(note)]);
    expect(removed()).toEqual(['greenpath-web']);
  });

  test('stays while that Ingress does', async () => {
    const { looking, found, removed } = await stepOn([note], [note], { ...options, router: 'traefik' });
    await removeCompanions(looking.run, found, [read(own('greenpath-web.b'))]);
    expect(removed()).toEqual([]);
  });

  test('goes once a preview of another kind has its name', async () => {
    const written = [PREVIEW, middleware('greenpath-web')];
    const { looking, found, removed } = await stepOn([note], [PREVIEW], options);
    await removeReplaced(looking.run, found, written);
    expect(removed()).toEqual(['greenpath-web']);
  });
});

describe('parking that is applied again', () => {
  const held = async (present: KubeObject | undefined) => {
    const spec = { ipAllowList: { sourceRange: [NOBODY] } };
    const looking = await look({ config: 'router: traefik' }, (response, asked, count) => {
      const there = present === undefined ? json(404) : json(200, { ...present, spec });
      (asked.method === 'GET' ? there : json(200, asked.body))(response, asked, count);
    });
    const { run } = looking;
    const found = situation(looking, { ingresses: [ingress()], services: SERVICES });
    await holdParking(run, found, side('web-v2'), run.inputs.config);
    return looking
      .told()
      .split('\n')
      .filter((line) => /^(created|changed) /.test(line));
  };

  test('says of what it needs whether it was created, or was there', async () => {
    expect(await held(undefined)).toEqual([
      'created Middleware greenpath-web-parking',
      'created Ingress greenpath-web-parking',
    ]);
    expect(await held(middleware('greenpath-web-parking'))).toEqual(['created Ingress greenpath-web-parking']);
  });
});
