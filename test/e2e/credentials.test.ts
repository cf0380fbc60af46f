import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { kubectl } from '../../cluster/cluster.ts';
import { prepare, type RunOptions, requestsOf, runAction } from '../../harness/action.ts';
import { Wire } from '../../harness/wire.ts';
import { ingress } from './parts.ts';
import { credential, PodAccount, pluginsFor } from './plugins.ts';
import { apply } from './world.ts';

/** Every way to the API server's trust: real plugins, real tokens, a real forward proxy, and nothing left behind. */

const cluster = inject('cluster');
const namespace = 'cluster-credentials';
const folder = mkdtempSync(join(tmpdir(), 'greenpath-credentials-'));
let kubeconfig: string;
let token: string;

beforeAll(async () => {
  kubeconfig = await prepare(cluster, namespace);
  token = /"token":"([^"]+)"/.exec(kubeconfig)?.[1] ?? '';
  await apply(cluster, namespace, [ingress('web', [{ host: 'credentials.test', path: '/', service: 'web-v1' }])]);
});
afterAll(() => kubectl(cluster, 'delete', 'namespace', namespace, '--wait=false'));

const status = (given: string, options: RunOptions = {}, more: Record<string, string> = {}) =>
  runAction({ mode: 'status', route: 'ingress/web', namespace, kubeconfig: given, ...more }, options);
const { as, plugin, exec } = pluginsFor(folder, () => kubeconfig);

