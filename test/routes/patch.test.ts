import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findLive } from '../../src/core/release/live.ts';
import { type SwitchNote, switchNoteOf } from '../../src/core/release/switch-note.ts';
import { backend, type Ingress } from '../../src/routes/ingress/object.ts';
import { pathsOf } from '../../src/routes/ingress/paths.ts';
import { provenPatch, switchPatch } from '../../src/routes/patch.ts';
import { COUNTERPART, present, service, side } from '../core/support.ts';
import { applyPatch, read as bound, classicRoute, ingressOf, liveOf, splitRoute } from './ingresses.ts';

const PHASE: SwitchNote = { live: 'v2', previous: 'v1', at: '2026-05-01T10:00:00Z', run: '17/1', phase: 'switched' };
const PROVEN: SwitchNote = { ...PHASE, phase: 'proven' };

const flip = (route: Ingress, app = 'web') =>
  switchPatch(bound(route), app, liveOf(route).rules, side('web-v2'), PHASE);
const servicesOf = (route: Ingress) => pathsOf(route).map((rule) => rule.service);
const pathAt = (route: Ingress, rule: number, path: number) => present(route.spec.rules?.[rule]?.http?.paths[path]);

describe('switchPatch', () => {
  test('moves the live path and says so in the annotation, and changes nothing else', () => {
    const before = splitRoute({ annotations: 'team: shop' });
    const after = applyPatch(before, flip(before));
    expect(servicesOf(after)).toEqual(['web-v2']);
    expect(switchNoteOf(after, 'web')).toEqual(PHASE);
    const back = applyPatch(
      after,
      switchPatch(bound(after), 'web', liveOf(after, service('web-v2', 'v2')).rules, side('web-v1', 'v1'), PHASE),
    );
    delete back.metadata.annotations?.['greenpath.dev/web'];
    expect(back).toEqual(before);
  });

  test('leaves the green path where it is', () => {
    const before = classicRoute('web-v2');
    const after = applyPatch(before, flip(before));
    expect(pathsOf(after).map(({ path, service: name }) => [path, name])).toEqual([
      ['/()(.*)', 'web-v2'],
      ['/green(/|$)(.*)', 'web-v2'],
    ]);
  });

  test.each([['http'], [8080]])('keeps the port %s as it is written', (port) => {
    const before = splitRoute();
    pathAt(before, 0, 0).backend = backend('web-v1', port);
    const after = applyPatch(before, flip(before));
    expect(pathAt(after, 0, 0).backend).toEqual(backend('web-v2', port));
  });

  test('a route without annotations gets the map, unless somebody wrote to the route meanwhile', () => {
    const before = splitRoute();
    delete before.metadata.annotations;
    const patch = flip(before);
    expect(switchNoteOf(applyPatch(before, patch), 'web')).toEqual(PHASE);
    const written = structuredClone(before);
    written.metadata.resourceVersion = '8';
    written.metadata.annotations = { theirs: 'kept' };
    expect(() => applyPatch(written, patch)).toThrow(/test failed/);
  });

  test('an annotation written meanwhile stays', () => {
    const before = splitRoute({ annotations: 'team: shop' });
    const meanwhile = structuredClone(before);
    meanwhile.metadata.annotations = { team: 'shop', theirs: 'kept' };
    expect(applyPatch(meanwhile, flip(before)).metadata.annotations).toMatchObject({ team: 'shop', theirs: 'kept' });
  });

  test('a live path that the Ingress leaves out is moved as well', () => {
    const before = splitRoute();
    delete pathAt(before, 0, 0).path;
    expect(servicesOf(applyPatch(before, flip(before)))).toEqual(['web-v2']);
  });

  test.each<[string, (route: Ingress) => void]>([
    ['host', (route) => (present(route.spec.rules?.[0]).host = 'other.example.com')],
    ['path', (route) => (pathAt(route, 0, 0).path = '/other')],
    ['Service', (route) => (pathAt(route, 0, 0).backend = backend('web-v3', 80))],
    ['port', (route) => (pathAt(route, 0, 0).backend = backend('web-v1', 81))],
    ['form of the port', (route) => (pathAt(route, 0, 0).backend = backend('web-v1', 'http'))],
    [
      'order of the paths',
      (route) => route.spec.rules?.[0]?.http?.paths.unshift({ path: '/a', backend: backend('a', 80) }),
    ],
    [
      'number of rules',
      (route) => {
        route.spec.rules = [];
      },
    ],
    ['backend to a resource', (route) => (pathAt(route, 0, 0).backend = { resource: { kind: 'Bucket', name: 'b' } })],
  ])('is refused as a whole if the %s changed since it was read', (_, change) => {
    const read = splitRoute();
    const now = structuredClone(read);
    change(now);
    expect(() => applyPatch(now, flip(read))).toThrow();
  });

  test('is refused if a rule without a host got one since it was read', () => {
    const read = splitRoute();
    delete present(read.spec.rules?.[0]).host;
    const now = structuredClone(read);
    present(now.spec.rules?.[0]).host = 'other.example.com';
    expect(() => applyPatch(now, flip(read))).toThrow();
  });

  test('is refused if another rule with the same path came in front of the one without a host', () => {
    const read = splitRoute();
    delete present(read.spec.rules?.[0]).host;
    const now = structuredClone(read);
    now.spec.rules?.unshift({ ...present(splitRoute().spec.rules?.[0]), host: 'other.example.com' });
    expect(() => applyPatch(now, flip(read))).toThrow();
  });
});

