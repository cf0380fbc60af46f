import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { connect, isLocal, knownContexts, readKubeconfig } from '../../demo/kube.ts';

/** What a user gets whose kubeconfig is wrong: which file, what is wrong in it, and what would be right. */

const folder = mkdtempSync(join(tmpdir(), 'greenpath-kubeconfig-'));

function write(name: string, content: object | string): string {
  const file = join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}
const kubeconfig = (server: string, current: string | undefined) => ({
  clusters: [{ name: 'here', cluster: { server } }],
  users: [{ name: 'me', user: { token: 't' } }],
  contexts: [
    { name: 'kind-one', context: { cluster: 'here', user: 'me' } },
    { name: 'broken', context: { cluster: 'gone', user: 'me' } },
  ],
  ...(current !== undefined && { 'current-context': current }),
});
beforeEach(() => vi.stubEnv('HOME', folder));

describe('a kubeconfig that is wrong', () => {
  test.each([
    ['no such file', join(folder, 'none'), undefined, /there is no file .*none/],
    [
      'one of two files',
      `${write('one', kubeconfig('https://127.0.0.1:1', 'kind-one'))}:/none`,
      undefined,
      /no file \/none/,
    ],
    ['no YAML', write('text', '{{{'), undefined, /text cannot be read as one: /],
    ['another file', write('other', 'kind: List'), undefined, /other cannot be read as one|has no contexts/],
    [
      'an unknown context',
      write('a', kubeconfig('https://127.0.0.1:1', 'kind-one')),
      'kind',
      /no context "kind"; it has kind-one, broken/,
    ],
    [
      'no current context',
      write('b', kubeconfig('https://127.0.0.1:1', undefined)),
      undefined,
      /no current context; it has kind-one/,
    ],
    [
      'a context without its cluster',
      write('c', kubeconfig('https://127.0.0.1:1', 'broken')),
      undefined,
      /context "broken" .* does not exist/,
    ],
  ])('%s', (_, files, context, message) => {
    vi.stubEnv('KUBECONFIG', files);
    expect(() => readKubeconfig(context)).toThrow(message);
    expect(() => readKubeconfig(context)).toThrow(/^The kubeconfig is wrong: /);
  });
});

test('without KUBECONFIG the file at home counts', () => {
  vi.stubEnv('KUBECONFIG', '');
  expect(() => readKubeconfig(undefined)).toThrow(join(folder, '.kube', 'config'));
  expect(knownContexts()).toEqual([]);
});

test('contexts of several files are put together', () => {
  const other = {
    ...kubeconfig('https://127.0.0.1:2', undefined),
    contexts: [{ name: 'k3d-two', context: { cluster: 'here', user: 'me' } }],
  };
  const files = [
    write('first', kubeconfig('https://127.0.0.1:1', 'kind-one')),
    write('second', { ...other, clusters: [], users: [] }),
  ];
  vi.stubEnv('KUBECONFIG', files.join(':'));
  expect(knownContexts()).toEqual(['kind-one', 'broken', 'k3d-two']);
  expect(readKubeconfig('k3d-two').getCurrentContext()).toBe('k3d-two');
});

describe('an API server', () => {
  test('that nobody runs: the message names it, the context and the cause', async () => {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as { port: number };
    server.close();
    await once(server, 'close');
    vi.stubEnv('KUBECONFIG', write('nobody', kubeconfig(`https://127.0.0.1:${port}`, 'kind-one')));
    await expect(connect(readKubeconfig(undefined))).rejects.toThrow(
      `The API server https://127.0.0.1:${port} of context "kind-one" does not answer: connect ECONNREFUSED 127.0.0.1:${port}. Is the cluster running`,
    );
  });

  test('that never answers is given up', async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => void sockets.push(socket.on('error', () => undefined)));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as { port: number };
    vi.stubEnv('KUBECONFIG', write('silent', kubeconfig(`https://127.0.0.1:${port}`, 'kind-one')));
    await expect(connect(readKubeconfig(undefined), 100)).rejects.toThrow('does not answer: no answer within 0.1 s');
    for (const socket of sockets) socket.destroy();
    server.close();
  });
});

test.each([
  ['https://127.0.0.1:6443', 'kind-one', undefined, true],
  ['https://0.0.0.0:41234', 'k3d-one', undefined, true],
  ['https://[::1]:6443', 'x', undefined, true],
  ['https://kubernetes.docker.internal:6443', 'docker-desktop', undefined, true],
  ['https://192.168.49.2:8443', 'minikube', undefined, true],
  ['https://192.168.49.2:8443', 'profile', '/home/a/.minikube/ca.crt', true],
  ['https://127.0.0.1.example.com', 'prod', undefined, false],
  ['https://10.0.0.1:6443', 'prod', undefined, false],
  ['https://api.example.com', 'prod', '/home/a/ca.crt', false],
])('%s of cluster %s is used without being named: %s', (server, name, caFile, local) => {
  expect(isLocal({ server, name, ...(caFile !== undefined && { caFile }) })).toBe(local);
});
