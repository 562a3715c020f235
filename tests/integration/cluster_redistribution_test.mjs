// SPDX-License-Identifier: GPL-3.0-or-later
// All phones are on the only node when another joins: they even out under traffic, and nothing is lost.
// usage: node cluster_redistribution_test.mjs SERVER_BINARY
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { PhoneClient } from '../clients/phone_client.mjs';
import { PostgresqlProcess } from '../clients/postgresql_process.mjs';
import { ServerProcess } from '../clients/server_process.mjs';
import { runTests, test } from '../clients/test_runner.mjs';
import { eventually } from '../clients/waiting.mjs';

const phoneCount = 24;

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
redistribution_rate = 10
redistribution_tolerance = 0.2

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
const first = await ServerProcess.create(process.argv[2], configuration, 'first');
const second = await ServerProcess.create(process.argv[2], configuration, 'second');
first.secret = second.secret = process.env.HUDHUD_SECURITY__JWT__SECRET;
const phones = [];
let apiKey;

const numberOf = index => `9677700003${String(index).padStart(2, '0')}`;
const connections = () => Promise.all([first, second].map(server => server.metric('hudhud_delivery_connections')));

function operate(server, method, path) {
    const token = server.signToken('967771234567', { roles: ['operator'], subject: 'amal' });
    return fetch(`${server.adminUrl}/api/v1/admin/${path}`, { method, headers: { Authorization: `Bearer ${token}` } });
}

async function redistribute(server) {
    const answer = await operate(server, 'POST', 'cluster/redistribute');
    assert.equal(answer.status, 202);
    return answer.json();
}

// Until both nodes have announced how many phones they have now.
function figuresAreFresh() {
    return eventually(async () => {
        const actual = await connections();
        const told = await Promise.all([first, second].map(async server => {
            const { nodes } = await (await operate(server, 'GET', 'nodes')).json();
            return nodes.map(node => node.load.activeConnections);
        }));
        return actual[0] + actual[1] === phoneCount && told.every(figures => `${figures}` === `${actual}`);
    }, 'the nodes know of each other\'s phones');
}

test('phones even out over a node that joins, and every message arrives', async () => {
    for (let index = 0; index < phoneCount; ++index) {
        phones.push(new PhoneClient(first.url, first.signToken(numberOf(index)), { reconnects: true }));
        await phones.at(-1).start();
    }
    assert.deepEqual(await redistribute(first), { phones: 0, withinSeconds: 0 }); // It is alone.
    const begin = Date.now();
    await second.start();
    const sent = [];
    let isEven = false;
    const even = eventually(async () => {
        const [here, there] = await connections();
        return here + there === phoneCount && there >= phoneCount / 4;
    }, 'the phones even out').finally(() => { isEven = true; });
    for (let round = 0; !isEven; ++round) {
        for (let index = 0; index < phoneCount; ++index)
            sent.push(await [first, second][round % 2].post(apiKey, numberOf(index), String(round)));
        await pause(50);
    }
    await even;
    const took = Date.now() - begin;
    const each = sent.length / phoneCount;
    for (const phone of phones)
        await phone.waitUntil(() => new Set(phone.messages.map(message => message.id)).size === each, 'every message');
    const [here, there] = await connections();
    const doubles = phones.reduce((sum, phone) => sum + phone.doubles, 0);
    console.log(`RESULT ${phoneCount} phones even out to ${here} and ${there} in ${took} ms, ${sent.length} messages, 0 lost, ${doubles} doubles`);
    assert.ok(await first.metric('hudhud_cluster_redistributed_phones_total') <= phoneCount / 2);
    assert.equal(await second.metric('hudhud_cluster_redistributed_phones_total'), 0); // Nobody is sent back.
    assert.ok(here >= phoneCount / 2 && there <= phoneCount / 2, `${here} and ${there}`);
});

test('an operator evens out what the tolerance leaves, and that alone', async () => {
    await figuresAreFresh();
    const [here] = await connections();
    const plan = await redistribute(first);
    assert.equal(plan.phones, here - phoneCount / 2);
    assert.deepEqual(await redistribute(second), { phones: 0, withinSeconds: 0 });
    await eventually(async () => (await connections()).reduce((sum, count) => sum + count) === phoneCount, 'all are connected');
    await Promise.all(phones.map(phone => phone.stop()));
});

let isGood = false;
try {
    apiKey = await first.createApiKey('send,read');
    await first.start();
    isGood = await runTests();
} finally {
    await first.remove();
    await second.remove();
    await postgresql.remove();
}
process.exit(isGood ? 0 : 1);
