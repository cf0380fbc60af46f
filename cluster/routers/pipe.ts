import { join } from 'node:path';

/** The named pipe that starts the process of a router when a line is written to it; then it is gone. */
export function pipeOf(folder: string, name: string): string {
  return join(folder, `${name}-wanted`);
}

/** A command that runs once somebody writes to the pipe, and costs nothing until then. */
export function onDemand(pipe: string, command: readonly string[]): string[] {
  return ['bash', '-c', 'mkfifo "$0" && read -r <"$0" && rm "$0" && exec "$@"', pipe, ...command];
}
