import { expect, test } from 'vitest';
import { InputForm } from '../../src/inputs/form.ts';
import { readRouteInput } from '../../src/inputs/routes.ts';

/** What is read, and what is said of it. */
function read(text: string) {
  const form = new InputForm(() => text);
  return { refs: readRouteInput(form), said: form.error()?.problems.map((problem) => problem.text) ?? [] };
}

test('routes of several kinds, on lines or in a list', () => {
  const both = [
    { kind: 'ingress', name: 'web' },
    { kind: 'httproute', name: 'web' },
  ];
  for (const text of ['ingress/web\nhttproute/web', 'ingress/web, httproute/web'])
    expect(read(text)).toEqual({ refs: both, said: [] });
});

test.each([
  ['httpRoute/shop', /; did you mean httproute\/shop\?$/],
  ['grpcroute/shop', /one on each line\. A GRPCRoute cannot be released: it matches services and methods/],
])('%s is no route that can be released, and the message says why', (text, message) => {
  const { refs, said } = read(text);
  expect(refs).toEqual([]);
  expect(said).toEqual([expect.stringMatching(message)]);
});
