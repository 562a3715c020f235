// SPDX-License-Identifier: GPL-3.0-or-later
// What a business can say about a message beside its text, and what holds it back: idempotency keys, times, replacing,
// collapse keys, the sender, rates, quotas and full queues, on the real server and across a restart. Every answer is
// measured by the server's own OpenAPI document. usage: node intake_test.mjs SERVER_BINARY
import assert from 'node:assert/strict';

import { curl } from './curl.mjs';
import { OpenApiCheck } from './openapi_check.mjs';
import { PhoneClient } from './phone_client.mjs';
import { ServerProcess } from './server_process.mjs';
import { runTests, test } from './test_runner.mjs';
import { eventually } from './waiting.mjs';

const account = '9671234567';
const server = await ServerProcess.create(process.argv[2], `
[ingest]
recipient_queue = 20

[delivery]
sweep_interval = "100ms"
`);
let openApi;
let apiKey;
let nextNumber = 967773000000;

const newNumber = () => String(++nextNumber);

async function call(path, options = {}) {
    const url = server.url + path;
    const answer = await curl(url, { apiKey, ...options });
    openApi.check(options.method ?? 'GET', url, answer);
    return { ...answer, json: /json/.test(answer.headers['content-type'] ?? '') ? JSON.parse(answer.body) : undefined };
}

const message = (recipient, more = {}) => ({ recipient, subject: 'subject', content: 'text', ...more });
const post = (body, options) => call('/api/v1/messages', { method: 'POST', body: JSON.stringify(body), ...options });
const postBatch = (messages, options) =>
    call('/api/v1/messages/batch', { method: 'POST', body: JSON.stringify({ messages }), ...options });
const put = (id, body) => call(`/api/v1/messages/${id}`, { method: 'PUT', body: JSON.stringify(body) });
const read = async id => (await call(`/api/v1/messages/${id}`)).json;
const pending = async number => (await call(`/api/v1/users/${number}/presence`)).json.pendingMessages;
const underKey = key => ({ headers: { 'Idempotency-Key': key } });

async function connectPhone(number, options) {
    const phone = new PhoneClient(server.url, await server.createToken(number), options);
    await phone.start();
    return phone;
}

test('requests under one idempotency key are stored once, also at the same time and after a restart', async () => {
    const number = newNumber();
    const body = message(number, { ttlSeconds: 3600 });
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(body, underKey('order-17'))));
    for (const answer of answers) {
        assert.equal(answer.status, 202);
        assert.equal(answer.body, answers[0].body);
    }
    assert.equal(answers.filter(answer => answer.headers['idempotency-replayed'] === 'true').length, 19);
    assert.equal(await pending(number), 1);

    const batch = [message(number), { recipient: 'nobody' }, message(number)];
    const first = await postBatch(batch, underKey('batch-17'));
    assert.equal(first.json.accepted, 2);

    assert.equal((await server.stop('SIGKILL')).signal, 'SIGKILL');
    await server.start();
    const again = await post(body, underKey('order-17'));
    assert.equal(again.body, answers[0].body);
    assert.equal(again.headers['idempotency-replayed'], 'true');
    assert.equal(again.headers.location, answers[0].headers.location);
    assert.equal((await postBatch(batch, underKey('batch-17'))).body, first.body);
    assert.equal(await pending(number), 3);

    const other = await post(message(number), underKey('order-17'));
    assert.equal(other.status, 422);
    assert.equal(other.json.code, 'idempotency-mismatch');
    const otherKey = await server.createApiKey('send');
    assert.equal((await post(message(number), { apiKey: otherKey, ...underKey('order-17') })).status, 202);
    assert.equal(await pending(number), 4);
});

test('a scheduled message comes in its time, an expired one never', async () => {
    const number = newNumber();
    const phone = await connectPhone(number);
    const deliverAt = new Date(Date.now() + 2_000).toISOString();
    const { id } = (await post(message(number, { deliverAt, ttlSeconds: 600 }))).json;
    assert.equal((await read(id)).deliverAt, deliverAt);
    const [received] = await phone.waitForMessages(1);
    assert.ok(Date.now() >= Date.parse(deliverAt));
    assert.equal(received.id, id);
    await phone.stop();

    const short = (await post(message(number, { ttlSeconds: 1 }))).json.id;
    await eventually(async () => (await read(short)).status === 'DeadLetter', 'the expired message is a dead letter');
    assert.equal((await read(short)).deadLetterReason, 'expired');
});

