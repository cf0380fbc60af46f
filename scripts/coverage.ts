/** Statements or branches: how many a test reaches, of how many. */
interface Reached {
  readonly covered: number;
  readonly total: number;
  readonly pct: number;
}

/** A folder of the tree that Vitest hands to a report. */
interface Folder {
  isRoot(): boolean;
  getRelativeName(): string;
  getCoverageSummary(filesOnly: boolean): { readonly statements: Reached; readonly branches: Reached };
}
interface Tree {
  visit(visitor: { onSummary(folder: Folder): void; onEnd(): void }, context: object): void;
}

/** What `npm run test:unit` prints of coverage: one line a folder of `src`, and their sum. */
export default class FolderReport {
  readonly #lines: string[] = [];

  execute(context: { getTree(kind: 'pkg'): Tree }): void {
    context.getTree('pkg').visit(this, context);
  }

  onSummary(folder: Folder): void {
    const { statements, branches } = folder.getCoverageSummary(false);
    const name = folder.isRoot() ? 'src, all of it' : folder.getRelativeName();
    this.#lines.push(`${name.padEnd(24)}${text(statements)}${text(branches)}`);
  }

  onEnd(): void {
    const [all = '', ...folders] = this.#lines;
    const header = `${'reached by unit tests'.padEnd(24)}${'statements'.padStart(22)}${'branches'.padStart(22)}`;
    console.log([header, ...folders, all].join('\n'));
  }
}

function text({ covered, total, pct }: Reached): string {
  return `${covered} of ${total}`.padStart(14) + `${pct.toFixed(1)} %`.padStart(8);
}
