// SPDX-License-Identifier: GPL-3.0-or-later
// Dead letters from outside: phones reject, an operator replays over the admin API, the server is killed in the middle,
// and after the restart the job ends by itself with each message replayed once and delivered.
// usage: node replay_test.mjs SERVER_BINARY
import assert from 'node:assert/strict';

import { OpenApiCheck } from './openapi_check.mjs';
import { PhoneClient } from './phone_client.mjs';
import { ServerProcess } from './server_process.mjs';
import { runTests, test } from './test_runner.mjs';
import { eventually } from './waiting.mjs';

const phoneCount = 5;
const messagesPerPhone = 200;
const total = phoneCount * messagesPerPhone;
const replayRate = 250;

const server = await ServerProcess.create(process.argv[2]);
const numbers = Array.from({ length: phoneCount }, (_, i) => String(967772000000 + i));
let apiKey;
let operatorToken;
let openApi;
let ids = [];
let job;

async function request(url, token, method = 'GET', body = undefined) {
    const response = await fetch(url, {
        method,
        headers: { Authorization: `Bearer ${token}`, ...(body ? { 'Content-Type': 'application/json' } : {}) },
        body: body ? JSON.stringify(body) : undefined,
    });
    const text = await response.text();
    return { status: response.status, headers: Object.fromEntries(response.headers), body: text };
}

async function admin(path, method = 'GET', body = undefined) {
    const url = `${server.adminUrl}/api/v1/admin${path}`;
    const answer = await request(url, operatorToken, method, body);
    openApi.check(method, url, answer);
    return { ...answer, json: JSON.parse(answer.body) };
}

async function connectPhone(number, options) {
    const phone = new PhoneClient(server.url, await server.createToken(number), options);
    await phone.start();
    return phone;
}

