// SPDX-License-Identifier: GPL-3.0-or-later
// Two real servers on one PostgreSQL; one is near its capacity as soon as a message is on its way to the disk, and sends new
// ones on to the other, until that is killed.
// usage: node cluster_capacity_test.mjs SERVER_BINARY
import assert from 'node:assert/strict';

import { PostgresqlProcess } from '../clients/postgresql_process.mjs';
import { ServerProcess } from '../clients/server_process.mjs';
import { runTests, test } from '../clients/test_runner.mjs';
import { eventually } from '../clients/waiting.mjs';

const postgresql = await PostgresqlProcess.create();
const configuration = more => `
[plugins]
storage = "postgresql"
cache = "postgresql"

[cluster]
enabled = true
heartbeat_interval = "200ms"

[cache.postgresql]
host = "${postgresql.directory}"
user = "hudhud"

[storage.postgresql]
host = "${postgresql.directory}"
user = "hudhud"
writers = 2
readers = 2
${more}`;
const small = '[ingest]\nbuffer_messages = 1000\nnear_capacity = 0.01\n';
const full = await ServerProcess.create(process.argv[2], configuration(small), 'full');
const roomy = await ServerProcess.create(process.argv[2], configuration(''), 'roomy');
const rounds = 10; // Messages at once are enough to be near the capacity.
let apiKey;

function send(path, body, headers = {}) {
    return fetch(`${full.url}/api/v1/${path}`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/json', ...headers },
        body: JSON.stringify(body),
    });
}

function message(number, content) {
    return { recipient: `96777000${String(number).padStart(4, '0')}`, subject: 'Hello', content };
}

const total = async name => await full.metric(name) + await roomy.metric(name);

// Batches keep the node near its capacity; `task` runs meanwhile, again and again until it was seen to go to the other node.
async function underLoad(task) {
    for (let round = 0; ; ++round) {
        assert.ok(round < 100, 'nothing was sent on');
        const before = await full.metric('hudhud_cluster_forwarded_requests_total');
        const load = Array.from({ length: rounds }, (_, index) => send('messages/batch',
            { messages: Array.from({ length: 50 }, (_unused, item) => message(1000 + index * 50 + item, 'load')) }));
        const results = await Promise.all([...load, ...Array.from({ length: rounds }, (_, index) => task(round * rounds + index))]);
        for (const answer of results.slice(0, rounds))
            assert.equal(answer.status, 202, await answer.text());
        if (await full.metric('hudhud_cluster_forwarded_requests_total') > before + rounds)
            return results.slice(rounds);
    }
}

test('what one node sends on is accepted once, and answered as if it had not been', async () => {
    const posted = [];
    await underLoad(async index => {
        const answer = await send('messages', message(1, `single ${index}`), { 'Idempotency-Key': `single-${index}` });
        assert.equal(answer.status, 202);
        const { id, status } = await answer.json();
        assert.equal(status, 'Queued');
        assert.equal(answer.headers.get('location'), `/api/v1/messages/${id}`);
        posted.push(id);
        return answer;
    });
    assert.equal(await full.metric('hudhud_cluster_forwarded_requests_total'),
        await roomy.metric('hudhud_cluster_received_forwards_total'));
    const list = await fetch(`${full.url}/api/v1/messages?recipient=967770000001&limit=1000`,
        { headers: { Authorization: `Bearer ${apiKey}` } });
    assert.deepEqual((await list.json()).messages.map(each => each.id).sort(), posted.sort());
    const again = await send('messages', message(1, 'single 0'), { 'Idempotency-Key': 'single-0' });
    assert.equal(again.headers.get('idempotency-replayed'), 'true');
    assert.ok(posted.includes((await again.json()).id));
    console.log(`RESULT sent on: ${await full.metric('hudhud_cluster_forwarded_requests_total')} requests`);
});

test('broadcasts and refusals pass through too', async () => {
    const answers = await underLoad(index => index % 2
        ? send('broadcasts', { recipients: ['967770000002'], message: { subject: 'All', content: `broadcast ${index}` } })
        : send('messages', { recipient: 'nobody' }));
    answers.forEach((answer, index) => assert.equal(answer.status, index % 2 ? 202 : 400));
});

test('whoever writes the mark himself is not sent on, and needs a key all the same', async () => {
    const mark = { 'Hudhud-Forwarded-By': 'somebody' };
    const [received, before] = [await roomy.metric('hudhud_cluster_received_forwards_total'), await total('hudhud_ingest_accepted_total')];
    for (let round = 0; round < 3; ++round) {
        const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => send('messages', message(3, index), mark)));
        answers.forEach(answer => assert.equal(answer.status, 400)); // A number is no content: checked here.
    }
    assert.equal((await send('messages', message(3, 'x'), { ...mark, Authorization: 'Bearer hk_wrong' })).status, 401);
    assert.equal(await roomy.metric('hudhud_cluster_received_forwards_total'), received);
    assert.equal(await total('hudhud_ingest_accepted_total'), before);
});

test('when the other node is killed, what has a key is accepted here, once', async () => {
    const ids = new Map();
    const requests = [];
    for (let index = 0; index < 120; ++index) {
        if (index === 40)
            roomy.stop('SIGKILL');
        requests.push(send('messages', message(4, `key ${index}`), { 'Idempotency-Key': `kill-${index}` }).then(async answer => {
            assert.equal(answer.status, 202, await answer.clone().text());
            ids.set(index, (await answer.json()).id);
        }));
    }
    await Promise.all(requests);
    await roomy.exited;
    const list = await fetch(`${full.url}/api/v1/messages?recipient=967770000004&limit=1000`,
        { headers: { Authorization: `Bearer ${apiKey}` } });
    assert.deepEqual((await list.json()).messages.map(each => each.id).sort(), [...ids.values()].sort());
    await eventually(async () => await full.metric('hudhud_cluster_forwards_under_way') === 0, 'nothing is under way');
});

let isGood = false;
try {
    apiKey = await full.createApiKey('send,read');
    await Promise.all([full.start(), roomy.start()]);
    for (const server of [full, roomy])
        await eventually(async () => await server.metric('hudhud_cluster_nodes{status="healthy"}') === 2, 'the nodes meet');
    isGood = await runTests();
    const ended = await full.stop();
    console.log(ended.code === 0 ? 'PASS   : the node ends in order' : `FAIL!  : the node ended with ${ended.code}`);
    isGood &&= ended.code === 0;
} finally {
    await full.remove();
    await roomy.remove();
    await postgresql.remove();
}
process.exit(isGood ? 0 : 1);
