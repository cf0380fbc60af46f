import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/core/base/json.ts';
import { imageName, setImages } from '../../../src/core/kube/images.ts';

test.each([
  ['nginx', 'nginx'],
  ['nginx:1.24.0', 'nginx'],
  ['ghcr.io/acme/web:1.2@sha256:abc', 'ghcr.io/acme/web'],
  ['ghcr.io/acme/web@sha256:abc', 'ghcr.io/acme/web'],
  ['localhost:5000/web', 'localhost:5000/web'],
  ['localhost:5000/web:v1', 'localhost:5000/web'],
  ['', ''],
])('imageName of %s is %s', (reference, name) => {
  expect(imageName(reference)).toBe(name);
});

describe('setImages', () => {
  const spec = () =>
    load(`
containers: [{name: a, image: "acme/web:v1"}, {name: b, image: acme/web-proxy}, {name: c}]
initContainers: [{name: i, image: "acme/web@sha256:abc"}]
`) as Json;

  test('sets containers and init containers of exactly that name, and says which names it used', () => {
    const changed = spec();
    expect(
      new Set(
        setImages(
          changed,
          new Map([
            ['acme/web', 'acme/web:v2'],
            ['web', 'x'],
          ]),
        ),
      ),
    ).toEqual(new Set(['acme/web']));
    expect(changed).toEqual({
      containers: [{ name: 'a', image: 'acme/web:v2' }, { name: 'b', image: 'acme/web-proxy' }, { name: 'c' }],
      initContainers: [{ name: 'i', image: 'acme/web:v2' }],
    });
  });

  test('changes nothing if no name fits, or there is no pod', () => {
    const same = spec();
    expect(setImages(same, new Map([['acme', 'x']]))).toEqual([]);
    expect(same).toEqual(spec());
    expect(setImages(null, new Map([['acme/web', 'x']]))).toEqual([]);
  });
});
