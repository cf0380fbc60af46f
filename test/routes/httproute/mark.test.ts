import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ROUTER_HEADER } from '../../../src/core/base/config.ts';
import { NO_MARK } from '../../../src/core/release/router-mark.ts';
import { httpRoute } from '../../../src/routes/httproute/adapter.ts';
import { markedFilters } from '../../../src/routes/httproute/mark.ts';
import { mirrorsOf } from '../../../src/routes/httproute/mirror.ts';
import type { Filter, HttpRoute } from '../../../src/routes/httproute/object.ts';
import { applyPatch } from '../ingresses.ts';
import { httpRouteOf } from './routes.ts';

/** `identity: router`: the rule that names a version says so in its answers, and nothing else of the user's changes. */

const by = (value: string) => ({ name: ROUTER_HEADER, value });
const MARK = { type: 'ResponseHeaderModifier', responseHeaderModifier: { set: [by('v1')] } };
const OWN = { type: 'ResponseHeaderModifier', responseHeaderModifier: { set: [{ name: 'X-Frame', value: 'DENY' }] } };

const filters = fc.subarray<Filter>([
  { type: 'RequestHeaderModifier', requestHeaderModifier: { remove: ['X-Secret'] } },
  OWN,
  { type: 'URLRewrite', urlRewrite: { hostname: 'inside' } },
  { type: 'ExtensionRef', extensionRef: { kind: 'Middleware', name: 'auth' } },
]);
/** Rule 0 is the app's, and rule 1 another one's. */
const route = (own: Filter[], others: Filter[] = []): HttpRoute => {
  const spec = `{parentRefs: [{name: g}], rules: [{backendRefs: [{name: web-v1, port: 80}]}, {matches: [{path: {value: /other}}], backendRefs: [{name: other, port: 80}]}]}`;
  const made = httpRouteOf(spec);
  for (const [index, list] of [own, others].entries()) {
    const rule = made.spec.rules?.[index];
    if (rule !== undefined && list.length > 0) rule.filters = list;
  }
  return made;
};
const pathsOf = (made: HttpRoute) => httpRoute.paths(made).filter(({ path }) => path === '/');
const switched = (made: HttpRoute, mark: typeof NO_MARK) => {
  const paths = pathsOf(made);
  const moves = paths.map((path) => ({ path, service: 'web-v2' }));
  return [...httpRoute.move(made, moves), ...(httpRoute.mark?.(made, paths, mark) ?? [])];
};
const marksOf = (made: HttpRoute, index = 0) =>
  (made.spec.rules?.[index]?.filters ?? []).flatMap(({ responseHeaderModifier: changes }) =>
    (changes?.set ?? []).flatMap(({ name, value }) => (name === ROUTER_HEADER ? value : [])),
  );

describe('a switch', () => {
  test('names the version that its rule leads to, once, and keeps the filters of the user', () => {
    fc.assert(
      fc.property(filters, filters, (own, others) => {
        const before = route(own, others);
        const once = applyPatch(before, switched(before, by('v2')));
        expect(marksOf(once)).toEqual(['v2']);
        expect(once.spec.rules?.[1]).toEqual(before.spec.rules?.[1]);
        expect(once.spec.rules?.[0]?.backendRefs).toEqual([{ name: 'web-v2', port: 80 }]);
        // The standard allows each type of filter once in a rule.
        const types = once.spec.rules?.[0]?.filters?.map(({ type }) => type) ?? [];
        expect(new Set(types).size).toBe(types.length);
        const twice = applyPatch(once, switched(once, by('v3')));
        expect(marksOf(twice)).toEqual(['v3']);
        const without = applyPatch(twice, switched(twice, NO_MARK));
        expect(without.spec.rules?.[0]?.filters ?? []).toEqual(own);
      }),
    );
  });

  test('is refused as a whole if somebody changed the filters since they were read', () => {
    for (const before of [route([]), route([OWN]), route([MARK])]) {
      const patch = switched(before, by('v2'));
      expect(() => applyPatch(route([{ type: 'CORS' }]), patch)).toThrow();
      expect(applyPatch(before, patch).spec.rules?.[0]?.filters).toBeDefined();
    }
  });

  test('without a mark leaves the filters alone, also those that somebody just added', () => {
    expect(switched(route([OWN]), NO_MARK).filter(({ path }) => path.includes('filters'))).toEqual([]);
  });
});

test('a route that is created has it too', () => {
  const made = route([OWN]);
  const created = httpRoute.marked?.(made, pathsOf(made), by('v1'));
  expect(created && [marksOf(created), marksOf(created, 1)]).toEqual([['v1'], []]);
  expect(created?.spec.rules?.[0]?.filters).toHaveLength(1);
});

test('a preview has the mark of the candidate, and never that of what is live', () => {
  const rule = { filters: [MARK], backendRefs: [{ name: 'web-v1', port: 80 }] };
  const mirror = (mark?: typeof NO_MARK) =>
    mirrorsOf({ rule, ref: rule.backendRefs[0] ?? { name: '' } }, { by: 'path', path: '/green' }, 'web-v2', mark);
  expect(JSON.stringify(mirror(by('v2')))).toContain('"value":"v2"');
  for (const rules of [mirror(by('v2')), mirror()]) expect(JSON.stringify(rules)).not.toContain('"value":"v1"');
});

test('a repair by hand takes the mark away: it would name the version before', () => {
  const before = route([OWN, { type: 'CORS' }]);
  const live = applyPatch(before, switched(before, by('v2')));
  const repaired = applyPatch(
    live,
    httpRoute.repair(
      live,
      pathsOf(live).map((path) => ({ path, service: 'web-v1' })),
    ),
  );
  expect(marksOf(repaired)).toEqual([]);
  expect(repaired.spec.rules?.[0]?.filters).toEqual([OWN, { type: 'CORS' }]);
});

test('a name in other letters is the same header, and what a filter adds stays', () => {
  const filter = {
    type: 'ResponseHeaderModifier',
    responseHeaderModifier: {
      set: [{ name: ROUTER_HEADER.toLowerCase(), value: 'x' }],
      add: [{ name: 'Via', value: 'g' }],
    },
  };
  expect(markedFilters([filter], NO_MARK)).toEqual([
    { type: 'ResponseHeaderModifier', responseHeaderModifier: { add: [{ name: 'Via', value: 'g' }] } },
  ]);
});
