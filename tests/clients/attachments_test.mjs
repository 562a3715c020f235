// SPDX-License-Identifier: GPL-3.0-or-later
// Files of messages on the real server: uploaded, pushed as links, downloaded, refused to strangers, gone with their
// messages, and nothing left of what a kill -9 cut off. usage: node attachments_test.mjs SERVER_BINARY
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { OpenApiCheck } from './openapi_check.mjs';
import { PhoneClient } from './phone_client.mjs';
import { ServerProcess } from './server_process.mjs';
import { runTests, test } from './test_runner.mjs';
import { eventually } from './waiting.mjs';

const linkLifetimeMs = 3_000;
const unusedLifetimeMs = 30_000;
const maximumSize = 5 * 1024 * 1024;

const server = await ServerProcess.create(process.argv[2], `
[attachments]
link_lifetime = "${linkLifetimeMs / 1000}s"
unused_lifetime = "${unusedLifetimeMs / 1000}s"
sweep_interval = "200ms"

[storage]
retain_delivered = "0s"
purge_interval = "1s"

[fanout]
slice = 2
`);
let openApi;
let apiKey;
let otherKey;
let nextNumber = 967774000000;

const newNumber = () => String(++nextNumber);

async function call(path, { method = 'GET', key = apiKey, body, headers = {} } = {}) {
    const url = new URL(path, server.url).href;
    const answer = await fetch(url, { method, body, headers: { ...(key && { Authorization: `Bearer ${key}` }), ...headers } });
    const bytes = Buffer.from(await answer.arrayBuffer());
    const found = { status: answer.status, headers: Object.fromEntries(answer.headers), body: bytes.toString(), bytes };
    openApi.check(method, url, found);
    return { ...found, json: /json/.test(found.headers['content-type'] ?? '') && bytes.length ? JSON.parse(bytes) : undefined };
}

const upload = (bytes, { name = 'bill.pdf', type = 'application/pdf', key } = {}) => call(
    `/api/v1/attachments?name=${encodeURIComponent(name)}`,
    { method: 'POST', body: bytes, headers: { 'Content-Type': type }, ...(key && { key }) });
const json = body => ({ method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } });
const message = (recipient, attachments) => ({ recipient, subject: 'Bill', content: 'See the file.', attachments });
const send = (recipient, attachments, key) =>
    call('/api/v1/messages', { ...json(message(recipient, attachments)), ...(key && { key }) });
const download = (url, options) => call(url, { key: null, ...options });

async function uploaded(bytes, options) {
    const answer = await upload(bytes, options);
    assert.equal(answer.status, 201, answer.body);
    return answer.json;
}

async function connectPhone(number, options) {
    const phone = new PhoneClient(server.url, await server.createToken(number), options);
    await phone.start();
    return phone;
}

// All files below the folder of attachments.
async function files() {
    const folder = join(server.directory, 'attachments');
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries.filter(entry => entry.isFile()).map(entry => entry.name);
}

async function sizeOfFiles() {
    const sizes = await Promise.all((await files()).map(async name =>
        (await stat(join(server.directory, 'attachments', name.slice(-2), name))).size));
    return sizes.reduce((sum, size) => sum + size, 0);
}

const isStored = async id => (await files()).includes(id);
const isGone = async id => (await call(`/api/v1/attachments/${id}`)).status === 404 && !await isStored(id);

test('a phone gets a link with which it downloads the very bytes', async () => {
    const number = newNumber();
    const bytes = randomBytes(maximumSize);
    const name = 'فاتورة "1".pdf';
    const answer = await upload(bytes, { name });
    assert.equal(answer.status, 201);
    const { id } = answer.json;
    assert.deepEqual(answer.json, { id, name, contentType: 'application/pdf', size: bytes.length });
    assert.equal(answer.headers.location, `/api/v1/attachments/${id}`);

    const waiting = (await send(number, [id])).json.id;
    const { attachments } = (await call(`/api/v1/messages/${waiting}`)).json;
    assert.deepEqual(Object.keys(attachments[0]), ['id', 'name', 'contentType', 'size', 'url']);

    for (const protocol of ['json', 'messagepack']) {
        const phone = await connectPhone(number, { protocol, acknowledge: false });
        const [pending] = await phone.waitForMessages(1);
        const { url, ...described } = pending.attachments[0];
        assert.deepEqual(described, answer.json);
        const file = await download(url);
        assert.equal(file.status, 200);
        assert.ok(bytes.equals(file.bytes));
        assert.equal(file.headers['content-type'], 'application/pdf');
        assert.equal(file.headers['content-disposition'],
            `attachment; filename="____________ _1_.pdf"; filename*=UTF-8''${encodeURIComponent(name)}`);
        assert.equal(file.headers['x-content-type-options'], 'nosniff');
        assert.match(file.headers['cache-control'], /^private/);
        assert.match(file.headers['content-security-policy'], /sandbox/);
        const again = await download(url, { headers: { 'If-None-Match': file.headers.etag } });
        assert.equal(again.status, 304);
        await phone.stop();
    }
    const live = await connectPhone(number, { acknowledge: false });
    await live.waitForMessages(1);
    const next = await uploaded('for a phone that is connected', { name: 'note.txt', type: 'text/plain' });
    await send(number, [next.id]);
    await live.waitForMessages(2);
    assert.equal((await download(live.messages[1].attachments[0].url)).body, 'for a phone that is connected');
    await live.stop();
});

