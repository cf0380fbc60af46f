import { beforeEach, describe, expect, test, vi } from 'vitest';
import { parseConfig } from '../../src/checks/config.ts';
import { LogReport } from '../../src/github/log-report.ts';
import { endpointsFor } from '../../src/state/endpoints.ts';
import { credentialsOf, secretsFor } from '../../src/state/secrets.ts';
import { checkOf, subjectOf, toolsIn } from '../checks/checks.ts';
import { only } from '../core/support.ts';
import { Backend } from '../proof/backend.ts';
import { ingress, look, situation, stackService } from './app.ts';

/** Secrets that a config names and the environment of the step holds: where they go, and where they never stand. */

const PASSWORD = 'tiger "lily" & co/1';
const LEAKS = [
  PASSWORD,
  encodeURIComponent(PASSWORD),
  `${new URLSearchParams({ a: PASSWORD })}`.slice(2),
  JSON.stringify(PASSWORD).slice(1, -1),
  Buffer.from(PASSWORD).toString('base64'),
];
const CONFIG = 'requests: {auth: {basic: {user: ada, password: "{env.SHOP_PASSWORD}"}}, headers: {X-Key: "{env.KEY}"}}';
const AUTHORIZATION = `Basic ${Buffer.from(`ada:${PASSWORD}`).toString('base64')}`;
beforeEach(() => {
  vi.stubEnv('SHOP_PASSWORD', PASSWORD);
  vi.stubEnv('KEY', 'k3y-of-everybody');
});

async function asked(config: string, mode = 'verify') {
  const looking = await look({ config, mode });
  const routes = [{ ...ingress(), status: { loadBalancer: { ingress: [{ ip: '127.0.0.1' }] } } }];
  const found = situation(looking, { ingresses: routes, services: [stackService('v1')] });
  return { endpoints: await endpointsFor(looking.run, found), told: looking.told() };
}

describe('every request to the application', () => {
  test('carries what the config says, with what the environment holds', async () => {
    const [endpoint] = (await asked(CONFIG)).endpoints.current;
    expect(endpoint?.carries).toEqual({ authorization: AUTHORIZATION, 'x-key': 'k3y-of-everybody' });
  });

  test('carries nothing if the config says nothing', async () => {
    expect((await asked('{}')).endpoints.current.map(({ carries }) => carries)).toEqual([{}]);
  });

  test('is not sent if the step lacks a variable, which is named', async () => {
    vi.stubEnv('KEY', '');
    await expect(asked(CONFIG)).rejects.toMatchObject({
      code: 'input',
      message: 'the config takes {env.KEY} from the environment of the step, and KEY is not set there',
      next: expect.stringContaining('KEY: ${{ secrets.KEY }}'),
    });
  });

  test('is not sent by a config that only the cluster has: others may have written it', () => {
    const { variable } = secretsFor({ inputs: { configGiven: false }, report: new LogReport() });
    expect(() => variable('KEY')).toThrow('this step was not given the config that has it');
  });

  test('finds variables in the lines of CHECK_ENV too', () => {
    vi.stubEnv('CHECK_ENV', `FIRST=f1rst\nKEY=${PASSWORD}\n`);
    const { variable } = secretsFor({ inputs: { configGiven: true }, report: new LogReport() });
    expect([variable('FIRST'), variable('KEY')]).toEqual(['f1rst', PASSWORD]);
  });

  test.each(['constructor', 'toString'])('knows no variable %s, as JavaScript does', (name) => {
    const { missing } = secretsFor({ inputs: { configGiven: true }, report: new LogReport() });
    expect(missing(name)).toMatchObject({ message: expect.stringContaining(`${name} is not set there`) });
  });

  test.each(['INPUT_KUBECONFIG', 'ACTIONS_RUNTIME_TOKEN'])('does not carry %s, as no command sees it', (name) => {
    vi.stubEnv(name, 'of-the-runner');
    const { variable } = secretsFor({ inputs: { configGiven: true }, report: new LogReport() });
    expect(() => variable(name)).toThrow(`${name} is not set there`);
  });

  test('of a rollback goes without: visitors must get back', async () => {
    vi.stubEnv('KEY', '');
    const looking = await look({ config: CONFIG, mode: 'rollback' });
    expect(credentialsOf(looking.run, looking.run.inputs.config.requests)).toEqual({});
    expect(looking.told()).toContain('Requests of this rollback have no credentials: the config takes {env.KEY}');
  });
});

test('a check lacks a variable that is not set', () => {
  vi.stubEnv('SHOP_PASSWORD', undefined);
  const tools = { ...toolsIn(), secrets: secretsFor({ inputs: { configGiven: true }, report: new LogReport() }) };
  const check = { request: 'GET /', headers: { 'X-Key': '{env.SHOP_PASSWORD}' } };
  expect(checkOf(check, 'preview', tools).lacks).toContain('SHOP_PASSWORD is not set there');
});

