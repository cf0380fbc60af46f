import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { loadAll } from 'js-yaml';
import { type Outcome, runAction } from '../harness/action.ts';
import { type Answer, Load } from '../harness/load.ts';
import { WITH_FACTS } from '../harness/summary-facts.ts';
import { answering, asShown, LIVE, liveLine, PREVIEW } from './load-view.ts';
import type { Screen } from './screen.ts';
import { type Stage, untilAnswered } from './stage.ts';
import type { Step } from './story.ts';

export const HOST = 'demo.example.com';
const REVISION = 'v1.24.0';
/** How long load is generated at most, in seconds. */
const LONGEST = 600;
/** Without a terminal, the state is written again after so many milliseconds, or when it changes. */
const NEWS = 5_000;

/** The pages of the demo name their revision, so each answer shows which version gave it. */
const CONFIG = 'router: nginx\nidentity: {matches: "<p>{revision}</p>"}\n';

const example = (name: string) =>
  readFileSync(join(import.meta.dirname, '..', 'examples', 'nginx', `${name}.yaml`), 'utf8')
    .replace('This is blue</h1>', 'This is blue</h1><p>v1.22.0</p>')
    .replace('This is green</h1>', `This is green</h1><p>${REVISION}</p>`);

/** Makes blue live, releases green under load, and returns the outcomes of the steps and the answers to visitors. */
export async function play(stage: Stage, screen: Screen, signal: AbortSignal) {
  const kubeconfig = await stage.namespace.deployer();
  await startBlue(stage, screen, signal);
  const load = new Load({ proxy: stage.proxy, host: HOST, identify }, LONGEST);
  load.add({ client: 'fresh', path: LIVE, rate: stage.rates.fresh });
  load.add({ client: 'kept-alive', path: LIVE, rate: stage.rates.kept });
  const stopView = view(load, screen);
  const folder = mkdtempSync(join(tmpdir(), 'greenpath-demo-'));
  const steps: Step[] = [];
  try {
    for (const step of stepsOf(stage, kubeconfig, folder)) {
      const started = performance.now();
      screen.say(`── ${step.mode}`);
      const outcome = await runStep(step, screen, signal);
      steps.push({ mode: step.mode, started, ended: performance.now(), outcome });
      if (outcome.exitCode !== 0) break;
      if (step.mode === 'deploy-green') load.add({ client: 'fresh', path: PREVIEW, rate: stage.rates.preview });
      await seen(load, 200, signal);
    }
    await seen(load, 200, signal);
  } finally {
    stopView();
    await load.stop();
    for (const used of [folder, ...steps.map(({ outcome }) => outcome.folder)]) rmSync(used, { recursive: true });
  }
  return { answers: load.answers as readonly Answer[], steps: steps as readonly Step[] };
}

const identify = (_: unknown, body: string) => /This is (\w+)/.exec(body)?.[1] ?? 'somebody else';

async function startBlue(stage: Stage, screen: Screen, signal: AbortSignal): Promise<void> {
  const [older] = stage.images;
  const ingress = example('ingress')
    .replace('example.com', HOST)
    .replace('ingressClassName: nginx', `ingressClassName: ${stage.ingressClass}`);
  const files = [example('shared'), example('blue').replace('nginx:1.22.0', older), ingress];
  await stage.namespace.apply(files.flatMap((text) => loadAll(text) as object[]));
  await stage.namespace.readyPod('app=nginx');
  await untilAnswered(stage, HOST, { log: screen.say, signal });
  screen.say(`blue is live: ${older} answers at http://${HOST}/ (through ${stage.proxy})`);
}

/** Inputs and working directory of each run of the action. */
function stepsOf(stage: Stage, kubeconfig: string, folder: string) {
  const [, newer] = stage.images;
  for (const name of ['shared', 'green']) writeFileSync(join(folder, `${name}.yaml`), example(name));
  const route = { route: 'ingress/nginx', namespace: stage.namespace.name, revision: REVISION };
  const inputs = { ...route, addresses: stage.proxy, kubeconfig };
  const deploy = { manifests: '*.yaml', images: `nginx=${newer}`, config: CONFIG };
  return ['deploy-green', 'verify', 'promote'].map((mode) => ({
    mode,
    inputs: { mode, ...inputs, ...(mode === 'deploy-green' ? deploy : {}) },
    folder,
  }));
}

function runStep(
  { inputs, folder }: ReturnType<typeof stepsOf>[number],
  screen: Screen,
  signal: AbortSignal,
): Promise<Outcome> {
  signal.throwIfAborted();
  return runAction(inputs, {
    cwd: folder,
    env: WITH_FACTS,
    started: (child) => signal.addEventListener('abort', () => child.kill('SIGKILL'), { once: true }),
    line: (line) => {
      const shown = asShown(line);
      if (shown !== undefined && shown.trim() !== '') screen.say(shown);
    },
  });
}

/** Shows every second which version answers; returns the function that ends this. */
function view(load: Load, screen: Screen): () => void {
  let said = 0;
  let before = '';
  const timer = setInterval(() => {
    const now = performance.now();
    const line = liveLine(load.answers, now);
    const who = answering(load.answers, now);
    if (screen.isTerminal) screen.status(line);
    else if (who !== before || now - said > NEWS) {
      screen.say(line);
      said = now;
    }
    before = who;
  }, 1_000);
  return () => {
    clearInterval(timer);
    screen.status('');
  };
}

/** Waits for that many more answers, so that the view shows the state between two steps. */
async function seen(load: Load, answers: number, signal: AbortSignal): Promise<void> {
  const wanted = load.answers.length + answers;
  while (load.answers.length < wanted) await delay(50, undefined, { signal });
}
