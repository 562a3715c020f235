// SPDX-License-Identifier: GPL-3.0-or-later
// Two real servers on one PostgreSQL: what one accepts reaches phones of the other. `repair`: there is no bus between them;
// `bus`: there is one, over PostgreSQL too, and no repair; `redis`, `redis_cluster`: the same over Redis.
// usage: node cluster_nodes_test.mjs SERVER_BINARY repair|bus|redis|redis_cluster
import assert from 'node:assert/strict';

import { BusinessClient } from '../clients/business_client.mjs';
import { PhoneClient } from '../clients/phone_client.mjs';
import { PostgresqlProcess } from '../clients/postgresql_process.mjs';
import { RedisCluster, RedisProcess } from '../clients/redis_process.mjs';
import { ServerProcess } from '../clients/server_process.mjs';
import { runTests, test } from '../clients/test_runner.mjs';
import { eventually } from '../clients/waiting.mjs';

const way = process.argv[3];
const hasBus = way !== 'repair';

const postgresql = await PostgresqlProcess.create();
const redis = await { redis: RedisProcess, redis_cluster: RedisCluster }[way]?.create();
const configuration = `
[plugins]
storage = "postgresql"
cache = "${{ repair: 'memory', bus: 'postgresql', redis: 'redis', redis_cluster: 'redis' }[way]}"

[cluster]
enabled = true
repair_interval = "${hasBus ? '1h' : '200ms'}"
${way === 'bus' ? `
[cache.postgresql]
host = "${postgresql.directory}"
user = "hudhud"
` : ''}${redis ? `
[cache.redis]
${redis.addresses ? `cluster_nodes = ${JSON.stringify(redis.addresses)}` : `host = "127.0.0.1"
port = ${redis.port}`}
` : ''}
[delivery]
ack_timeout = "60s"

[storage.postgresql]
host = "${postgresql.directory}"
user = "hudhud"
writers = 2
readers = 2
`;
const first = await ServerProcess.create(process.argv[2], configuration, 'first');
const second = await ServerProcess.create(process.argv[2], configuration, 'second');
const account = '8001234';
let apiKey;

async function read(server, path) {
    const answer = await fetch(`${server.url}/api/v1/messages/${path}`, { headers: { Authorization: `Bearer ${apiKey}` } });
    assert.equal(answer.status, 200);
    return answer.json();
}

async function knowEachOther() {
    for (const server of [first, second])
        await eventually(async () => await server.metric('hudhud_cluster_nodes{status="healthy"}') === 2, 'the nodes meet');
}

function phone(server, recipient, options) {
    return new PhoneClient(server.url, server.signToken(recipient), options);
}

test('a message posted to one node reaches the phone on the other', async () => {
    const client = phone(second, '967770000001', { acknowledge: false });
    await client.start();
    const id = await first.post(apiKey, '967770000001', 'From the other node');
    const [message] = await client.waitForMessages(1);
    assert.equal(message.id, id);
    assert.equal(message.content, 'From the other node');
    await client.acknowledge(id);
    assert.equal((await read(first, id)).status, 'Delivered');
    assert.equal(await first.metric('hudhud_delivery_pushed_total'), 0);
    assert.equal(await second.metric('hudhud_delivery_pushed_total'), 1);
    assert.equal(await second.metric('hudhud_cluster_received_messages_total'), hasBus ? 1 : 0);
    const ready = await fetch(`${first.url}/readyz`);
    assert.equal(ready.status, 200);
    assert.deepEqual(await ready.json(), { status: 'ready' });
    await client.stop();
});

hasBus && test('a business hears of its messages on the other node', async () => {
    const business = new BusinessClient(first.url, first.signToken(account, { roles: ['business'], subject: account }));
    await business.start();
    const [sentBefore, client] = [await second.metric('hudhud_cluster_sent_status_changes_total'), phone(second, '967770000009')];
    await client.start();
    let id; // Of the first message that the second node delivers while it knows that somebody wants to hear of it.
    await eventually(async () => {
        id = await first.post(apiKey, '967770000009', 'Tell me', account);
        await eventually(async () => (await read(first, id)).status === 'Delivered', 'it is delivered');
        return await second.metric('hudhud_cluster_sent_status_changes_total') > sentBefore;
    }, 'the other node tells');
    await business.waitForStatus(id, 'Delivered');
    await business.stop();
    await client.stop();
});