test('a message without attachments carries none', async () => {
    const number = newNumber();
    await send(number, []);
    const phone = await connectPhone(number);
    const [received] = await phone.waitForMessages(1);
    assert.equal('attachments' in received, false);
    await phone.stop();
});

test('forged and expired links are forbidden, and a new reading gives a new one', async () => {
    const { id } = await uploaded('secret', { type: 'text/plain' });
    const other = await uploaded('other', { type: 'text/plain' });
    const sent = (await send(newNumber(), [id])).json.id;
    const link = async () => (await call(`/api/v1/messages/${sent}`)).json.attachments[0].url;
    const url = await link();
    assert.equal((await download(url)).body, 'secret');
    const forged = [url.slice(0, -1) + (url.endsWith('A') ? 'B' : 'A'), url.replace(id, other.id),
        url.replace(/expires=\d+/, match => `${match}0`), url.replace(/&signature=.*/, ''),
        url.replace(/signature=.*/, 'signature='), url.replace(/expires=\d+&/, '')];
    for (const each of forged)
        assert.equal((await download(each)).status, 403, each);
    await pause(linkLifetimeMs + 1_100);
    const expired = await download(url);
    assert.equal(expired.status, 403);
    assert.match(expired.json.detail, /expired/);
    assert.equal((await download(await link())).status, 200);
    assert.ok(await server.metric('hudhud_attachments_refused_links_total') >= forged.length + 1);
});

test('an API key sees and names only its own files', async () => {
    const { id } = await uploaded('mine', { type: 'text/plain' });
    assert.equal((await call(`/api/v1/attachments/${id}`)).body, 'mine');
    assert.equal((await call(`/api/v1/attachments/${id}`, { key: otherKey })).status, 404);
    assert.equal((await call(`/api/v1/attachments/${id}`, { key: null })).status, 401);
    const refused = await send(newNumber(), [id], otherKey);
    assert.equal(refused.status, 400);
    assert.equal(refused.json.errors[0].field, 'attachments');
    const batch = await call('/api/v1/messages/batch',
        json({ messages: [message(newNumber(), [id]), message(newNumber(), ['018f5d3c-7c1a-7b2e-9d43-5a1c2b3d4e5f']), message(newNumber())] }));
    assert.equal(batch.status, 202);
    assert.equal(batch.json.accepted, 2);
    assert.equal(batch.json.results[1].error.errors[0].field, 'messages[1].attachments');
});

test('size, type and name are limited', async () => {
    assert.equal((await upload(Buffer.alloc(maximumSize + 1))).status, 413);
    assert.equal((await upload('<p>', { type: 'text/html' })).status, 415);
    assert.equal((await upload('')).status, 400);
    assert.equal((await upload('x', { name: 'a/b' })).status, 400);
    assert.equal((await call('/api/v1/messages', json({ ...message(newNumber(), []), metadata: { a: 'x'.repeat(1024 * 1024) } }))).status, 413,
        'other bodies keep their limit');
});

test('a file goes with its message', async () => {
    const withdrawn = await uploaded('withdrawn', { type: 'text/plain' });
    const { json: { id } } = await send(newNumber(), [withdrawn.id]);
    const { url } = (await call(`/api/v1/messages/${id}`)).json.attachments[0];
    assert.equal((await call(`/api/v1/messages/${id}`, { method: 'DELETE' })).status, 204);
    assert.equal((await download(url)).status, 404);
    await eventually(() => isGone(withdrawn.id), 'the file of the withdrawn message is removed');
    assert.equal((await send(newNumber(), [withdrawn.id])).status, 400);

    const delivered = await uploaded('delivered', { type: 'text/plain' });
    const number = newNumber();
    const phone = await connectPhone(number);
    await send(number, [delivered.id]);
    await phone.waitForMessages(1);
    await eventually(() => isGone(delivered.id), 'the file of the purged message is removed');
    await phone.stop();
});