describe('a value that a request cannot carry where the config takes it is refused before any is sent', () => {
  const BEARER = { auth: { bearer: '{env.KEY}' } };
  const HEADER = { headers: { 'X-Key': 'key={env.KEY}' } };
  const BASIC = { auth: { basic: { user: 'ada', password: '{env.KEY}' } } };
  const lacked = (given: object) => {
    const tools = { ...toolsIn(), secrets: secretsFor({ inputs: { configGiven: true }, report: new LogReport() }) };
    return checkOf({ request: 'POST /', ...given }, 'preview', tools).lacks;
  };
  test.each([
    ['a line break at its end, as bearer', BEARER, 'abcdef\n', 'a header'],
    ['a line break of Windows at its end, in a header', HEADER, 'abcdef\r\n', 'a header'],
    ['lines, such as a key', HEADER, 'abcdef\nghi', 'a header'],
    ['a character beyond Latin-1, in a header', HEADER, 'abc€', 'a header'],
    ['a line break, as password', BASIC, 'abcdef\n', 'basic auth'],
  ])('%s', async (_, given, value, place) => {
    vi.stubEnv('KEY', value);
    const message = `the value of {env.KEY} holds a line break or another character that ${place} cannot have`;
    expect(lacked(given)).toBe(message);
    const next = expect.stringContaining("use printf '%s' instead");
    await expect(asked(JSON.stringify({ requests: given }))).rejects.toMatchObject({ code: 'input', message, next });
  });

  test.each([
    ['a line break in query and body', { query: { key: '{env.KEY}' }, body: { text: '{env.KEY}' } }, 'abcdef\n'],
    ['any letter in a password', BASIC, 'pässwörd€'],
    ['Latin-1 in a header', HEADER, 'pässwörd'],
    ['a tab and spaces in a header', HEADER, 'abc\tdef '],
  ])('but not %s', (_, given, value) => {
    vi.stubEnv('KEY', value);
    expect(lacked(given)).toBeUndefined();
  });

  test('only a rollback goes on, without credentials', async () => {
    vi.stubEnv('KEY', 'abcdef\n');
    const looking = await look({ config: CONFIG, mode: 'rollback' });
    expect(credentialsOf(looking.run, looking.run.inputs.config.requests)).toEqual({});
    expect(looking.told()).toContain('have no credentials: the value of {env.KEY} holds a line break');
  });
});

test('what an answer repeats of a secret, in any form, no report shows', async () => {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    const report = new LogReport();
    const { front } = await Backend.start((response, request) => {
      const said = [request.url, JSON.stringify(request.headers), ...LEAKS].join(' ');
      response.writeHead(500, { 'x-said': said.replaceAll(/[^ -~]/g, '?') }).end(said);
    });
    const check = checkOf(
      {
        request: 'POST /',
        query: { key: '{env.SHOP_PASSWORD}' },
        auth: { basic: { user: 'ada', password: '{env.SHOP_PASSWORD}' } },
        body: { json: { key: '{env.SHOP_PASSWORD}' } },
        expect: { status: 500, headers: { 'x-said': 'nothing of {env.SHOP_PASSWORD}' } },
      },
      'preview',
      { ...toolsIn(), secrets: secretsFor({ inputs: { configGiven: true }, report }) },
    );
    const target = only(check.targets(subjectOf([front])));
    const attempt = await target.attempt(AbortSignal.timeout(60_000));
    const said = attempt.passed ? '' : attempt.reason;
    for (const leak of [...LEAKS, AUTHORIZATION.slice(6)]) {
      expect(said).toContain(leak);
      expect(report.masked(said)).not.toContain(leak);
    }
    expect(target.where + check.name).not.toContain(PASSWORD);
  } finally {
    write.mockRestore();
  }
});

describe('a value that cannot be hidden', () => {
  const told = (value: string, isPublic = false) => {
    const lines: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
    try {
      vi.stubEnv('KEY', value);
      const report = new LogReport();
      if (isPublic) report.allow(`app ${value}`);
      const { variable } = secretsFor({ inputs: { configGiven: true }, report });
      expect([variable('KEY'), variable('KEY')]).toEqual([value, value]);
      return lines;
    } finally {
      vi.restoreAllMocks();
    }
  };
  const NOTICE = /^::notice::Greenpath does not hide the value of \{env\.KEY\}.*choose a longer one for KEY\n$/;

  test.each([
    ['a word of fewer than 4 characters', 'wob', false],
    ['a common word', 'prod', false],
    ['a short number', '12345', false],
    ['the address of a host', 'shop.example.com', false],
    ['public too', 'shop-frontend', true],
  ])('since it is %s is named once by its variable, and the runner does not get it', (_, value, isPublic) => {
    const lines = told(value, isPublic);
    expect(lines.filter((line) => line.startsWith('::'))).toEqual([expect.stringMatching(NOTICE)]);
    expect(lines.join('').replaceAll('KEY', '')).not.toContain(value);
  });

  test('is none of four characters that are no word', () => {
    const lines = told('k3yz');
    expect(lines.join('')).toContain('::add-mask::k3yz\n');
    expect(lines.join('')).not.toContain('::notice');
  });
});

test('the config that is stored holds the placeholder alone', () => {
  const parsed = parseConfig({ requests: { auth: { bearer: '{env.KEY}' } } });
  expect(JSON.stringify(parsed)).toContain('{env.KEY}');
  expect(JSON.stringify(parsed)).not.toContain('k3y-of-everybody');
});