/** Ingresses with paths of the app among those of others, over several hosts. */
const routes = fc
  .array(
    fc.record({
      host: fc.option(fc.constantFrom('a.example.com', 'b.example.com', '*.example.com'), { nil: undefined }),
      paths: fc.array(
        fc.record({
          path: fc.constantFrom('/', '/a', '/b/c', '/~x/y'),
          mine: fc.boolean(),
          port: fc.constantFrom(80, 'http'),
        }),
        { minLength: 1, maxLength: 5 },
      ),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map(
    (rules): Ingress => ({
      ...splitRoute({ annotations: 'team: shop' }),
      spec: {
        rules: rules.map(({ host, paths }) => ({
          ...(host === undefined ? {} : { host }),
          http: {
            paths: paths.map(({ path, mine, port }) => ({
              path,
              pathType: 'Prefix',
              backend: backend(mine ? 'web-v1' : 'other', port),
            })),
          },
        })),
      },
    }),
  )
  .filter((route) => servicesOf(route).includes('web-v1'));

describe('switchPatch, for any route', () => {
  test('moves every path of the app, and no other; order, hosts, types and ports stay', () => {
    fc.assert(
      fc.property(routes, (before) => {
        const after = pathsOf(applyPatch(before, flip(before)));
        expect(after).toEqual(
          pathsOf(before).map((path) => (path.service === 'web-v1' ? { ...path, service: 'web-v2' } : path)),
        );
      }),
    );
  });

  test('a backend of the app that changed since it was read: all stays as it was', () => {
    fc.assert(
      fc.property(routes, fc.nat(), (read, choice) => {
        const patch = flip(read);
        const mine = pathsOf(read).filter((rule) => rule.service === 'web-v1');
        const { at } = present(mine[choice % mine.length]);
        const now = structuredClone(read);
        if (at === 'default') throw new Error('there is none');
        pathAt(now, at.rule, at.path).backend = backend('somebody-elses', 80);
        const before = structuredClone(now);
        expect(() => applyPatch(now, patch)).toThrow();
        expect(now).toEqual(before);
      }),
    );
  });

  test('once applied, it cannot be applied again', () => {
    fc.assert(
      fc.property(routes, (before) => {
        const patch = flip(before);
        const after = applyPatch(before, patch);
        expect(() => applyPatch(after, patch)).toThrow(/test failed/);
      }),
    );
  });
});

describe('provenPatch', () => {
  const green = service('web-v2', 'v2');
  const prove = (route: Ingress) => provenPatch(bound(route), 'web', liveOf(route, green).preview, PROVEN);

  test('in the split form only notes that the switch is proven', () => {
    const before = applyPatch(splitRoute(), flip(splitRoute()));
    const after = applyPatch(before, prove(before));
    expect(switchNoteOf(after, 'web')).toEqual(PROVEN);
    expect(after.spec).toEqual(before.spec);
  });

  test('in the classic form also drops the green path', () => {
    const read = classicRoute('web-v2');
    const before = applyPatch(read, flip(read));
    const after = applyPatch(before, prove(before));
    expect(pathsOf(after).map(({ path, service: name }) => [path, name])).toEqual([['/()(.*)', 'web-v2']]);
    expect(switchNoteOf(after, 'web')).toEqual(PROVEN);
  });

  test('is refused if another path stands at that place by now', () => {
    const read = applyPatch(classicRoute('web-v2'), flip(classicRoute('web-v2')));
    const now = structuredClone(read);
    now.spec.rules?.[0]?.http?.paths.unshift({ path: '/new', pathType: 'Prefix', backend: backend('new', 80) });
    expect(() => applyPatch(now, prove(read))).toThrow(/test failed/);
  });

  test('drops several green paths, whatever stands around them, and keeps the order of the rest', () => {
    const path = fc.constantFrom('/()(.*)', '/green(/|$)(.*)', '/a', '/b');
    fc.assert(
      fc.property(fc.array(fc.array(path, { maxLength: 5 }), { minLength: 1, maxLength: 3 }), (hosts) => {
        const route: Ingress = {
          ...classicRoute(),
          spec: {
            rules: hosts.map((paths, index) => ({
              host: `${index}.example.com`,
              http: { paths: ['/()(.*)', ...paths].map((one) => ({ path: one, backend: backend('web-v2', 80) })) },
            })),
          },
        };
        const after = applyPatch(route, prove(route));
        expect(pathsOf(after).map((rule) => `${rule.host}${rule.path}`)).toEqual(
          pathsOf(route)
            .filter((rule) => rule.path !== '/green(/|$)(.*)')
            .map((rule) => `${rule.host}${rule.path}`),
        );
      }),
    );
  });

  test('leaves no rule without paths, which the server would refuse', () => {
    const route = classicRoute();
    route.spec.rules?.push({
      host: 'example.com',
      http: {
        paths: [{ path: '/green(/|$)(.*)', pathType: 'ImplementationSpecific', backend: backend('web-v2', 80) }],
      },
    });
    pathAt(route, 0, 0).backend = backend('web-v2', 80);
    const after = applyPatch(route, prove(route));
    expect((after.spec.rules ?? []).filter((rule) => rule.http?.paths.length === 0)).toEqual([]);
  });

  test("leaves another app's green path on another host alone", () => {
    const route = classicRoute('web-v2');
    pathAt(route, 0, 0).backend = backend('web-v2', 80);
    const theirs = [
      { path: '/()(.*)', pathType: 'ImplementationSpecific', backend: backend('api-v6', 80) },
      { path: '/green(/|$)(.*)', pathType: 'ImplementationSpecific', backend: backend('api-v7', 80) },
    ];
    route.spec.rules?.push({ host: 'api.example.com', http: { paths: theirs } });
    const live = findLive(
      { ...bound(route), namespace: 'shop', repair: () => [] },
      [green, service('api-v6', 'v6'), service('api-v7', 'v7')],
      [COUNTERPART],
      { app: 'web', revisionLabel: 'revision', isPreview: ({ path }) => path === '/green(/|$)(.*)' },
    );
    const after = applyPatch(route, provenPatch(bound(route), 'web', live.preview, PROVEN));
    expect(after.spec.rules?.[1]?.http?.paths).toEqual(theirs);
  });
});

describe('phaseOf', () => {
  const withText = (text: string, app = 'web') =>
    ingressOf(`{metadata: {name: shop, annotations: {greenpath.dev/${app}: ${JSON.stringify(text)}}}, spec: {}}`);

  test('reads what was written', () => {
    expect(switchNoteOf(withText(JSON.stringify(PHASE)), 'web')).toEqual(PHASE);
  });

  test('each app has its own', () => {
    expect(switchNoteOf(withText(JSON.stringify(PHASE), 'api'), 'web')).toBeUndefined();
    expect(switchNoteOf(ingressOf('{metadata: {name: shop}, spec: {}}'), 'web')).toBeUndefined();
  });

  test.each([
    '',
    'null',
    '[]',
    '"switched"',
    '7',
    '{',
    '{}',
    JSON.stringify({ ...PHASE, phase: 'done' }),
    JSON.stringify({ ...PHASE, live: 2 }),
    JSON.stringify({ ...PHASE, previous: null }),
    JSON.stringify({ ...PHASE, run: { $ne: '' } }),
    '{"__proto__": {"live": "v2", "previous": "v1", "at": "x", "run": "1", "phase": "proven"}}',
  ])('%s says nothing', (text) => {
    expect(switchNoteOf(withText(text), 'web')).toBeUndefined();
  });

  test('any text gives a whole phase or nothing', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.object().map((value) => JSON.stringify({ ...PHASE, ...value })),
        ),
        (text) => {
          const switchNote = switchNoteOf(withText(text), 'web');
          if (switchNote === undefined) return;
          expect(
            [switchNote.live, switchNote.previous, switchNote.at, switchNote.run].every(
              (item) => typeof item === 'string',
            ),
          ).toBe(true);
          expect(['switched', 'proven', 'proof-off']).toContain(switchNote.phase);
        },
      ),
    );
  });
});
