// SPDX-License-Identifier: GPL-3.0-or-later
// A business that is told of status changes by signed calls, from the real server to a real HTTP server that fails now
// and then. usage: node webhook_test.mjs SERVER_BINARY
import assert from 'node:assert/strict';
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

import { curl } from './curl.mjs';
import { PhoneClient } from './phone_client.mjs';
import { ServerProcess } from './server_process.mjs';
import { runTests, test } from './test_runner.mjs';
import { withLimit } from './waiting.mjs';

const secret = randomBytes(32).toString('base64');
const limitMs = 60_000;

// What a business has to run: it checks the signature and its age, and answers with what `script` says next.
class Target {
    constructor() {
        this.calls = [];
        this.changes = [];
        this.waiting = [];
        this.script = [];
        this.http = createServer((request, response) => {
            const chunks = [];
            request.on('data', chunk => chunks.push(chunk));
            request.on('end', () => this.take(request, Buffer.concat(chunks), response));
        });
    }
    async listen() {
        await new Promise(resolve => this.http.listen(0, '127.0.0.1', resolve));
        this.url = `http://127.0.0.1:${this.http.address().port}/hook`;
    }
    take(request, body, response) {
        const status = this.script.shift() ?? 204;
        this.calls.push({ status, delivery: request.headers['hudhud-delivery'], isGenuine: isGenuine(request, body) });
        if (status < 300)
            this.changes.push(...JSON.parse(body).changes);
        response.writeHead(status).end();
        this.waiting = this.waiting.filter(wait => !wait());
    }
    until(condition, what) {
        return withLimit(new Promise(resolve => {
            const wait = () => condition(this) && (resolve(), true);
            if (!wait())
                this.waiting.push(wait);
        }), limitMs, what);
    }
    changesOf(id) {
        return this.changes.filter(change => change.id === id);
    }
}

function isGenuine(request, body) {
    const [, time, signature] = request.headers['hudhud-signature'].match(/^t=(\d+),v1=([0-9a-f]{64})$/);
    const expected = createHmac('sha256', secret).update(`${time}.`).update(body).digest();
    return Math.abs(Date.now() / 1000 - Number(time)) < 60 && timingSafeEqual(expected, Buffer.from(signature, 'hex'));
}

const target = new Target();
await target.listen();
const server = await ServerProcess.create(process.argv[2], `
[plugins]
transports = ["rest", "signalr", "webhook"]

[transport.webhook]
url = "${target.url}"
secret = "${secret}"
statuses = ["Processing", "Delivered", "DeadLetter"]
batch_delay = "10ms"

[retry.exponential]
base_delay = "100ms"
`);
let apiKey;

async function post(recipient, more = {}) {
    const body = JSON.stringify({ recipient, subject: 'subject', content: 'text', ...more });
    const answer = await curl(`${server.url}/api/v1/messages`, { apiKey, method: 'POST', body });
    assert.equal(answer.status, 202);
    return JSON.parse(answer.body).id;
}

async function connectPhone(number) {
    const phone = new PhoneClient(server.url, await server.createToken(number));
    await phone.start();
    return phone;
}

test('each change is told once, signed, with the channel it took', async () => {
    const phone = await connectPhone('967774000001');
    const live = await post('967774000001');
    const waiting = await post('967774000002');
    await target.until(({ changes }) => changes.some(({ id, status }) => id === live && status === 'Delivered'),
        'Delivered of the live message');
    const later = await connectPhone('967774000002');
    await target.until(({ changes }) => changes.some(({ id, status }) => id === waiting && status === 'Delivered'),
        'Delivered of the waiting message');
    assert.deepEqual(target.changesOf(live).map(change => [change.status, change.channel]),
        [['Processing', 'SignalR'], ['Delivered', 'SignalR']]);
    assert.deepEqual(target.changesOf(waiting).map(change => [change.status, change.channel]),
        [['Processing', 'Fallback'], ['Delivered', 'Fallback']]);
    assert.ok(target.calls.every(call => call.isGenuine));
    await phone.stop();
    await later.stop();
});

test('a call that fails is made again under the same id, and nothing after it is lost', async () => {
    const phone = await connectPhone('967774000003');
    const before = target.calls.length;
    target.script = [500, 503];
    const ids = [await post('967774000003'), await post('967774000003'), await post('967774000003')];
    await target.until(({ changes }) => ids.every(wanted =>
        changes.some(({ id, status }) => id === wanted && status === 'Delivered')), 'Delivered of all three');
    const calls = target.calls.slice(before);
    assert.deepEqual(calls.slice(0, 3).map(call => call.status), [500, 503, 204]);
    assert.equal(new Set(calls.slice(0, 3).map(call => call.delivery)).size, 1);
    for (const id of ids)
        assert.equal(target.changesOf(id).length, 2);
    await phone.stop();
});

test('an expired message is told as a dead letter with its reason', async () => {
    const id = await post('967774000004', { ttlSeconds: 1 });
    await target.until(({ changes }) => changes.some(change => change.id === id), 'the dead letter');
    const [change] = target.changesOf(id);
    assert.equal(change.status, 'DeadLetter');
    assert.equal(change.deadLetterReason, 'expired');
});

try {
    apiKey = await server.createApiKey('send,read');
    await server.start();
    process.exitCode = await runTests() ? 0 : 1;
} finally {
    await server.remove();
    target.http.close();
}