describe('a credential plugin', () => {
  test('gives the token; it gets what kubectl passes to it, and its token is hidden', async () => {
    const lines = `echo "$KUBERNETES_EXEC_INFO" > ${folder}/info; env > ${folder}/env; echo "{\\"status\\":{\\"token\\":\\"$TOKEN\\"}}"`;
    const given = exec(plugin('good', lines), { env: [{ name: 'TOKEN', value: token }], provideClusterInfo: true });
    const { exitCode, stdout } = await status(given);
    expect(exitCode, stdout).toBe(0);
    expect(stdout).toContain('app web behind Ingress web');
    expect(stdout).toContain(`::add-mask::${token}\n`);
    expect(stdout.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain(token.slice(-40));
    const info = JSON.parse(readFileSync(join(folder, 'info'), 'utf8'));
    expect(info).toMatchObject({
      kind: 'ExecCredential',
      spec: { interactive: false, cluster: { server: expect.any(String) } },
    });
    expect(readFileSync(join(folder, 'env'), 'utf8')).not.toContain('INPUT_KUBECONFIG');
  });

  test('gives a client certificate', async () => {
    const { users } = JSON.parse(readFileSync(cluster.kubeconfig, 'utf8'));
    const pem = (field: string) => Buffer.from(users[0].user[field], 'base64').toString('utf8');
    const answer = {
      kind: 'ExecCredential',
      status: { clientCertificateData: pem('client-certificate-data'), clientKeyData: pem('client-key-data') },
    };
    writeFileSync(join(folder, 'certificate.json'), JSON.stringify(answer));
    const { exitCode, stdout } = await status(exec(plugin('certificate', `cat ${folder}/certificate.json`)));
    expect(exitCode, stdout).toBe(0);
    const key = answer.status.clientKeyData.split('\n')[1] ?? '';
    expect(stdout.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain(key);
  });

  test.each<[string, string, object, string]>([
    [
      'fails',
      'echo starting >&2; echo "login for $WHO failed: password=$PW, eyJhbGciOiJub25lIn0.e30.x" >&2; exit 7',
      {},
      'ended with exit code 7',
    ],
    ['prints no JSON', 'echo eyJhbGciOiJub25lIn0.e30.x; echo "$PW" >&2', {}, 'printed no credential'],
    ['prints nothing useful', `echo '{"status":{"token":""}}'`, {}, 'printed no credential'],
    ['is killed', 'kill -9 $$', {}, 'ended with SIGKILL'],
    [
      'is not installed',
      '',
      { command: 'no-such-plugin', installHint: 'Get it from the shop.' },
      'no-such-plugin is not installed',
    ],
  ])('that %s: says how, without its secrets', async (_, lines, more, how) => {
    const env = [
      { name: 'PW', value: 'hunter2-hunter2' },
      { name: 'WHO', value: 'bob' },
    ];
    const { exitCode, stdout, summary } = await status(exec(plugin('bad', lines), { env, ...more }));
    expect(exitCode).toBe(1);
    expect(stdout).toContain(how);
    expect(stdout).toContain('[unauthorized]');
    if ('installHint' in more) expect(stdout).toContain('Get it from the shop.');
    expect(stdout + summary).not.toMatch(/hunter2|eyJhbGciOiJub25l/);
  });

  test('that hangs ends with the step, and so does what it started', async () => {
    const lines = `sleep 600 & echo $! > ${folder}/child; wait`;
    const { exitCode, stdout } = await status(exec(plugin('slow', lines)), {}, { timeout: '2s' });
    expect(exitCode).toBe(1);
    expect(stdout).toContain('[timeout]');
    const pid = readFileSync(join(folder, 'child'), 'utf8').trim();
    const state = () =>
      existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[2] : 'Z';
    await vi.waitFor(() => expect(state()).toBe('Z'), { timeout: 10_000 });
  });

  test('is asked once more when the server refuses what it gave, and not again and again', async () => {
    const counting = (answers: string) => plugin('counting', `echo x >> ${folder}/asked; ${answers}`);
    const asked = () => readFileSync(join(folder, 'asked'), 'utf8').split('\n').length - 1;
    const good = `if [ $(wc -l < ${folder}/asked) = 1 ]; then echo '${credential('stale.token.one')}'; else echo '${credential(token)}'; fi`;
    writeFileSync(join(folder, 'asked'), '');
    const renewed = await status(exec(counting(good)));
    expect(renewed.exitCode, renewed.stdout).toBe(0);
    expect(asked()).toBe(2);
    writeFileSync(join(folder, 'asked'), '');
    const refused = await status(exec(counting(`echo '${credential('stale.token.one')}'`)));
    expect(refused.stdout).toContain('[unauthorized]');
    expect(asked()).toBe(2);
  });
});

describe('a runner inside the cluster', () => {
  const account = new PodAccount();
  let wire: Wire;

  beforeAll(async () => {
    wire = await Wire.open(cluster);
    account.put(
      'ca.crt',
      Buffer.from(JSON.parse(kubeconfig).clusters[0].cluster['certificate-authority-data'], 'base64'),
    );
    account.put('namespace', namespace);
  });
  afterAll(() => wire.close());

  const inside = () => account.run(wire.through(kubeconfig));

  test('uses the service account of its pod, in its namespace', async () => {
    account.put('token', token);
    wire.reset();
    const { exitCode, stdout } = await inside();
    expect(exitCode, stdout).toBe(0);
    expect(stdout).toContain(`app web behind Ingress web in namespace ${namespace}`);
  });

  test('reads a token again that was replaced while it ran', async () => {
    account.put('token', 'expired.token.here');
    wire.reset(({ phase }) => {
      if (phase === 'before') account.put('token', token);
      return 'pass';
    });
    const { exitCode, stdout } = await inside();
    expect(exitCode, stdout).toBe(0);
    expect(stdout).toContain('::add-mask::expired.token.here\n');
    expect(stdout).toContain(`::add-mask::${token}\n`);
  });
});

describe('a forward proxy', () => {
  let proxy: Server;
  const connected: string[] = [];

  beforeAll(async () => {
    proxy = createServer();
    proxy.on('connect', (asked, client) => {
      connected.push(`${asked.url} ${asked.headers['proxy-authorization'] ?? ''}`);
      const [host, port] = (asked.url ?? '').split(':');
      const server = connect(Number(port), host, () => {
        client.write('HTTP/1.1 200 OK\r\n\r\n');
        server.pipe(client).pipe(server);
      });
      server.on('error', () => client.destroy());
      client.on('error', () => server.destroy());
    });
    await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
  });
  afterAll(() => proxy.close());

  const address = () => `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const target = () => new URL(cluster.server).host;
  const url = () => `http://bob:hunter2-hunter2@${address()}`;

  test.each<[string, () => Record<string, string>, () => object, boolean]>([
    ['HTTPS_PROXY is used', () => ({ HTTPS_PROXY: url() }), () => ({}), true],
    ['https_proxy too', () => ({ https_proxy: url() }), () => ({}), true],
    ['NO_PROXY excepts', () => ({ HTTPS_PROXY: url(), NO_PROXY: '127.0.0.0/8' }), () => ({}), false],
    ["the kubeconfig's own wins", () => ({ HTTPS_PROXY: 'http://127.0.0.1:9' }), () => ({ 'proxy-url': url() }), true],
  ])('%s', async (_, env, more, used) => {
    connected.length = 0;
    const { exitCode, stdout } = await status(as({ token }, more()), { env: env() });
    expect(exitCode, stdout).toBe(0);
    const basic = Buffer.from('bob:hunter2-hunter2').toString('base64');
    expect(new Set(connected)).toEqual(new Set(used ? [`${target()} Basic ${basic}`] : []));
    expect(stdout.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain('hunter2');
  });

  test('one that is gone is named without its password', async () => {
    const env = { HTTPS_PROXY: 'http://bob:hunter2-hunter2@127.0.0.1:9' };
    const { exitCode, stdout, summary } = await status(kubeconfig, { env }, { timeout: '20s' });
    expect(exitCode).toBe(1);
    expect(stdout.replaceAll(/^::add-mask::.*$/gm, '') + summary).not.toContain('hunter2');
  });
});

test.each<[string, () => string]>([
  ['a token', () => kubeconfig],
  ['a client certificate', () => readFileSync(cluster.kubeconfig, 'utf8')],
  ['a plugin', () => exec(plugin('plain', `echo '${credential(token)}'`))],
])('nothing is written to disk but what the runner asked for: %s', async (_, given) => {
  const { exitCode, stdout, folder: home } = await status(given());
  expect(exitCode, stdout).toBe(0);
  expect(readdirSync(home).toSorted()).toEqual(['output', 'state', 'summary']);
});

test('the account of the run is the one in the audit log', () => {
  expect(requestsOf(cluster, namespace).length).toBeGreaterThan(10);
});
