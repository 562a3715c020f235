// SPDX-License-Identifier: GPL-3.0-or-later
// The server on a PostgreSQL that is killed in mid-traffic, again and again: callers are told to come back, and in the end
// every message with a 202 is there, once. HUDHUD_POSTGRESQL_KILLS changes the run.
// usage: node postgresql_faults_test.mjs SERVER_BINARY
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { PostgresqlProcess } from './postgresql_process.mjs';
import { ServerProcess } from './server_process.mjs';
import { runTests, test } from './test_runner.mjs';
import { withLimit } from './waiting.mjs';

const kills = Number(process.env.HUDHUD_POSTGRESQL_KILLS ?? 3);
const senders = 16;
const trafficMs = 1_500;
const downMs = 1_000;
const recoveryLimitMs = 60_000;

const postgresql = await PostgresqlProcess.create();
const server = await ServerProcess.create(process.argv[2], `
[plugins]
storage = "postgresql"

[storage]
write_timeout = "3s"

[storage.postgresql]
host = "${postgresql.directory}"
user = "hudhud"
statement_timeout = "2s"
reconnect_delay = "50ms"
maximum_reconnect_delay = "500ms"
`);
let apiKey;

const accepted = new Map(); // By subject, which is different for each: the id of the 202.
const refusals = new Map(); // By status: how many.
let isSending = true;

async function post(subject, idempotencyKey) {
    const answer = await fetch(`${server.url}/api/v1/messages`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/json',
            ...(idempotencyKey && { 'Idempotency-Key': idempotencyKey }) },
        body: JSON.stringify({ recipient: '967771234567', subject, content: 'It has left the warehouse.' }),
    });
    return { status: answer.status, body: await answer.json() };
}

// Half of the senders repeat what failed under an idempotency key, as a careful business does.
async function send(number) {
    const isCareful = number % 2 === 0;
    for (let count = 0; isSending; ++count) {
        const subject = `${number}/${count}`;
        const key = isCareful ? randomUUID() : undefined;
        for (;;) {
            const { status, body } = await post(subject, key);
            if (status === 202) {
                accepted.set(subject, body.id);
                break;
            }
            refusals.set(status, (refusals.get(status) ?? 0) + 1);
            await pause(50);
            if (!isCareful || !isSending)
                break;
        }
    }
}

async function waitUntilAccepting() {
    const size = accepted.size;
    while (accepted.size < size + senders)
        await pause(20);
}

test('kill -9 of PostgreSQL in mid-traffic loses nothing that was accepted', async () => {
    apiKey = await server.createApiKey('send,read', undefined, []);
    await server.start();
    const running = Array.from({ length: senders }, (_, number) => send(number));
    for (let kill = 0; kill < kills; ++kill) {
        await pause(trafficMs);
        await postgresql.kill();
        await pause(downMs);
        await postgresql.start();
        await withLimit(waitUntilAccepting(), recoveryLimitMs, 'the server does not accept again');
    }
    isSending = false;
    await Promise.all(running);

    assert.ok(accepted.size > 100, `only ${accepted.size} messages were accepted`);
    assert.ok([...refusals.values()].some(count => count > 0), 'nothing was refused while PostgreSQL was down');
    for (const [status, count] of refusals)
        assert.ok([503, 504].includes(status), `${count} requests were answered ${status}`);

    const rows = (await postgresql.query('SELECT subject, id FROM message')).split('\n').map(row => row.split('|'));
    const stored = new Map();
    for (const [subject, id] of rows)
        stored.set(subject, [...(stored.get(subject) ?? []), id]);
    for (const [subject, id] of accepted) {
        assert.ok(stored.get(subject)?.includes(id), `${subject} was accepted as ${id} and is lost`);
        if (Number(subject.split('/')[0]) % 2 === 0)
            assert.equal(stored.get(subject).length, 1, `${subject} is there twice`);
    }
    assert.equal(await postgresql.query('SELECT count(*) FROM message m LEFT JOIN queue q ON q.id = m.id '
        + 'LEFT JOIN finished f ON f.id = m.id WHERE q.id IS NULL AND f.id IS NULL'), '0');
    const summary = [...refusals].map(([status, count]) => `${count} answered ${status}`).join(', ');
    console.log(`RESULT ${kills} kills of PostgreSQL: ${accepted.size} accepted, 0 lost; ${summary}`);
});

test('a server without its database says so in one line', async () => {
    await server.stop();
    await postgresql.kill();
    await assert.rejects(server.start(), /Cannot connect to PostgreSQL/);
});

const isPassed = await runTests();
await server.remove();
await postgresql.remove();
process.exit(isPassed ? 0 : 1);
