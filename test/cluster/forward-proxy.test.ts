import { expect, test } from 'vitest';
import { proxyFor } from '../../src/cluster/forward-proxy.ts';

const PROXY = 'http://proxy:3128';
const by = (url: string, environment: Record<string, string>) => proxyFor(new URL(url), environment);

test.each<[Record<string, string>, string | undefined]>([
  [{}, undefined],
  [{ HTTPS_PROXY: PROXY }, PROXY],
  [{ https_proxy: PROXY }, PROXY],
  [{ HTTPS_PROXY: 'proxy:3128' }, PROXY],
  [{ HTTP_PROXY: PROXY }, undefined],
  [{ HTTPS_PROXY: PROXY, NO_PROXY: ' , other.test' }, PROXY],
])('%j: %s', (environment, proxy) => {
  expect(by('https://api.example.com:6443', environment)).toBe(proxy);
});

test.each<[string, string, boolean]>([
  ['https://api.example.com', '*', true],
  ['https://api.example.com', 'example.com', true],
  ['https://example.com', 'example.com', true],
  ['https://example.com', '.example.com', false],
  ['https://api.example.com', '.example.com', true],
  ['https://api.example.com', '*.example.com', true],
  ['https://badexample.com', 'example.com', false],
  ['https://api.example.com:6443', 'api.example.com:6443', true],
  ['https://api.example.com:6443', 'api.example.com:443', false],
  ['https://api.example.com', 'api.example.com:443', true],
  ['https://api.example.com', 'API.Example.com', true],
  ['https://10.1.2.3:6443', '10.0.0.0/8', true],
  ['https://11.1.2.3:6443', '10.0.0.0/8', false],
  ['https://10.1.2.3', '10.1.2.3', true],
  ['https://10.1.2.3', '1.2.3', false],
  ['https://10.1.2.3', '10.0.0.0/99', false],
  ['https://[fd00::1]:6443', 'fd00::/8', true],
  ['https://[fd00::1]:6443', 'fd00::1', true],
  ['https://[fd00::1]:6443', '[fd00::1]:6443', true],
  ['https://api.example.com', '10.0.0.0/8', false],
])('%s with NO_PROXY=%s: excepted %s', (url, except, excepted) => {
  expect(by(url, { HTTPS_PROXY: PROXY, NO_PROXY: except })).toBe(excepted ? undefined : PROXY);
});