test('rejected messages are among the dead letters, in one group', async () => {
    for (const number of numbers) {
        const messages = Array.from({ length: messagesPerPhone }, (_, i) => (
            { recipient: number, subject: 'order', content: `text ${i}`, metadata: { order: String(i) } }));
        const answer = await request(`${server.url}/api/v1/messages/batch`, apiKey, 'POST', { messages });
        assert.equal(answer.status, 202);
        ids = ids.concat(JSON.parse(answer.body).results.map(result => result.id));
    }
    for (const number of numbers) {
        const phone = await connectPhone(number, { acknowledge: false });
        let rejected = 0;
        while (rejected < messagesPerPhone) {
            await phone.waitForMessages(rejected + 1);
            const fresh = phone.messages.slice(rejected);
            rejected += fresh.length;
            await Promise.all(fresh.map((message, i) => phone.connection.invoke('RejectMessage', message.id, `order ${i} is unknown`)));
        }
        await phone.stop();
    }
    assert.equal((await admin('/dlq/count')).json.count, total);
    const { groups } = (await admin('/dlq/groups')).json;
    assert.equal(groups.length, 1);
    assert.equal(groups[0].count, total);
    assert.match(groups[0].signature, /order # is unknown/);
    assert.equal((await admin('/dlq/count?reason=rejected&metadata=order%3D7')).json.count, phoneCount);
});

test('a job that is killed in the middle goes on after the restart', async () => {
    const selection = { filter: { reason: 'rejected' }, rate: replayRate, reason: 'the phones were updated' };
    const preview = (await admin('/dlq/replay/dry-run', 'POST', selection)).json;
    assert.deepEqual([preview.going, preview.refused, preview.estimatedSeconds], [total, 0, total / replayRate]);
    const created = await admin('/dlq/replay', 'POST', selection);
    assert.equal(created.status, 202);
    job = created.json.id;
    let seen;
    await eventually(async () => (seen = (await admin(`/jobs/${job}`)).json).done >= total / 5, 'a fifth is replayed');
    assert.ok(seen.left > 0, 'it should be killed before the end');
    await server.stop('SIGKILL');

    await server.start();
    const after = (await admin(`/jobs/${job}`)).json;
    assert.ok(after.done >= seen.done, `${after.done} of what were ${seen.done}`);
    await eventually(async () => (await admin(`/jobs/${job}`)).json.state === 'completed', 'the job is completed');
    const ended = (await admin(`/jobs/${job}`)).json;
    assert.deepEqual([ended.done, ended.refused, ended.left], [total, 0, 0]);
    assert.equal((await admin('/dlq/count')).json.count, 0);
});

test('each message was replayed once and is delivered', async () => {
    const phones = [];
    for (const number of numbers)
        phones.push(await connectPhone(number));
    for (const phone of phones)
        await phone.waitForMessages(messagesPerPhone);
    await eventually(async () => (await admin(`/jobs/${job}`)).json.outcome.delivered === total, 'all are delivered');
    for (const id of ids) {
        const { message, replayCount, replayJob, events } = (await admin(`/dlq/${id}`)).json;
        assert.deepEqual([message.status, replayCount, replayJob], ['Delivered', 1, job]);
        assert.equal(events.filter(event => event.reason === `replayed by job ${job}`).length, 1, JSON.stringify(events));
    }
    const received = phones.flatMap(phone => phone.messages.map(message => message.id));
    assert.equal(new Set(received).size, total);
    for (const phone of phones)
        await phone.stop();
});

test('a connected phone gets replayed and edited messages at once', async () => {
    const number = '967773000000';
    const phone = await connectPhone(number, { acknowledge: false });
    const message = { recipient: number, subject: 'order', content: 'wrong' };
    for (let i = 0; i < 2; ++i)
        assert.equal((await request(`${server.url}/api/v1/messages`, apiKey, 'POST', message)).status, 202);
    const [first, second] = (await phone.waitForMessages(2)).map(received => received.id);
    for (const id of [first, second])
        await phone.connection.invoke('RejectMessage', id, 'unreadable');
    await eventually(async () => (await admin('/dlq/count')).json.count === 2, 'both are dead');

    assert.equal((await admin('/dlq/replay', 'POST', { ids: [first] })).status, 202);
    await phone.waitForMessages(3);
    assert.equal(phone.messages[2].id, first);
    await phone.acknowledge(first);

    const edit = { message: { ...message, content: 'right' }, reason: 'the text was wrong' };
    const edited = await admin(`/dlq/${second}/edit`, 'POST', edit);
    assert.equal(edited.status, 202);
    await phone.waitForMessages(4);
    assert.deepEqual([phone.messages[3].id, phone.messages[3].content], [edited.json.id, 'right']);
    await phone.acknowledge(edited.json.id);
    assert.equal((await admin(`/dlq/${edited.json.id}`)).json.editedFrom, second);
    assert.equal((await admin('/dlq/count?discarded=true')).json.count, 1);
    await phone.stop();
});

test('the audit tells who did it', async () => {
    const { records } = (await admin('/audit?action=dead-letters.replay')).json;
    assert.equal(records.length, 2);
    const [, { actor, address, count, job: jobOfRecord, result }] = records;
    assert.deepEqual([actor, address, count, jobOfRecord, result], ['amal', '127.0.0.1', total, job, 'ok']);
});

let passed = false;
try {
    apiKey = await server.createApiKey('send,read');
    operatorToken = await server.command(
        ['token', '--role', 'operator', '--claim', 'sub=amal'], /ey[\w-]+\.[\w-]+\.[\w-]+/);
    await server.start();
    openApi = new OpenApiCheck(await (await fetch(`${server.adminUrl}/api/v1/admin/openapi.json`)).json());
    passed = await runTests();
    console.log(`RESULT ${openApi.checked} answers fit the OpenAPI document, ${openApi.seen.size} kinds`);
} finally {
    if (!passed)
        console.log(server.log ?? '');
    await server.remove();
}
process.exit(passed ? 0 : 1);
