import { request } from 'node:http';
import { WebSocket } from 'ws';

/** What a client that stays for long has seen: undefined, or why a visitor would complain. */
export type Complaint = string | undefined;

/** One request that takes `seconds` to be answered. */
export function slowRequest(proxy: string, host: string, seconds: number): Promise<Complaint> {
  return get(proxy, host, `/slow?slow=${seconds * 1_000}`, (body) =>
    body.includes('revision=') ? undefined : `"${body}"`,
  );
}

/** A response that sends a line each 100 ms: none may be missing, and the end must come. */
export function stream(proxy: string, host: string, seconds: number): Promise<Complaint> {
  return get(proxy, host, `/stream?for=${seconds}s`, (body) => {
    const lines = body.trimEnd().split('\n');
    if (lines.at(-1) !== 'end') return `ended with "${lines.at(-1)}"`;
    const gap = lines.slice(0, -1).findIndex((line, index) => line.split(' ')[1] !== `${index}`);
    return gap < 0 ? undefined : `line ${gap} is "${lines[gap]}"`;
  });
}

/** A websocket that is asked something each 200 ms, over one connection that must not end by itself. */
export function websocket(proxy: string, host: string, seconds: number): Promise<Complaint> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://${proxy}/ws`, { headers: { host } });
    let sent = 0;
    let received = 0;
    let asking: NodeJS.Timeout | undefined;
    const end = (complaint: Complaint) => {
      clearInterval(asking);
      resolve(complaint);
      socket.terminate();
    };
    socket.on('open', () => {
      asking = setInterval(() => {
        sent += 1;
        socket.send(`${sent}`);
      }, 200);
      setTimeout(() => {
        clearInterval(asking);
        setTimeout(() => end(received === sent ? undefined : `${sent} messages, ${received} answers`), 1_000);
      }, seconds * 1_000);
    });
    socket.on('message', (data) => {
      received += 1;
      if (String(data) !== `${received}`) end(`answer ${received} was "${String(data)}"`);
    });
    socket.on('close', (code) => end(`closed with ${code} after ${received} answers`));
    socket.on('error', (error) => end(error.message));
  });
}

function get(proxy: string, host: string, path: string, judge: (body: string) => Complaint): Promise<Complaint> {
  const [address, port] = proxy.split(':');
  return new Promise((resolve) => {
    const sent = request({ host: address, port, path, agent: false, headers: { host } }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('error', (error) => resolve(error.message));
      response.on('end', () => {
        if (response.statusCode !== 200 || !response.complete) resolve(`status ${response.statusCode}`);
        else resolve(judge(body));
      });
    });
    sent.on('error', (error) => resolve(error.message));
    sent.end();
  });
}
