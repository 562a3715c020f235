// SPDX-License-Identifier: GPL-3.0-or-later
// The commands of docs/cluster.md for three nodes on one machine, as they stand there, and the metrics that the pages name.
// They take the usual ports, so this happens in a network namespace of its own; skipped (77) where there can be none.
// usage: node operations_doc_test.mjs SERVER_BINARY DOCS
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

import { enterPrivateNetwork } from '../chaos/network.mjs';
import { PostgresqlProcess, program } from '../clients/postgresql_process.mjs';
import { RedisProcess } from '../clients/redis_process.mjs';
import { runTests, test } from '../clients/test_runner.mjs';
import { eventually } from '../clients/waiting.mjs';

const refusal = enterPrivateNetwork();
if (refusal) {
    console.log(`SKIP: ${refusal}`);
    process.exit(77);
}
execFileSync('ip', ['link', 'set', 'lo', 'up']);
const [binary, docs] = process.argv.slice(2).map(path => resolve(path));
const page = name => readFile(join(docs, name), 'utf8');

// A machine as the page expects it: PostgreSQL with a superuser postgres and nothing else, Redis, the program in the path.
const postgresql = await PostgresqlProcess.create({ listen_addresses: '127.0.0.1' });
await postgresql.query('CREATE ROLE postgres SUPERUSER LOGIN', 'postgres');
const psql = [program('psql'), '-X', '-h', postgresql.directory, '-U', 'postgres', '-d', 'postgres'];
execFileSync(psql[0], [...psql.slice(1), '-c', 'DROP DATABASE hudhud', '-c', 'ALTER ROLE hudhud RENAME TO first_superuser'],
    { stdio: 'ignore' });
const redis = await RedisProcess.create(['--port', '6379']);
const directory = await mkdtemp(join(tmpdir(), 'hudhud-doc-'));
await writeFile(join(directory, 'sudo'), `#!/bin/sh\nshift 3\nexec ${psql.join(' ')} "$@"\n`, { mode: 0o755 });
const commands = (await page('cluster.md')).match(/## Three nodes on one machine\n[^]*?```sh\n([^]*?)```/)[1];
// With all that has metrics of its own.
const environment = { ...process.env, HUDHUD_CLUSTER__REDIRECT_PHONES: 'true', PATH: `${directory}:${dirname(binary)}:${process.env.PATH}` };
const shell = spawn('bash', ['-c', `${commands}\nwait`],
    { cwd: directory, detached: true, env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
let printed = '';
shell.stdout.on('data', data => { printed += data; });
const metricsOf = async port => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();

test('three nodes start with the commands of docs/cluster.md', async () => {
    const lines = commands.trim().split('\n').length;
    assert.ok(lines <= 5, `${lines} commands`);
    for (const port of [18081, 28081, 38081])
        await eventually(async () => /^hudhud_cluster_nodes\{status="healthy"\} 3$/m.test(await metricsOf(port).catch(() => '')),
            `the admin endpoint ${port} tells of three nodes`);
    await eventually(() => /"node-\d"/.test(printed), 'the last command prints nodes');
});

test('the metrics that docs/operations.md and docs/cluster.md name exist', async () => {
    const known = new Set([...(await metricsOf(18081)).matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name));
    const named = new Set([...`${await page('operations.md')}${await page('cluster.md')}`.matchAll(/`(hudhud_\w+)/g)].map(([, name]) => name));
    assert.ok(named.size > 10, `only ${named.size} are named`);
    assert.deepEqual([...named].filter(name => !known.has(name)), []);
});

let isGood = false;
try {
    isGood = await runTests();
} finally {
    process.kill(-shell.pid, 'SIGKILL');
    await redis.remove();
    await postgresql.remove();
    await rm(directory, { recursive: true, force: true });
}
process.exit(isGood ? 0 : 1);