test('presence is of all nodes where they know of each other', async () => {
    const client = phone(second, '967770000008');
    await client.start();
    const presence = async server => (await fetch(`${server.url}/api/v1/users/967770000008/presence`,
        { headers: { Authorization: `Bearer ${apiKey}` } })).json();
    const there = { online: true, connections: 1, pendingMessages: 0, scope: hasBus ? 'cluster' : 'node' };
    await eventually(async () => (await presence(first)).online === hasBus, 'the other node knows');
    assert.deepEqual(await presence(second), there);
    assert.deepEqual(await presence(first), hasBus ? there : { ...there, online: false, connections: 0 });
    await client.stop();
});

hasBus && test('a second device on the other node gets what the first one gets', async () => {
    const devices = [phone(first, '967770000007'), phone(second, '967770000007')];
    for (const device of devices)
        await device.start();
    const connections = async () => (await (await fetch(`${first.url}/api/v1/users/967770000007/presence`,
        { headers: { Authorization: `Bearer ${apiKey}` } })).json()).connections;
    await eventually(async () => await connections() === 2, 'both are known');
    for (const [index, server] of [first, second, first].entries()) {
        const id = await server.post(apiKey, '967770000007', `To both ${index}`);
        for (const device of devices) {
            const messages = await device.waitForMessages(index + 1);
            assert.equal(messages[index].id, id);
        }
        await eventually(async () => (await read(first, id)).status === 'Delivered', 'it is delivered');
    }
    await Promise.all(devices.map(device => device.stop()));
});

test('a hundred messages to ten phones arrive once, in order', async () => {
    const phones = Array.from({ length: 10 }, (_, number) => phone(second, `96777000010${number}`));
    await Promise.all(phones.map(client => client.start()));
    for (let round = 0; round < 10; ++round)
        await Promise.all(phones.map((_, number) => first.post(apiKey, `96777000010${number}`, String(round))));
    for (const client of phones) {
        const messages = await client.waitForMessages(10);
        assert.deepEqual(messages.map(message => message.content), Array.from({ length: 10 }, (_, round) => String(round)));
        await client.stop();
    }
});

test('a phone that moves to the other node finds what it had not acknowledged', async () => {
    const before = phone(first, '967770000002', { acknowledge: false });
    await before.start();
    const id = await first.post(apiKey, '967770000002', 'Hold on');
    await before.waitForMessages(1);
    await before.stop();
    const after = phone(second, '967770000002', { acknowledge: false });
    await after.start();
    const [message] = await after.waitForMessages(1);
    assert.equal(message.id, id);
    await after.acknowledge(id);
    assert.equal((await read(first, id)).status, 'Delivered');
    assert.equal(after.messages.length, 1);
    await after.stop();
});

test('what a killed node was pushing, and had accepted, reaches the phone on the other', async () => {
    const before = phone(first, '967770000003', { acknowledge: false });
    await before.start();
    const pushed = await first.post(apiKey, '967770000003', 'Pushed');
    await before.waitForMessages(1);
    const waiting = await first.post(apiKey, '967770000004', 'Nobody is connected');
    await first.stop('SIGKILL');
    const after = phone(second, '967770000003');
    const other = phone(second, '967770000004');
    await Promise.all([after.start(), other.start()]);
    assert.equal((await after.waitForMessages(1))[0].id, pushed);
    assert.equal((await other.waitForMessages(1))[0].id, waiting);
    await Promise.all([before.stop(), after.stop(), other.stop()]);
});

let isGood = false;
try {
    apiKey = await first.createApiKey('send,read', account);
    await Promise.all([first.start(), second.start()]);
    if (hasBus)
        await knowEachOther();
    isGood = await runTests();
    const ended = await second.stop();
    console.log(ended.code === 0 ? 'PASS   : the node ends in order' : `FAIL!  : the node ended with ${ended.code}`);
    isGood &&= ended.code === 0;
} finally {
    await first.remove();
    await second.remove();
    await redis?.remove();
    await postgresql.remove();
}
process.exit(isGood ? 0 : 1);