test('a file of a broadcast lives until the last of its messages is gone', async () => {
    const { id } = await uploaded('for all of you', { type: 'text/plain' });
    const recipients = Array.from({ length: 7 }, newNumber);
    const broadcast = await call('/api/v1/broadcasts', json({ recipients, message: { subject: 's', content: 'c', attachments: [id] } }));
    assert.equal(broadcast.status, 202);
    await eventually(async () => (await call(`/api/v1/broadcasts/${broadcast.json.id}`)).json.state === 'Completed', 'it is stored');
    const ids = [];
    for (const recipient of recipients)
        ids.push((await call(`/api/v1/messages?recipient=${recipient}`)).json.messages[0].id);
    for (const each of ids) {
        assert.ok(await isStored(id));
        const { url } = (await call(`/api/v1/messages/${each}`)).json.attachments[0];
        assert.equal((await download(url)).body, 'for all of you');
        assert.equal((await call(`/api/v1/messages/${each}`, { method: 'DELETE' })).status, 204);
    }
    await eventually(() => isGone(id), 'the file is removed');
});

test('what a crash has left is removed after the next start', async () => {
    const folder = join(server.directory, 'attachments', '5f');
    await server.stop('SIGKILL');
    await mkdir(folder, { recursive: true });
    const orphan = '018f5d3c-7c1a-7b2e-9d43-5a1c2b3d4e5f';
    await writeFile(join(folder, orphan), 'renamed, but without a row');
    await writeFile(join(folder, `${orphan}.part`), 'not even whole');
    await server.start();
    await eventually(async () => !(await files()).some(file => file.startsWith(orphan)), 'both are removed');
    await eventually(async () => await server.metric('hudhud_attachments_orphans_total') === 1, 'one of them is counted');
});

// An upload that stops in the middle of its body.
function halfUpload() {
    const half = request(`${server.url}/api/v1/attachments`, { method: 'POST',
        headers: { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/pdf', 'Content-Length': maximumSize } });
    half.on('error', () => { });
    half.write(randomBytes(maximumSize / 2));
}

test('kill -9 in the middle of uploads leaves no file that nobody knows', async () => {
    const before = new Set(await files()); // Messages of the tests above hold them, or they wait for one.
    const known = await uploaded('known', { type: 'text/plain' });
    const { json: { id } } = await send(newNumber(), [known.id]);
    const answered = new Set([known.id]);
    let cut = 0;
    for (let kill = 0; kill < 5; ++kill) {
        halfUpload();
        const uploads = Array.from({ length: 20 }, async () => {
            try {
                const answer = await upload(randomBytes(200_000));
                if (answer.status === 201)
                    answered.add(answer.json.id);
            } catch {
                ++cut;
            }
        });
        await pause(10 + 30 * kill);
        await server.stop('SIGKILL');
        await Promise.all(uploads);
        await server.start();
    }
    assert.ok(cut > 0, 'no upload was cut off');
    console.log(`RESULT attachments: ${cut} uploads cut off, ${answered.size} answered, `
        + `${await server.metric('hudhud_attachments_orphans_total')} orphans in the last restart`);
    // What was answered is there. Of the rest whoever has a row waits for its message, and what has none is removed.
    for (const each of answered)
        assert.equal((await call(`/api/v1/attachments/${each}`)).status, 200);
    await eventually(async () => (await files()).every(file => !file.endsWith('.part')), 'nothing unfinished is left');
    await eventually(async () => (await files()).every(file => before.has(file) || file === known.id),
        'only what a message holds is left');
    await eventually(async () => await server.metric('hudhud_attachments_bytes') === await sizeOfFiles(), 'the bytes add up');
    const { url } = (await call(`/api/v1/messages/${id}`)).json.attachments[0];
    assert.equal((await download(url)).body, 'known');
});

test('the secret of the links is for the server alone', async () => {
    assert.equal((await stat(join(server.directory, 'attachments.key'))).mode & 0o777, 0o600);
});

let passed = false;
try {
    apiKey = await server.createApiKey('send,read');
    otherKey = await server.createApiKey('send,read');
    await server.start();
    openApi = new OpenApiCheck(await (await fetch(`${server.url}/api/v1/openapi.json`)).json());
    passed = await runTests();
    console.log(`RESULT ${openApi.checked} answers fit the OpenAPI document, ${openApi.seen.size} kinds`);
} finally {
    if (!passed)
        console.log(server.log ?? '');
    await server.remove();
}
process.exit(passed ? 0 : 1);
