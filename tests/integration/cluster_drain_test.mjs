// SPDX-License-Identifier: GPL-3.0-or-later
// Two real servers on one PostgreSQL spread the phones that come to one of them; one node is drained under traffic, and ends.
// usage: node cluster_drain_test.mjs SERVER_BINARY
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { PhoneClient } from '../clients/phone_client.mjs';
import { PostgresqlProcess } from '../clients/postgresql_process.mjs';
import { ServerProcess } from '../clients/server_process.mjs';
import { runTests, test } from '../clients/test_runner.mjs';
import { eventually } from '../clients/waiting.mjs';

const phoneCount = 20;
const drainTimeMs = 4_000;

const postgresql = await PostgresqlProcess.create();
const configuration = `
[plugins]
storage = "postgresql"
cache = "postgresql"
balancer = "round-robin"

[cluster]
enabled = true
heartbeat_interval = "200ms"
redirect_phones = true

[cache.postgresql]
host = "${postgresql.directory}"
user = "hudhud"

[storage.postgresql]
host = "${postgresql.directory}"
user = "hudhud"
writers = 2
readers = 2
`;
// Tokens hold on both.
process.env.HUDHUD_SECURITY__JWT__SECRET = randomBytes(32).toString('hex');
process.env.HUDHUD_NODE__DRAIN_TIME = `${drainTimeMs}ms`;
const first = await ServerProcess.create(process.argv[2], configuration, 'first');
const second = await ServerProcess.create(process.argv[2], configuration, 'second');
first.secret = second.secret = process.env.HUDHUD_SECURITY__JWT__SECRET;
const phones = [];
let apiKey;

function operate(server, method, path) {
    const token = server.signToken('967771234567', { roles: ['admin'], subject: 'amal' });
    return fetch(`${server.adminUrl}/api/v1/admin/${path}`, { method, headers: { Authorization: `Bearer ${token}` } });
}

const numberOf = index => `9677700002${String(index).padStart(2, '0')}`;

test('phones that come to one node are spread over both', async () => {
    for (let index = 0; index < phoneCount; ++index) {
        phones.push(new PhoneClient(first.url, first.signToken(numberOf(index)), { reconnects: true }));
        await phones.at(-1).start();
    }
    const connections = () => Promise.all([first, second].map(server => server.metric('hudhud_delivery_connections')));
    await eventually(async () => (await connections()).reduce((sum, count) => sum + count) === phoneCount, 'all are connected');
    const [here, there] = await connections();
    // The I/O threads ask in turn, so it need not be exactly half.
    assert.ok(here >= phoneCount / 4 && there >= phoneCount / 4, `${here} and ${there}`);
    assert.equal(await first.metric('hudhud_cluster_redirects_total'), there);
    const scaling = await (await operate(first, 'GET', 'scaling')).json();
    assert.equal(scaling.currentNodes, 2);
    assert.equal(scaling.desiredNodes, 2);
});

test('a drained node sends its phones to the other, loses nothing, and ends in order', async () => {
    const leaving = await second.metric('hudhud_delivery_connections');
    const sent = [];
    const begin = Date.now();
    const answer = await operate(second, 'POST', 'drain');
    assert.equal(answer.status, 202);
    await eventually(async () => (await fetch(`${second.url}/readyz`)).status === 503, 'not ready');
    assert.match((await (await fetch(`${second.url}/readyz`)).json()).detail, /the node is draining/);
    let hasEnded = false;
    second.exited.then(() => { hasEnded = true; });
    for (let round = 0; !hasEnded; ++round) {
        for (let index = 0; index < phoneCount; ++index)
            sent.push(await first.post(apiKey, numberOf(index), String(round)));
        await pause(100);
    }
    const drained = Date.now() - begin;
    assert.equal((await second.exited).code, 0);
    await eventually(async () => await first.metric('hudhud_delivery_connections') === phoneCount, 'all phones on one node');
    const each = sent.length / phoneCount;
    for (const phone of phones)
        await phone.waitUntil(() => new Set(phone.messages.map(message => message.id)).size === each, 'every message');
    const doubles = phones.reduce((sum, phone) => sum + phone.doubles, 0);
    console.log(`RESULT drain of ${leaving} phones: ${drained} ms to the exit, ${sent.length} messages, 0 lost, ${doubles} doubles`);
    // Evenly, not at once: the process may end as soon as the last phone has left.
    assert.ok(drained > drainTimeMs / 2, `after ${drained} ms`);
    await Promise.all(phones.map(phone => phone.stop()));
});

let isGood = false;
try {
    apiKey = await first.createApiKey('send,read');
    await Promise.all([first.start(), second.start()]);
    for (const server of [first, second])
        await eventually(async () => await server.metric('hudhud_cluster_nodes{status="healthy"}') === 2, 'the nodes meet');
    isGood = await runTests();
} finally {
    await first.remove();
    await second.remove();
    await postgresql.remove();
}
process.exit(isGood ? 0 : 1);
