import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Selection } from './debian.ts';

const BIN = '/usr/lib/postgresql/15/bin';
const LIB = '/usr/lib/postgresql/15/lib';

/** The server, what sets it up, its client, and a shell, which both of them start. */
export const POSTGRES: Selection = {
  suite: 'bookworm',
  packages: ['postgresql-15'],
  programs: [
    ...['postgres', 'initdb', 'psql'].map((name) => `${BIN}/${name}`),
    ...['plpgsql.so', 'dict_snowball.so'].map((name) => `${LIB}/${name}`),
    '/bin/dash',
  ],
  data: ['/usr/share/postgresql/15'],
};

/** The database is made when the container starts; it is gone with its volume. */
const START = `#!/bin/sh
set -eu
data=/data/postgres
if [ ! -e "$data" ]; then
  printf %s "$POSTGRES_PASSWORD" >/tmp/password
  ${BIN}/initdb -D "$data" -U "$POSTGRES_USER" --pwfile=/tmp/password --auth=scram-sha-256 --locale=C --encoding=UTF8 --no-sync
  echo 'host all all all scram-sha-256' >>"$data/pg_hba.conf"
  echo "create database $POSTGRES_DB" | ${BIN}/postgres --single -D "$data" postgres
fi
exec ${BIN}/postgres -D "$data" -c listen_addresses='*' -c unix_socket_directories=/tmp -c fsync=off
`;

/** Adds the start script, an account that is not root, and `psql` and `sh` on PATH. */
export async function postgresFiles(root: string): Promise<void> {
  for (const folder of ['etc', 'tmp', 'data', 'usr/bin', 'bin']) await mkdir(join(root, folder), { recursive: true });
  await chmod(join(root, 'tmp'), 0o1777);
  await chmod(join(root, 'data'), 0o777);
  await symlink('dash', join(root, 'bin/sh'));
  await symlink(`${BIN}/psql`, join(root, 'usr/bin/psql'));
  await writeFile(join(root, 'etc/passwd'), 'root:x:0:0::/:/bin/sh\npostgres:x:70:70::/tmp:/bin/sh\n');
  await writeFile(join(root, 'etc/group'), 'root:x:0:\npostgres:x:70:\n');
  await writeFile(join(root, 'start'), START);
  await chmod(join(root, 'start'), 0o755);
}
