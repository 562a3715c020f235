// SPDX-License-Identifier: GPL-3.0-or-later
// The whole line as users see it: curl posts, the official client receives and acknowledges, curl reads Delivered.
// Every answer is measured by the server's own OpenAPI document. usage: node client_line_test.mjs SERVER_BINARY
import assert from 'node:assert/strict';

import { curl } from './curl.mjs';
import { OpenApiCheck } from './openapi_check.mjs';
import { PhoneClient } from './phone_client.mjs';
import { ServerProcess } from './server_process.mjs';
import { runTests, test } from './test_runner.mjs';
import { eventually, withLimit } from './waiting.mjs';

const server = await ServerProcess.create(process.argv[2]);
let openApi;
let apiKey;
let nextNumber = 967771000000;
const account = '9671234567';

const newNumber = () => String(++nextNumber);

async function call(path, options = {}) {
    const url = (options.admin ? server.adminUrl : server.url) + path;
    const answer = await curl(url, { apiKey, ...options });
    openApi.check(options.method ?? 'GET', url, answer);
    return { ...answer, json: /json/.test(answer.headers['content-type'] ?? '') ? JSON.parse(answer.body) : undefined };
}

const post = (message, options) => call('/api/v1/messages', { method: 'POST', body: JSON.stringify(message), ...options });
const postBatch = messages => call('/api/v1/messages/batch', { method: 'POST', body: JSON.stringify({ messages }) });
const message = (recipient, content = 'text', more = {}) => ({ recipient, subject: 'subject', content, ...more });
const statusOf = async id => (await call(`/api/v1/messages/${id}`)).json.status;

async function connectPhone(number, options) {
    const phone = new PhoneClient(server.url, await server.createToken(number), options);
    await phone.start();
    return phone;
}

test('a posted message is received, acknowledged and Delivered', async () => {
    const number = newNumber();
    const phone = await connectPhone(number, { acknowledge: false });
    const content = 'مرحبا "quoted" \\ \u0001 \u{1F426} end';
    const accepted = await post(message(number, content, {
        priority: 'High', type: 'TwoWay', sender: account, metadata: { order: '4711' } }));
    assert.equal(accepted.status, 202);
    assert.equal(accepted.json.status, 'Queued');
    assert.equal(accepted.headers.location, `/api/v1/messages/${accepted.json.id}`);

    const [received] = await phone.waitForMessages(1);
    assert.equal(received.id, accepted.json.id);
    assert.equal(received.subject, 'subject');
    assert.equal(received.content, content);
    assert.equal(received.priority, 'High');
    assert.equal(received.type, 'TwoWay');
    assert.equal(received.sender, account);
    assert.deepEqual(received.metadata, { order: '4711' });

    await phone.acknowledge(received.id);
    const found = (await call(`/api/v1/messages/${received.id}`)).json;
    assert.equal(found.status, 'Delivered');
    assert.equal(found.content, content);
    assert.ok(found.deliveredAt >= found.createdAt);
    const { events } = (await call(`/api/v1/messages/${received.id}/events`)).json;
    assert.deepEqual(events.map(event => event.status), ['Queued', 'Processing', 'Delivered']);
    assert.deepEqual(events.map(event => event.sequence), [1, 2, 3]);

    await phone.acknowledge(received.id); // Twice is success.
    await phone.stop();
});

test('what had been waiting comes on connect, in pages, by priority and then by age, with a share for Low', async () => {
    const number = newNumber();
    const priorities = ['Low', 'Normal', 'High', 'Critical'];
    const messages = Array.from({ length: 130 }, (_, i) => message(number, `text ${i}`, { priority: priorities[i % 4] }));
    const answer = await postBatch(messages);
    assert.equal(answer.status, 202);
    assert.equal(answer.json.accepted, 130);
    assert.equal((await call(`/api/v1/users/${number}/presence`)).json.pendingMessages, 130);

    const phone = await connectPhone(number);
    const received = await phone.waitForMessages(130);
    const order = [...priorities].reverse().flatMap(priority => messages.filter(item => item.priority === priority));
    // One place in sixteen is for the lowest priority that waits; the others go strictly in order.
    const isLow = item => item.priority === 'Low';
    const texts = (items, isWanted) => items.filter(isWanted).map(item => item.content);
    assert.deepEqual(texts(received, item => !isLow(item)), texts(order, item => !isLow(item)));
    assert.deepEqual(texts(received, isLow), texts(order, isLow));
    const early = received.slice(0, 96).filter(isLow).length;
    assert.ok(early >= 1 && early <= 6, `${early} of the first 96 are Low`);
    assert.ok(phone.pages.length >= 3, `${phone.pages.length} pages`);
    assert.ok(phone.pages.every(page => page.length <= 50));
    await eventually(async () => {
        const presence = (await call(`/api/v1/users/${number}/presence`)).json;
        return presence.online && presence.connections === 1 && presence.pendingMessages === 0;
    }, 'nothing is pending');
    await phone.stop();
});

