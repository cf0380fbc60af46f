import { rootCertificates } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { namedIn, withoutRandom, withoutShapes } from '../../../src/core/base/credential-shapes.ts';
import { withoutCertificates } from '../../../src/core/base/pem.ts';

const KEY = 'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF';
const [CERTIFICATE = ''] = rootCertificates;

describe('what looks like a credential in any text', () => {
  test.each([
    ['a URL of a database', 'cannot connect: postgres://shop:hunter2@db:5432/shop', 'postgres://***@db:5432/shop'],
    ['a password with a slash and an at sign', 'amqp://u:p/w@2@mq/x', 'amqp://***@mq/x'],
    ['a password that begins with digits', 'redis://:12345ab@cache', 'redis://***@cache'],
    ['a token alone in a URL', 'https://ghp_0@github.com/a', 'https://***@github.com/a'],
    ['a data source name of Go', 'dial shop:hunter2@tcp(db:3306)/shop', 'dial ***@tcp(db:3306)/shop'],
    ['a URL that was cut', 'got "postgres://shop:hunter2…"', 'got "postgres://***…"'],
    ['a connection string', 'Server=db;User Id=sa;Password=hun,ter2;X=1', 'User Id=sa;Password=***;X=1'],
    ['a query', 'GET /hook?access_token=abc&x=1', '?access_token=***&x=1'],
    ['an option of a command', 'run --db-password hunter2 --port 1', '--db-password *** --port 1'],
    ['JSON within JSON', '{"m":"{\\"password\\":\\"hunter2\\"}"}', 'password\\":\\***'],
    ['AWS', 'aws_secret_access_key = wJalrXUtnFEMI/K7', 'aws_secret_access_key = ***'],
    ['an AWS key without its name', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', '***'],
    ['a basic header', 'curl -H "Authorization: Basic dXNlcjpwYXNz"', '"Authorization: ***"'],
    ['the same without its name', 'sent Basic dXNlcjpwYXNzd29yZA== to x', 'sent Basic *** to x'],
    ['a bearer token without its name', 'sent Bearer abc123def456 to x', 'sent Bearer *** to x'],
    ['GitHub', 'token ghp_abcdefghijklmnopqrstuvwxyz0123', 'token ***'],
    [
      'a value that the API server quotes',
      '.data.PIN: expected string, got &value.valueUnstructured{Value:map[string]interface {}{"a":"hunter2"}}',
      '.data.PIN: expected string, got &value.valueUnstructured{Value:***',
    ],
  ])('%s', (_, text, hidden) => {
    const result = withoutShapes(text);
    expect(result).toContain(hidden);
    expect(result).not.toMatch(/hunter2|hun,|ter2|abc&|K7|bPx|12345|0@git/);
  });

  test.each([
    'got "http://shop.test:80…" and "http://shop.test:8080/a…", not https://shop.test…',
    'image registry.test:5000/Shop/web@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0',
    'pod web-v1-24-0-7d9c5b8f6d-x2x4z of revision 2f8c4670e82585a1652db2c548c35a936a301287',
    'https://example.com:8443/@scope/package and http://[::1]:80/a?c=d',
    'Get "http://10.244.0.7:8080/ready": dial tcp 10.244.0.7:8080: connect: connection refused',
    'couldn\'t find key password in Secret shop/database; secret "database" not found',
    'the pods need Secret credentials: secretName: web-tls, automountServiceAccountToken: false',
    'Get new credentials: log in again. The proxy asks for basic authentication or a bearer token',
    '/usr/local/lib/Node24/modules/Greenpath/build/Release/binding',
  ])('%s stays', (text) => expect(withoutShapes(text)).toBe(text));

  test.each([
    "kubectl -n shop patch ingress session-token --type=json -p '[]'",
    'Deployment auth-token has 0 of 2 pods ready',
    'Service api-secret is not there',
    'Ingress web-token: not found',
    'Deployment session-api-key: unavailable',
    'get ingresses web-token: not found: x',
    'Secret web-token: stringData.PIN is a number',
    'stack fix-token: candidate, web-v2',
    'MountVolume.SetUp failed for volume "tls-secret" : secret "web-tls" not found',
    'MountVolume.SetUp failed for volume "certs" : references non-existent secret key: tls.key',
    'ca: expected certificates in PEM form (-----BEGIN CERTIFICATE-----); nothing was changed',
    'k8s/Overlays/V2/production/clusters/eu/web.yaml is no file',
    'k8s/Overlays/V2/production/clusters/eu/WebShop is no folder',
  ])('%s stays', (text) => expect(withoutShapes(text)).toBe(text));

  test.each([
    ['a name with a hyphen', 'db-password: hunter2', 'db-password: ***'],
    ['the same with letters only', '  db-password: tigerlily\n', '  db-password: ***\n'],
    ['the same in a sentence', 'Using db-password: tigerlily for shop', 'Using db-password: *** for shop'],
    ['the same below a kind', 'Service\n  db-password: tigerlily', 'Service\n  db-password: ***'],
    ['an option in the midst', 'mysql -u x --password hunter2', 'mysql -u x --password ***'],
    ['a quoted value', 'password="hunter 2" x', 'password=*** x'],
    ['one that does not end', 'password="hunter2 x; the pod is gone', 'password=*** x; the pod is gone'],
    ['a key at the end of a sentence', `it is ${KEY}.`, 'it is ***.'],
    ['a key after a sign', `x=${KEY}`, 'x=***'],
    ['one that begins with a slash', `said /${KEY}`, 'said ***'],
    ['one with a slash', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', '***'],
  ])('%s', (_, text, hidden) => expect(withoutShapes(text)).toBe(hidden));
});

describe('what is in PEM form', () => {
  const lines = (begin: string, end = '') => `said:\n${begin}\nMIIEvQIBADANBg\nkqhkiG9w==\n${end}\nConfigMap a is gone`;
  const BEGIN = '-----BEGIN PRIVATE KEY-----';
  const END = '-----END PRIVATE KEY-----';
  test.each([
    ['a private key', lines(BEGIN, END), 'said:\n***\nConfigMap a is gone'],
    ['half of one', lines(BEGIN), 'said:\n***\n\nConfigMap a is gone'],
    [
      'another END',
      lines(BEGIN, '-----END CERTIFICATE-----'),
      'said:\n***-----END CERTIFICATE-----\nConfigMap a is gone',
    ],
    ['on one line', `key ${BEGIN} ${'aB3'.repeat(20)} ${'aB3'.repeat(20)} cd== ${END} read`, 'key *** read'],
    ['in JSON', `{"a":"${BEGIN}\\nMIIEvQ\\nkqhk==\\n${END}\\n"}`, '{"a":"***\\n"}'],
    ['in a diff', `+  a: |\n+    ${BEGIN}\n+    MIIEvQ\n+    ${END}\n   b: c`, '+  a: |\n+    ***\n   b: c'],
    ['with times', `T ${BEGIN}\n10:00:01 MIIEvQ\n10:00:02 ${END}`, 'T ***'],
    ['with names', `${BEGIN}\n[app] ${'aB3d'.repeat(16)}\n[app] ${'aB3d'.repeat(16)}\n${END}`, '***'],
    ['with headers', `${BEGIN}\nProc-Type: 4,ENCRYPTED\n\nMIIEvQ\n${END}`, '***'],
  ])('%s', (_, text, hidden) => expect(withoutShapes(text)).toBe(hidden));

  test('sentences between BEGIN and END stay', () => {
    const text = `${BEGIN}\nthe pods cannot become ready: no such image\n${END}`;
    expect(withoutShapes(text)).toBe(text);
  });

  test('a certificate is public, whole and in a diff; what only calls itself one is none', () => {
    const pem = CERTIFICATE.trim();
    const diff = pem.replaceAll(/^/gm, '+    ');
    for (const text of [pem, diff, JSON.stringify(pem)]) expect(withoutShapes(`a ${text} b`)).toBe(`a ${text} b`);
    expect(withoutCertificates(`a\n${pem}\nb`)).toBe('a\n\nb');
    const false_ = `-----BEGIN CERTIFICATE-----\n${'aB3'.repeat(20)}\n-----END CERTIFICATE-----`;
    expect(withoutShapes(false_)).not.toContain('aB3aB3');
    expect(withoutCertificates(false_)).toBe(false_);
  });
});

/** Processor time of this thread, in microseconds; how it is split into user and system is only sampled. */
function spent(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}

/** By how much more work a text costs that is ten times as long: the least of some tries, in time of this thread alone. */
function growth(work: (text: string) => unknown, piece: string): number {
  const cost = (length: number) => {
    const text = piece.repeat(length / piece.length);
    const tries = [1, 2, 3].map(() => {
      const before = spent();
      work(text);
      return spent() - before;
    });
    return Math.min(...tries);
  };
  return cost(500_000) / Math.max(cost(50_000), 1_000);
}

describe('the work grows as the text does', () => {
  const pieces = [
    ...[
      '-',
      'a-',
      '/',
      'A1',
      'A1/',
      'aB3/x',
      '=',
      '"',
      "'",
      '\\"',
      '://',
      '://a:',
      "://'",
      '@',
      'a@tcp(',
      'a.',
      ' ',
      '\n',
    ],
    ...['-----BEGIN a-----', '-----BEGIN a-----\nab\n', '-----END a-----', 'password=', 'password="', 'password=\\"'],
    ...[
      'password: a ',
      'x-token: a ',
      '--token ',
      ' -',
      'secret key: ',
      'authorization ',
      'Bearer ',
      'Basic a',
      'eyJ',
      'gho_',
    ],
    ...['valueUnstructured{Value:', 'AKIA', '\u001b[0', ' :', '\\n'],
  ];
  test.each(pieces.map((piece) => [JSON.stringify(piece), piece]))('%s', (_, piece) => {
    expect(growth(withoutRandom, piece)).toBeLessThan(50);
    expect(growth(namedIn, piece)).toBeLessThan(50);
  });
});
