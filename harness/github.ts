import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { Ajv } from 'ajv';
import { deploymentBody, type Kept, statusBody } from './github-bodies.ts';

/** One request that was asked and found to be as GitHub describes it: `POST /repos/a/b/deployments`. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
  readonly authorization: string;
}

/** What is answered instead of what GitHub would; `hang` is no answer at all. */
export type Fault = { status: number; message: string; headers?: Record<string, string> } | 'hang';

type Schema = Record<string, unknown>;
interface Operation {
  readonly parameters?: { $ref?: string }[];
  readonly requestBody?: { content: Record<string, { schema: Schema }> };
  readonly responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}
interface Description {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { parameters: Record<string, { name: string; in: string; schema: Schema }> };
}

const FILE = createRequire(import.meta.url).resolve('@octokit/openapi/generated/api.github.com.json');
const DEPLOYMENTS = '/repos/{owner}/{repo}/deployments';
const STATUSES = '/repos/{owner}/{repo}/deployments/{deployment_id}/statuses';

/**
 * GitHub's API as far as deployments go: every request is checked against the description that GitHub publishes, and so
 * is every answer. A request that does not fit is answered with 422 and kept in `wrong`, which has to stay empty.
 */
export class GitHub {
  readonly asked: Asked[] = [];
  readonly wrong: string[] = [];
  readonly deployments: Kept[] = [];
  /** Decides whether a request goes wrong; `count` numbers all requests from 1. */
  fault: (asked: Asked, count: number) => Fault | undefined = () => undefined;
  readonly #description = JSON.parse(readFileSync(FILE, 'utf8')) as Description;
  readonly #ajv = new Ajv({ strict: false, validateFormats: false, coerceTypes: true });
  readonly #server: Server;

  private constructor() {
    this.#ajv.addSchema(this.#description, 'github');
    this.#server = createServer((request, response) => {
      void this.#answer(request, response).catch((error: unknown) => {
        this.wrong.push(String(error));
        response.writeHead(500).end();
      });
    });
  }

  static async open(): Promise<GitHub> {
    const github = new GitHub();
    await new Promise<void>((resolve) => github.#server.listen(0, '127.0.0.1', resolve));
    return github;
  }

  /** What a runner would have in its environment. */
  get environment(): Record<string, string> {
    const url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return {
      GITHUB_API_URL: url,
      GITHUB_SERVER_URL: 'https://github.test',
      GITHUB_REPOSITORY: 'acme/shop',
      GITHUB_RUN_ID: '7',
      GITHUB_SHA: 'a'.repeat(40),
    };
  }

  reset(): void {
    this.asked.length = 0;
    this.fault = () => undefined;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? '/', 'http://github.test');
    const asked: Asked = {
      method: request.method ?? '',
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      body: chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString('utf8')),
      authorization: request.headers.authorization ?? '',
    };
    this.asked.push(asked);
    const fault = this.fault(asked, this.asked.length);
    if (fault === 'hang') return;
    const send = (status: number, body: unknown, headers: Record<string, string> = {}) =>
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
    if (fault !== undefined) return void send(fault.status, { message: fault.message }, fault.headers);
    const template = this.#find(asked);
    const { status, body } = this.#act(template, asked);
    this.#check(
      'answer',
      ['responses', String(status), 'content', 'application/json', 'schema'],
      template,
      asked.method,
      body,
    );
    send(status, body);
  }

  /** The path that a request means; throws if there is none, or if the request is not as it has to be. */
  #find(asked: Asked): string {
    const template = [STATUSES, DEPLOYMENTS].find((one) => matches(one, asked.path));
    const operation = this.#description.paths[template ?? '']?.[asked.method.toLowerCase()];
    if (template === undefined || operation === undefined) throw new Error(`unknown: ${asked.method} ${asked.path}`);
    const known = (operation.parameters ?? []).map((one) => this.#parameter(one));
    for (const [name, value] of Object.entries(asked.query)) {
      const parameter = known.find((one) => one.name === name && one.in === 'query');
      if (parameter === undefined) throw new Error(`${asked.method} ${asked.path}: no query parameter ${name}`);
      if (!this.#ajv.validate(parameter.schema, value)) throw new Error(`${name}=${value}: ${this.#ajv.errorsText()}`);
    }
    if (operation.requestBody !== undefined) {
      this.#check(
        'request',
        ['requestBody', 'content', 'application/json', 'schema'],
        template,
        asked.method,
        asked.body,
      );
    }
    return template;
  }

  #parameter(parameter: { $ref?: string }): { name: string; in: string; schema: Schema } {
    const name = parameter.$ref?.split('/').at(-1);
    if (name === undefined) return parameter as unknown as { name: string; in: string; schema: Schema };
    const found = this.#description.components.parameters[name];
    if (found === undefined) throw new Error(`no parameter ${name}`);
    return found;
  }

  #check(what: string, place: string[], template: string, method: string, value: unknown): void {
    const pointer = ['paths', template, method.toLowerCase(), ...place].map((part) =>
      part.replaceAll('~', '~0').replaceAll('/', '~1'),
    );
    const validate = this.#ajv.getSchema(`github#/${pointer.map(encodeURIComponent).join('/')}`);
    if (validate === undefined) throw new Error(`no schema for the ${what} of ${method} ${template}`);
    if (!validate(value)) {
      throw new Error(
        `${what} of ${method} ${template}: ${this.#ajv.errorsText(validate.errors)}: ${JSON.stringify(value)}`,
      );
    }
  }

  #act(template: string, { method, path, query, body }: Asked): { status: number; body: unknown } {
    if (template === STATUSES) {
      const kept = this.deployments.find((one) => String(one.id) === path.split('/').at(-2));
      if (kept === undefined) throw new Error(`no such deployment: ${path}`);
      if (method === 'GET')
        return { status: 200, body: kept.statuses.map(statusBody).slice(0, Number(query.per_page ?? 30)) };
      const text = (name: string) => String(body[name] ?? '');
      const status = {
        state: text('state'),
        description: text('description'),
        environment_url: text('environment_url'),
        log_url: text('log_url'),
      };
      kept.statuses.unshift(status);
      return { status: 201, body: statusBody(status) };
    }
    if (method === 'GET') {
      const found = this.deployments.filter(
        (one) => query.environment === undefined || one.environment === query.environment,
      );
      const [size, page] = [Number(query.per_page ?? 30), Number(query.page ?? 1)];
      const shown = found.toReversed().slice((page - 1) * size, page * size);
      return { status: 200, body: shown.map(deploymentBody) };
    }
    const kept: Kept = {
      id: this.deployments.length + 1,
      environment: String(body.environment),
      payload: body.payload,
      sha: String(body.ref),
      statuses: [],
    };
    this.deployments.push(kept);
    return { status: 201, body: deploymentBody(kept) };
  }
}

function matches(template: string, path: string): boolean {
  return new RegExp(`^${template.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`).test(path);
}