test('every priority and type travels through the live push', async () => {
    const number = newNumber();
    const phone = await connectPhone(number);
    for (const priority of ['Low', 'Normal', 'High', 'Critical'])
        assert.equal((await post(message(number, priority, { priority }))).status, 202);
    const received = await phone.waitForMessages(4);
    assert.deepEqual(new Set(received.map(item => item.priority)), new Set(['Low', 'Normal', 'High', 'Critical']));
    await phone.stop();
});

test('several connections of one recipient; the others go on when one leaves', async () => {
    const number = newNumber();
    const first = await connectPhone(number);
    const second = await connectPhone(number);
    assert.equal((await call(`/api/v1/users/${number}/presence`)).json.connections, 2);
    const { id } = (await post(message(number))).json;
    await Promise.race([first.waitForMessages(1), second.waitForMessages(1)]);
    await eventually(async () => await statusOf(id) === 'Delivered', 'the message is Delivered');
    await first.stop();
    const before = second.messages.length;
    const next = (await post(message(number, 'after'))).json.id;
    await second.waitForMessages(before + 1);
    assert.equal(second.messages.at(-1).id, next);
    await second.stop();
});

test('a lost link puts the message back for the next connection', async () => {
    const number = newNumber();
    const first = await connectPhone(number, { acknowledge: false });
    const { id } = (await post(message(number))).json;
    await first.waitForMessages(1);
    await first.stop();
    const second = await connectPhone(number);
    const [again] = await second.waitForMessages(1);
    assert.equal(again.id, id);
    await eventually(async () => await statusOf(id) === 'Delivered', 'the message is Delivered');
    assert.equal((await call(`/api/v1/messages/${id}`)).json.retryCount, 0);
    await second.stop();
});

test('a bad token is refused with 401; header, query and skipped negotiation work', async () => {
    const number = newNumber();
    const token = await server.createToken(number);
    const forged = token.slice(0, -4) + (token.endsWith('AAAA') ? 'BBBB' : 'AAAA');
    for (const bad of [forged, 'nonsense', '']) {
        const phone = new PhoneClient(server.url, bad);
        await assert.rejects(phone.start(), /401|Unauthorized/);
    }
    for (const options of [{}, { queryToken: true }, { negotiate: false }]) {
        const phone = new PhoneClient(server.url, token, options);
        await phone.start();
        await phone.stop();
    }
});

test('nobody acknowledges the messages of others', async () => {
    const number = newNumber();
    const { id } = (await post(message(number))).json;
    const stranger = await connectPhone(newNumber());
    await assert.rejects(stranger.acknowledge(id));
    assert.equal(await statusOf(id), 'Queued');
    await assert.rejects(stranger.connection.invoke('NoSuchMethod'));
    await assert.rejects(stranger.acknowledge('no-id'));
    assert.equal(stranger.connection.state, 'Connected');
    await stranger.stop();
});

test('a queued message can be withdrawn, a delivered one cannot', async () => {
    const number = newNumber();
    const { id } = (await post(message(number))).json;
    assert.equal((await call(`/api/v1/messages/${id}`, { method: 'DELETE' })).status, 204);
    assert.equal((await call(`/api/v1/messages/${id}`)).status, 404);
    const phone = await connectPhone(number);
    const delivered = (await post(message(number))).json.id;
    await eventually(async () => await statusOf(delivered) === 'Delivered', 'the message is Delivered');
    assert.equal((await call(`/api/v1/messages/${delivered}`, { method: 'DELETE' })).status, 409);
    await phone.stop();
});

