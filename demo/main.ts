import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Outcome, prepare, runAction } from '../harness/action.ts';
import { type Answer, countBy, isLost, Load } from '../harness/load.ts';
import { asShown, liveLine, table } from './load-view.ts';
import { openStage, type Stage } from './stage.ts';

/**
 * Releases the nginx example on a real cluster under constant load, and shows what visitors get meanwhile. Exits with 1
 * if a request was lost or if blue answered after the action said that green is proven.
 */

const NAMESPACE = 'greenpath-demo';
const HOST = 'example.com';
const REVISION = 'v1.24.0';
const SECONDS = 300;

interface Step {
  readonly mode: string;
  readonly started: number;
  readonly ended: number;
  readonly outcome: Outcome;
}

const keep = process.argv.includes('--keep');
const start = performance.now();
const seconds = (time: number) => `${((time - start) / 1_000).toFixed(1)} s`;
const say = (text: string) => console.log(text.replaceAll(/^/gm, `[${seconds(performance.now()).padStart(7)}] `));

async function main(): Promise<boolean> {
  const stage = await openStage(say, keep);
  try {
    return await perform(stage);
  } finally {
    if (keep) say(howToGoOn(stage));
    else await stage.close(NAMESPACE);
  }
}

async function perform(stage: Stage): Promise<boolean> {
  const kubeconfig = await prepare(stage, NAMESPACE);
  const folder = mkdtempSync(join(tmpdir(), 'greenpath-demo-'));
  const example = (name: string) =>
    readFileSync(join(import.meta.dirname, '..', 'examples', 'nginx', `${name}.yaml`), 'utf8');
  const [older, newer] = stage.images.nginx;
  await stage.apply(
    NAMESPACE,
    [example('shared'), example('blue').replace('nginx:1.22.0', older), example('ingress')].join('---\n'),
  );
  for (const name of ['shared', 'green']) writeFileSync(join(folder, `${name}.yaml`), example(name));
  await stage.waitForAnswer(NAMESPACE, HOST);
  say(`blue is live: nginx ${older} answers at http://${HOST}/`);

  const load = new Load(
    { proxy: stage.proxy, host: HOST, identify: (_, body) => /This is (\w+)/.exec(body)?.[1] ?? 'somebody else' },
    SECONDS,
  );
  load.add({ client: 'fresh', path: '/visit', rate: 100 });
  load.add({ client: 'kept-alive', path: '/visit', rate: 100 });
  let title = 'blue is live';
  const view = setInterval(() => say(liveLine(load.answers, performance.now(), title)), 1_000);
  const steps: Step[] = [];
  try {
    for (const mode of ['deploy-green', 'verify', 'promote']) {
      title = mode;
      const began = performance.now();
      const deploy = { manifests: '*.yaml', images: `nginx=${newer}` };
      const inputs = {
        mode,
        route: 'ingress/nginx',
        namespace: NAMESPACE,
        revision: REVISION,
        addresses: stage.proxy,
        kubeconfig,
      };
      const outcome = await runAction({ ...inputs, ...(mode === 'deploy-green' ? deploy : {}) }, { cwd: folder });
      steps.push({ mode, started: began, ended: performance.now(), outcome });
      say(`── ${mode}: exit ${outcome.exitCode}\n${asShown(outcome.stdout).trim()}`);
      if (outcome.exitCode !== 0) break;
      if (mode === 'deploy-green') load.add({ client: 'fresh', path: '/green/visit', rate: 20 });
      if (mode === 'verify') await pause(load, 200);
    }
    await pause(load, 400);
  } finally {
    clearInterval(view);
    await load.stop();
  }
  return conclude(load.answers, steps);
}

/** Awaits that many more answers, so that the view shows the state between two steps. */
async function pause(load: Load, answers: number): Promise<void> {
  const wanted = load.answers.length + answers;
  while (load.answers.length < wanted) await new Promise((resolve) => setTimeout(resolve, 50));
}

function conclude(answers: readonly Answer[], steps: readonly Step[]): boolean {
  const live = answers.filter((answer) => answer.path === '/visit');
  const lost = answers.filter(isLost);
  const promoted = steps.find((step) => step.mode === 'promote' && step.outcome.exitCode === 0);
  const green = live.filter((answer) => answer.who === 'green').map((answer) => answer.ended);
  const blue = live.filter((answer) => answer.who === 'blue').map((answer) => answer.sent);
  const late =
    promoted === undefined ? [] : live.filter((answer) => answer.sent > promoted.ended && answer.who !== 'green');
  const firstGreen = green.reduce((least, time) => Math.min(least, time), Number.POSITIVE_INFINITY);
  const lastBlue = blue.reduce((most, time) => Math.max(most, time), 0);
  console.log('\nTimeline');
  const events: [number, string][] = [
    ...steps.flatMap(({ mode, started, ended, outcome }): [number, string][] => [
      [started, `${mode} starts`],
      [
        ended,
        `${mode} ends: ${outcome.outputs.state} ${outcome.outputs.proof ? `(proof: ${outcome.outputs.proof})` : ''}`,
      ],
    ]),
    ...(Number.isFinite(firstGreen)
      ? [
          [firstGreen, 'first visitor gets green'] as [number, string],
          [lastBlue, 'last visitor asks and gets blue'] as [number, string],
        ]
      : []),
  ];
  console.log(
    events
      .toSorted(([a], [b]) => a - b)
      .map(([time, text]) => `  ${seconds(time).padStart(7)}  ${text}`)
      .join('\n'),
  );
  console.log('\nWho answered');
  const rows = ['fresh', 'kept-alive'].flatMap((client) =>
    ['/visit', '/green/visit'].map((path) => {
      const mine = answers.filter((answer) => answer.client === client && answer.path === path);
      const who = countBy(mine, (answer) => answer.who);
      return [client, path, `${mine.length}`, `${who.blue ?? 0}`, `${who.green ?? 0}`, `${mine.filter(isLost).length}`];
    }),
  );
  console.log(
    table([['client', 'path', 'requests', 'blue', 'green', 'lost'], ...rows.filter((row) => row[2] !== '0')]),
  );
  const ok = promoted !== undefined && lost.length === 0 && late.length === 0;
  const causes = countBy(lost, (answer) => answer.error ?? `status ${answer.status}`);
  console.log(
    `\n${ok ? 'Released' : 'NOT as promised'}: ${lost.length} of ${answers.length} requests lost${lost.length > 0 ? ` ${JSON.stringify(causes)}` : ''}, ${late.length} answers by blue after the proof.`,
  );
  return ok;
}

function howToGoOn(stage: Stage): string {
  return [
    'Kept. Go on with:',
    `  curl -H 'Host: ${HOST}' http://${stage.proxy}/foo`,
    `  ${stage.kubectl} --kubeconfig ${stage.kubeconfig} -n ${NAMESPACE} get ingress,service,deployment,configmap`,
    `  ${stage.embedded ? 'npm run cluster -- down --name demo' : `kubectl delete namespace ${NAMESPACE}`}   # when you are done`,
  ].join('\n');
}

try {
  const ok = await main();
  if (!keep) say('Everything is taken down. See it again with --keep to look around: npm run demo -- --keep');
  process.exitCode = ok ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