test('a message is replaced while nobody has seen it', async () => {
    const number = newNumber();
    const { id } = (await post(message(number, { conversation: 'c-17' }))).json;
    const replaced = await put(id, { subject: 'new', content: 'other', priority: 'High' });
    assert.equal(replaced.status, 200);
    assert.equal(replaced.json.id, id);
    assert.equal(replaced.json.subject, 'new');
    assert.equal(replaced.json.conversation, undefined);

    const phone = await connectPhone(number);
    const [received] = await phone.waitForMessages(1);
    assert.equal(received.content, 'other');
    await eventually(async () => (await read(id)).status === 'Delivered', 'it is delivered');
    assert.equal((await put(id, { subject: 'late', content: 'late' })).status, 409);
    assert.equal((await put('018f5d3c-7c1a-7b2e-9d43-5a1c2b3d4e5f', { subject: 's', content: 'c' })).status, 404);
    await phone.stop();
});

test('a newer message of a collapse key takes the place of the older one', async () => {
    const number = newNumber();
    const older = (await post(message(number, { collapseKey: 'offer' }))).json.id;
    const newer = (await post(message(number, { collapseKey: 'offer' }))).json.id;
    assert.equal((await read(older)).deadLetterReason, 'superseded');
    const phone = await connectPhone(number);
    assert.deepEqual((await phone.waitForMessages(1)).map(received => received.id), [newer]);
    await phone.stop();
});

test('only the account of the API key is taken as the sender', async () => {
    const number = newNumber();
    assert.equal((await read((await post(message(number))).json.id)).sender, account);
    const refused = await post(message(number, { sender: '9671234568' }));
    assert.equal(refused.status, 403);
    assert.match(refused.json.errors[0].message, /is not the account of this API key/);
});

test('rate and quota of an API key hold, and the quota also after a restart', async () => {
    const slow = await server.createApiKey('send', null, ['--messages-per-second', '5', '--messages-per-day', '8']);
    const burst = await postBatch(Array.from({ length: 5 }, () => message(newNumber())), { apiKey: slow });
    assert.equal(burst.status, 202);
    assert.equal(burst.headers['ratelimit-policy'], '"second";q=5;w=1, "day";q=8;w=86400');
    assert.match(burst.headers.ratelimit, /^"second";r=[0-5];t=[01], "day";r=3;t=\d+$/);
    // The bucket fills up again while this waits for the process of curl, so only the quota is certain.
    await eventually(async () => (await post(message(newNumber()), { apiKey: slow })).json.code === 'quota-exceeded',
        'the quota is used up');
    assert.deepEqual(await server.stop(), { code: 0, signal: null });
    await server.start();
    const refused = await post(message(newNumber()), { apiKey: slow });
    assert.equal(refused.status, 429);
    assert.equal(refused.json.code, 'quota-exceeded');
    assert.ok(Number(refused.headers['retry-after']) > 0);
    assert.match(refused.headers.ratelimit, /"day";r=0;t=\d+$/);
});

test('a queue that nobody empties is full some time, and is let in again once its phone came', async () => {
    const number = newNumber();
    let refused;
    for (let sent = 0; sent < 40 && !refused; ++sent) {
        const answer = await post(message(number));
        if (answer.status !== 202)
            refused = answer;
    }
    assert.equal(refused?.status, 429);
    assert.equal(refused.json.code, 'recipient-queue-full');
    assert.ok(Number(refused.headers['retry-after']) > 0);
    assert.ok(await pending(number) <= 24);
    assert.equal((await post(message(newNumber()))).status, 202);

    const phone = await connectPhone(number);
    await eventually(async () => (await post(message(number))).status === 202, 'its messages are taken again');
    await phone.stop();
});

let passed = false;
try {
    apiKey = await server.createApiKey('send,read', account);
    await server.start();
    openApi = new OpenApiCheck(JSON.parse((await curl(`${server.url}/api/v1/openapi.json`)).body));
    passed = await runTests();
    console.log(`RESULT ${openApi.checked} answers fit the OpenAPI document, ${openApi.seen.size} kinds`);
} finally {
    if (!passed)
        console.log(server.log ?? '');
    await server.remove();
}
process.exit(passed ? 0 : 1);
