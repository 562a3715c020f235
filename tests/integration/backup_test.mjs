// SPDX-License-Identifier: GPL-3.0-or-later
// Backups as docs/operations.md has them, taken from a server at work and restored into a new one: what was waiting at that
// moment reaches its phone, and what is known by then is not taken twice.
// usage: node backup_test.mjs SERVER_BINARY
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { PhoneClient } from '../clients/phone_client.mjs';
import { PostgresqlProcess } from '../clients/postgresql_process.mjs';
import { ServerProcess } from '../clients/server_process.mjs';
import { runTests, test } from '../clients/test_runner.mjs';

const run = promisify(execFile);
const recipient = '967770000001';
const binary = process.argv[2];
const postgresql = await PostgresqlProcess.create();
const onPostgresql = database => `
[plugins]
storage = "postgresql"

[storage.postgresql]
host = "${postgresql.directory}"
user = "hudhud"
database = "${database}"
`;

// Posts while the backup is made, and gives what was there before it began.
async function fillAndBackUp(server, backUp) {
    await server.start();
    const apiKey = await server.createApiKey('send,read');
    const waiting = [];
    for (let count = 0; count < 20; ++count)
        waiting.push(await server.post(apiKey, recipient, String(count)));
    let isDone = false;
    const later = (async () => {
        while (!isDone)
            await server.post(apiKey, recipient, 'later');
    })();
    await backUp();
    isDone = true;
    await later;
    await server.stop('SIGKILL');
    return { apiKey, waiting };
}

async function bringsBack(server, { apiKey, waiting }) {
    await server.start();
    const phone = new PhoneClient(server.url, server.signToken(recipient));
    await phone.start();
    await phone.waitUntil(() => waiting.every(id => phone.messages.some(message => message.id === id)), 'what was waiting');
    assert.deepEqual(phone.messages.slice(0, waiting.length).map(message => message.id), waiting);
    const fresh = await server.post(apiKey, recipient, 'fresh'); // The key is in the backup too.
    await phone.waitUntil(() => phone.messages.some(message => message.id === fresh), 'a new message');
    assert.equal(phone.doubles, 0);
    await phone.stop();
    assert.equal((await server.stop()).code, 0);
}

test('SQLite: VACUUM INTO beside the server at work', async () => {
    const [before, after] = [await ServerProcess.create(binary), await ServerProcess.create(binary)];
    try {
        const file = join(after.directory, 'hudhud.sqlite');
        const filled = await fillAndBackUp(before, () =>
            run('sqlite3', [join(before.directory, 'hudhud.sqlite'), `VACUUM INTO '${file}'`]));
        await bringsBack(after, filled);
    } finally {
        await before.remove();
        await after.remove();
    }
});

test('PostgreSQL: pg_dump beside the server at work', async () => {
    const [before, after] = [await ServerProcess.create(binary, onPostgresql('hudhud')),
        await ServerProcess.create(binary, onPostgresql('restored'))];
    try {
        const file = join(before.directory, 'hudhud.dump');
        const where = ['--host', postgresql.directory, '--username', 'hudhud'];
        const filled = await fillAndBackUp(before, () =>
            run('pg_dump', [...where, '--format=custom', `--file=${file}`, 'hudhud']));
        await run('createdb', [...where, 'restored']);
        await run('pg_restore', [...where, '--dbname=restored', '--exit-on-error', file]);
        await bringsBack(after, filled);
    } finally {
        await before.remove();
        await after.remove();
    }
});

let isGood = false;
try {
    isGood = await runTests();
} finally {
    await postgresql.remove();
}
process.exit(isGood ? 0 : 1);