test('bad requests get a problem that names the field', async () => {
    const number = newNumber();
    const refused = [
        [{ ...message(number), recipient: '12' }, 'recipient'],
        [{ ...message(number), recipient: '+967771000000' }, 'recipient'],
        [{ ...message(number), priority: 'Urgent' }, 'priority'],
        [{ ...message(number), content: '' }, 'content'],
        [{ ...message(number), content: 7 }, 'content'],
        [{ ...message(number), unknown: 1 }, 'unknown'],
        [{ subject: 'subject', content: 'text' }, 'recipient'],
    ];
    for (const [body, field] of refused) {
        const answer = await post(body);
        assert.equal(answer.status, 400, JSON.stringify(body));
        assert.deepEqual(answer.json.errors.map(error => error.field), [field]);
    }
    for (const body of ['{', '[]', '{"recipient":"1234567","recipient":"1234568","subject":"s","content":"c"}'])
        assert.equal((await call('/api/v1/messages', { method: 'POST', body })).status, 400, body);
    const mixed = await postBatch([message(number), message('12')]);
    assert.equal(mixed.status, 202);
    assert.deepEqual([mixed.json.accepted, mixed.json.rejected], [1, 1]);
    assert.equal((await postBatch(Array.from({ length: 1001 }, () => message(number)))).status, 400);
    assert.equal((await post(message(number, 'x'.repeat(2 * 1024 * 1024)))).status, 413);
    assert.equal((await call('/api/v1/messages/00000000-0000-7000-8000-000000000000')).status, 404);
    assert.equal((await call('/api/v1/messages/nonsense')).status, 400);
});

test('API keys and their scopes are checked', async () => {
    const number = newNumber();
    assert.equal((await post(message(number), { apiKey: undefined })).status, 401);
    assert.equal((await post(message(number), { apiKey: 'hk_wrong' })).status, 401);
    const readOnly = await server.createApiKey('read');
    assert.equal((await post(message(number), { apiKey: readOnly })).status, 403);
    const sendOnly = await server.createApiKey('send');
    const { id } = (await post(message(number), { apiKey: sendOnly })).json;
    assert.equal((await call(`/api/v1/messages/${id}`, { apiKey: sendOnly })).status, 403);
    assert.equal((await call(`/api/v1/messages/${id}`, { apiKey: readOnly })).status, 200);
});

test('lists are filtered and paged', async () => {
    const number = newNumber();
    await postBatch(Array.from({ length: 5 }, (_, i) => message(number, `text ${i}`)));
    const first = (await call(`/api/v1/messages?recipient=${number}&status=Queued&limit=3`)).json;
    assert.deepEqual(first.messages.map(item => item.content), ['text 4', 'text 3', 'text 2']);
    const second = (await call(
        `/api/v1/messages?recipient=${number}&status=Queued&limit=3&cursor=${first.nextCursor}`)).json;
    assert.deepEqual(second.messages.map(item => item.content), ['text 1', 'text 0']);
    assert.equal((await call(`/api/v1/messages?status=Nonsense`)).status, 400);
});

test('probes and metrics answer', async () => {
    for (const admin of [false, true]) {
        assert.equal((await call('/healthz', { admin })).status, 200);
        assert.equal((await call('/readyz', { admin })).status, 200);
    }
    const metrics = await call('/metrics', { admin: true });
    assert.match(metrics.body, /^# TYPE hudhud_/m);
    const hidden = await curl(`${server.url}/metrics`);
    assert.equal(hidden.status, 404);
});

test('SIGTERM tells phones to come back and exits 0; after the restart they do, and nothing is lost', async () => {
    const number = newNumber();
    const phone = await connectPhone(number, { acknowledge: false, reconnects: true });
    const pushed = (await post(message(number, 'pushed before'))).json.id;
    await phone.waitForMessages(1);
    const offline = newNumber();
    const queued = (await post(message(offline, 'queued before'))).json.id;

    assert.deepEqual(await server.stop(), { code: 0, signal: null });
    // With a Close message, the official client comes back only when it carries allowReconnect.
    assert.ok(phone.logged.includes('Close message received from server.'), phone.logged.join('\n'));
    await eventually(() => phone.reconnecting, 'the client reconnects');

    await server.start();
    await withLimit(phone.reconnected, 30_000, 'the client has not come back');
    await phone.waitForMessages(2);
    assert.equal(phone.messages[1].id, pushed);
    await phone.acknowledge(pushed);
    assert.equal(await statusOf(pushed), 'Delivered');

    const late = await connectPhone(offline);
    assert.equal((await late.waitForMessages(1))[0].id, queued);
    await late.stop();
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
