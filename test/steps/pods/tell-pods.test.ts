import { expect, test } from 'vitest';
import { LABEL_APP, LABEL_REVISION } from '../../../src/core/kube/objects.ts';
import { reportLines } from '../../../src/core/report/failure-report.ts';
import { CLOCK } from '../../../src/process/clock.ts';
import { tellPods } from '../../../src/steps/pods/tell-pods.ts';
import { type Answering, json } from '../../cluster/server.ts';
import { ingress, items, look, situation, stackService } from '../../state/app.ts';

/** What is read of the pods of a revision after a check failed, and what of it is said. */

const labels = { app: 'web', revision: 'v2' };
const deployment = {
  metadata: { name: 'web-v2', labels: { [LABEL_APP]: 'web', [LABEL_REVISION]: 'v2' } },
  spec: {
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: { containers: [{ name: 'web', envFrom: [{ secretRef: { name: 'database' } }] }] },
    },
  },
};
const pod = (name: string) => ({
  metadata: { name, labels },
  spec: { containers: [{ name: 'web' }] },
  status: {
    conditions: [{ type: 'Ready', status: 'True' }],
    containerStatuses: [{ name: 'web', ready: true, restartCount: name === 'b' ? 1 : 0, state: { running: {} } }],
  },
});
const event = (message: string) => ({ type: 'Warning', reason: 'Unhealthy', message });
const SECRET = { kind: 'Secret', metadata: { name: 'database' }, data: { PASSWORD: btoa('correct horse battery') } };

/** A cluster whose pods wrote this, each line with its time. */
function clusterWith(pods: readonly object[], log: Answering): Answering {
  return (response, asked, count) => {
    const answer = (one: Answering) => one(response, asked, count);
    if (asked.path.endsWith('/log')) return answer(log);
    if (asked.path.endsWith('/deployments')) return answer(items(deployment));
    if (asked.path.endsWith('/pods')) return answer(items(...pods));
    if (asked.path.endsWith('/events')) return answer(items(event(`about ${asked.query.fieldSelector}`)));
    return answer(asked.path.endsWith('/secrets/database') ? json(200, SECRET) : json(404));
  };
}
const writes =
  (...lines: readonly string[]): Answering =>
  (response) => {
    const at = new Date(Date.now() + 60_000).toISOString().replace('Z', '123456Z');
    const text = lines.map((line) => `${at} ${line}\n`).join('');
    response.writeHead(200, { 'content-type': 'text/plain' }).end(text);
  };

async function told(answer: Answering) {
  const looking = await look({ mode: 'verify' }, answer);
  const services = [stackService('v1'), stackService('v2')];
  const found = situation(looking, { ingresses: [ingress()], services });
  await tellPods(looking.run, found, 'v2', CLOCK.now());
  return { text: reportLines(looking.run.report.close().failures).join('\n'), asked: looking.asked };
}

test('events and lines since then, without what the pods read of Secrets', async () => {
  const { text, asked } = await told(
    clusterWith([pod('a')], writes('Error: login as correct horse battery', '  at x')),
  );
  expect(text).toBe(
    [
      'The pods of v2 (which of them the checks reached is not known):',
      ...['  a: ready', '    Unhealthy: about involvedObject.name=a', '    container web wrote since then:'],
      ...['      Error: login as ***', '        at x'],
    ].join('\n'),
  );
  expect(asked.every(({ method }) => method === 'GET')).toBe(true);
});

test('of a long line, no part of a secret at its end is shown', async () => {
  const { text } = await told(clusterWith([pod('a')], writes(`${'x'.repeat(490)} correct horse battery and more`)));
  expect(text).toContain(`${'x'.repeat(490)} *** and m…`);
  expect(text).not.toContain('correct');
});

test('a line is cut to what people read', async () => {
  const { text } = await told(clusterWith([pod('a')], writes(`${'a word '.repeat(1_000)}`)));
  expect(Math.max(...text.split('\n').map((line) => line.trim().length))).toBe(501);
});

test('of one that was restarted, the run before too; it comes first', async () => {
  const { text } = await told(clusterWith([pod('a'), pod('b')], writes('x')));
  expect(text).toMatch(/^ {2}b: ready; container web was restarted 1 time \(.*\)\n[\s\S]*^ {2}a: ready/m);
  expect(text).toContain('container web before its restart wrote since then:');
});

test('at most ten pods are looked at, and how many are not is said', async () => {
  const pods = Array.from({ length: 14 }, (_, index) => pod(`p${index}`));
  const { text, asked } = await told(clusterWith(pods, writes()));
  expect(new Set(asked.filter(({ path }) => path.endsWith('/log')).map(({ path }) => path)).size).toBe(10);
  expect(text).toContain('4 other pods, not looked at');
});

test.each([
  ['logs', clusterWith([pod('a')], json(403)), 'the Role does not allow reading logs (pods/log)'],
  ['Deployments', json(403), 'they could not be read: '],
  ['no pods', clusterWith([], json(404)), 'there are none'],
])('what cannot be read is said, and nothing fails: %s', async (_, answer, said) => {
  expect((await told(answer)).text).toContain(`  ${said}`);
});
