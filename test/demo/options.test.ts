import { expect, test } from 'vitest';
import { readOptions } from '../../demo/options.ts';

test.each([
  ['nothing', [], {}, false],
  ['an empty KUBECONFIG', [], { KUBECONFIG: '' }, false],
  ['KUBECONFIG', [], { KUBECONFIG: '/k' }, true],
  ['--context', ['--context', 'kind-one'], {}, true],
])('with %s the demo uses a cluster that is there: %s', (_, args, environment, own) => {
  expect(readOptions(args, environment)).toMatchObject({
    usesOwnCluster: own,
    namespace: 'greenpath-demo',
    keep: false,
  });
});

test('images are two, the older one first', () => {
  expect(readOptions(['--images', 'a:1, b:2'], {}).images).toEqual(['a:1', 'b:2']);
});

test.each([
  [['--contxt', 'a'], /--contxt/],
  [['--context'], /--context/],
  [['--images', 'a:1'], /two images/],
  [['--namespace', 'Up'], /"Up" is not a valid name of a namespace/],
  [['now'], /now/],
])('%j is refused with the usage', (args, message) => {
  expect(() => readOptions(args, {})).toThrow(message);
  expect(() => readOptions(args, {})).toThrow(/usage:\n {2}npm run demo /);
});
