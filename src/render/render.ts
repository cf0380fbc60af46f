import { GreenpathError, messageOf } from '../core/base/error.ts';
import { masked } from '../core/base/masking.ts';
import {
  type Chart,
  type Command,
  commandsFor,
  type Kustomization,
  type Surroundings,
  sourceText,
} from '../core/manifests/rendering.ts';
import { lastWords } from '../process/child-output.ts';

/** The rendered text of a source, and the program that rendered it. */
export interface Rendering {
  readonly text: string;
  readonly tool: string;
}

/**
 * Renders a kustomization or a Helm chart with the first of its programs that is on the runner. Throws `render-failed`
 * if there is none, or if it fails; the text contains its output without anything that looks like a secret.
 */
export async function render(
  source: Kustomization | Chart,
  around: Surroundings,
  signal: AbortSignal,
): Promise<Rendering> {
  // Only a run that renders loads @actions/exec.
  const { findTool, runTool } = await import('../process/tool.ts');
  const commands = commandsFor(source, around);
  const found = await Promise.all(commands.map(async (command) => ({ command, path: await findTool(command.tool) })));
  const first = found.find(({ path }) => path !== undefined);
  if (first?.path === undefined) throw missing(source, commands);
  const { command, path } = first;
  const wrong = (how: string, said = '') => failed(source, command, how, said);
  const end = await runTool(path, command.args, command.input, signal).catch((error: unknown) => {
    signal.throwIfAborted();
    throw wrong(`could not be started: ${messageOf(error)}`);
  });
  if (end.status === null) throw wrong('was killed', end.errors);
  if (end.status !== 0) throw wrong(`ended with exit code ${end.status}`, end.errors);
  if (end.isCut) throw wrong('wrote more than a release can contain', end.errors);
  return { text: end.output, tool: [command.tool, ...command.args.slice(0, 1)].join(' ') };
}

function missing(source: Kustomization | Chart, commands: readonly Command[]): GreenpathError {
  const names = commands.map(({ tool }) => tool);
  const none = names.length > 1 ? `neither ${names.join(' nor ')} is` : `${names.join()} is not`;
  return new GreenpathError(
    'render-failed',
    `${sourceText(source)} must be rendered, but ${none} on this runner's PATH`,
    `Install ${names.join(' or ')} in an earlier step, or render the source there and name the files in \`manifests\`.`,
  );
}

function failed(source: Kustomization | Chart, { tool, args }: Command, how: string, said: string): GreenpathError {
  return new GreenpathError(
    'render-failed',
    `${sourceText(source)} could not be rendered: ${tool} ${how}${lastWords(masked(said, []))}`,
    `Try it on your machine: ${tool} ${args.join(' ')}`,
  );
}
