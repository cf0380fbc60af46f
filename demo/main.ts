import { asksForHelp, type Options, readOptions, USAGE } from './options.ts';
import { Screen } from './screen.ts';

/**
 * Releases the nginx example on a real cluster under constant load, and shows what visitors get meanwhile. Exits with 1
 * if a request was lost or if blue answered after the action said that green is proven.
 */

const screen = new Screen(process.stdout, process.env);
const stop = new AbortController();
/** What must be undone at the end, in the order in which it was done. */
const undoings: (() => Promise<void> | void)[] = [];
const surroundings = {
  log: screen.say,
  signal: stop.signal,
  undo: (action: () => Promise<void> | void) => void undoings.push(action),
};

async function main(options: Options): Promise<boolean> {
  screen.say('Greenpath demo: releases green beside blue, under load, and counts what visitors get');
  // Loaded after the first line: the libraries take a second on a slow machine.
  const { openStage } = await import('./open-stage.ts');
  const { HOST, play } = await import('./play.ts');
  const { timeline, verdict, whoAnswered } = await import('./story.ts');
  const { writeFacts, writeReport } = await import('./report.ts');
  const stage = await openStage(options, surroundings);
  const { answers, steps } = await play(stage, screen, stop.signal);
  const { ok, text } = verdict(answers, steps, stage.failures());
  screen.print(`\n${timeline(answers, steps, (moment) => screen.time(moment))}\n\n${whoAnswered(answers)}\n\n${text}`);
  screen.print(`The summaries that GitHub shows of these steps: ${writeReport(steps, options.report)}\n`);
  if (options.facts !== undefined) writeFacts(steps, options.facts);
  if (options.keep) {
    undoings.length = 0;
    screen.print(`Kept. Go on with:\n${stage.hints(HOST).join('\n')}`);
  }
  return ok;
}

/** Undoes the last thing first; a failure of that is reported, and does not hide why the demo ended. */
async function cleanUp(): Promise<void> {
  for (const undo of undoings.splice(0).reverse()) {
    try {
      await undo();
    } catch (error) {
      screen.say(`clean-up failed: ${error instanceof Error ? error.message : error}`);
      process.exitCode = 1;
    }
  }
}

function isInterrupted(): boolean {
  return stop.signal.aborted;
}

async function run(args: readonly string[]): Promise<void> {
  if (asksForHelp(args)) return console.log(USAGE);
  try {
    const ok = await main(readOptions(args, process.env));
    process.exitCode = ok ? 0 : 1;
  } catch (error) {
    if (!isInterrupted()) screen.print(`\n${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
}

const running = run(process.argv.slice(2));
for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 })) {
  process.on(signal, async () => {
    // A second signal ends the demo at once.
    if (isInterrupted()) process.exit(code);
    screen.status('');
    screen.say(`${signal}: cleaning up (a second signal ends the demo at once and leaves everything)`);
    stop.abort();
    await Promise.race([running, new Promise((resolve) => setTimeout(resolve, 5_000))]);
    await cleanUp();
    process.exit(code);
  });
}
await running;
if (!isInterrupted()) {
  await cleanUp();
  if (process.exitCode === 0) screen.say('Done. To look around afterwards: npm run demo -- --keep');
}
