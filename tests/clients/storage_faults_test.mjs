// SPDX-License-Identifier: GPL-3.0-or-later
// The real server on a disk that fails, fills up, hangs, loses a sync or has been damaged: what callers see, what
// /readyz says, and that nothing that was accepted is lost. usage: node storage_faults_test.mjs SERVER_BINARY FAULT_PLUGIN
import assert from 'node:assert/strict';
import { mkdtemp, open, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { PhoneClient } from './phone_client.mjs';
import { ServerProcess } from './server_process.mjs';
import { runTests, test } from './test_runner.mjs';
import { eventually } from './waiting.mjs';

const [binary, faultPlugin] = process.argv.slice(2);
const pluginDirectory = join(dirname(binary), '..', 'lib', 'hudhud', 'plugins');
process.env.HUDHUD_NODE__SHUTDOWN_DEADLINE = '5s';

// A server on the fault plugin, with short times: breakers rest a second, a write may take one unless told otherwise.
class FaultyServer {
    static async create(writeTimeout = '1s') {
        const faulty = new FaultyServer();
        faulty.directory = await mkdtemp(join(tmpdir(), 'hudhud-fault-'));
        faulty.control = join(faulty.directory, 'control');
        for (const file of await readdir(pluginDirectory))
            await symlink(join(pluginDirectory, file), join(faulty.directory, file));
        await symlink(faultPlugin, join(faulty.directory, basename(faultPlugin)));
        await faulty.setFault('');
        faulty.server = await ServerProcess.create(binary, `
[plugins]
path = "${faulty.directory}"
storage = "fault"

[storage]
write_timeout = "${writeTimeout}"

[storage.fault]
path = "${join(faulty.directory, 'store.db')}"
control = "${faulty.control}"

[breakers]
recovery_timeout = "1s"

[delivery]
ack_timeout = "2s"
lease = "4s"
sweep_interval = "200ms"

[retry.exponential]
base_delay = "100ms"
max_delay = "500ms"
max_attempts = 1000
`);
        faulty.apiKey = await faulty.server.createApiKey('send,read');
        await faulty.server.start();
        return faulty;
    }

    setFault(text) { return writeFile(this.control, text); }

    async post(recipient, content) {
        const response = await fetch(`${this.server.url}/api/v1/messages`, {
            method: 'POST',
            headers: { authorization: `Bearer ${this.apiKey}`, 'content-type': 'application/json' },
            body: JSON.stringify({ recipient, subject: 'fault', content }),
        });
        return { status: response.status, retryAfter: response.headers.get('retry-after'), json: await response.json() };
    }

    async statusOf(id) {
        const response = await fetch(`${this.server.url}/api/v1/messages/${id}`,
            { headers: { authorization: `Bearer ${this.apiKey}` } });
        return (await response.json()).status;
    }

    // Why the node is not ready; undefined when it is.
    async notReady() {
        const response = await fetch(`${this.server.adminUrl}/readyz`);
        const json = await response.json();
        if (response.status === 200)
            return undefined;
        assert.equal(response.status, 503);
        assert.ok(response.headers.get('retry-after'));
        return json.detail;
    }

    async assertAlive() {
        assert.equal((await fetch(`${this.server.adminUrl}/healthz`)).status, 200);
    }

    async connectPhone(number) {
        const phone = new PhoneClient(this.server.url, await this.server.createToken(number), { reconnects: true });
        await phone.start();
        return phone;
    }

    async remove() {
        await this.server.remove();
        await rm(this.directory, { recursive: true, force: true });
    }
}

async function onFaultyServer(body, writeTimeout) {
    const faulty = await FaultyServer.create(writeTimeout);
    try {
        await body(faulty);
    } catch (error) {
        console.log(faulty.server.log);
        throw error;
    } finally {
        await faulty.remove();
    }
}

// Posts from several callers at once until `stop`; remembers what was accepted and counts the other answers.
class Load {
    constructor(faulty, numbers) {
        this.faulty = faulty;
        this.numbers = numbers;
        this.accepted = [];
        this.refused = [];
        this.running = true;
        this.callers = Array.from({ length: 8 }, (_, caller) => this.run(caller));
    }

    async run(caller) {
        for (let i = 0; this.running; ++i) {
            const recipient = this.numbers[(caller + i) % this.numbers.length];
            const content = `${caller}-${i}`;
            const answer = await this.faulty.post(recipient, content);
            if (answer.status === 202)
                this.accepted.push({ id: answer.json.id, recipient, content });
            else
                this.refused.push(answer);
            await delay(answer.status === 202 ? 2 : 20);
        }
    }

    async stop() {
        this.running = false;
        await Promise.all(this.callers);
    }
}

async function assertAllDelivered(faulty, accepted, phones) {
    await eventually(() => accepted.every(({ id, recipient }) =>
        phones.get(recipient).messages.some(message => message.id === id)), 'every accepted message has arrived');
    for (const { id, recipient, content } of accepted)
        assert.equal(phones.get(recipient).messages.find(message => message.id === id).content, content);
    for (const { id } of accepted)
        await eventually(async () => await faulty.statusOf(id) === 'Delivered', `${id} is Delivered`);
}

const numbers = ['967773000001', '967773000002', '967773000003'];

async function connectPhones(faulty) {
    const phones = new Map();
    for (const number of numbers)
        phones.set(number, await faulty.connectPhone(number));
    return phones;
}

for (const [fault, reason] of [['write-error', /breaker of storage-write/], ['short-write', /breaker of storage-write/],
    ['full', /disk of the store is full/]]) {
    test(`${fault} under load: 503 with Retry-After, not ready, then everything accepted arrives`, () =>
        onFaultyServer(async faulty => {
            const phones = await connectPhones(faulty);
            const load = new Load(faulty, numbers);
            await eventually(() => load.accepted.length > 50, 'messages are accepted');
            assert.equal(await faulty.notReady(), undefined);
            assert.deepEqual(load.refused, []);

            await faulty.setFault(fault);
            await eventually(async () => await faulty.server.metric('hudhud_breaker_state{dependency="storage-write"}') !== 0,
                'the breaker opens');
            await eventually(async () => reason.test(await faulty.notReady()), 'the node is not ready');
            await faulty.assertAlive();
            await eventually(() => load.refused.length > 50, 'messages are refused');
            assert.ok(await faulty.server.metric('hudhud_storage_rejected_calls_total{dependency="storage-write"}') > 0);

            await faulty.setFault('');
            await eventually(async () => await faulty.notReady() === undefined, 'the node is ready again');
            assert.equal(await faulty.server.metric('hudhud_breaker_state{dependency="storage-write"}'), 0);
            const before = load.accepted.length;
            await eventually(() => load.accepted.length > before + 50, 'messages are accepted again');
            await load.stop();

            for (const { status, retryAfter, json } of load.refused) {
                assert.equal(status, 503);
                assert.ok(Number(retryAfter) > 0);
                assert.match(json.code, /^storage-(unavailable|full)$/);
            }
            await assertAllDelivered(faulty, load.accepted, phones);
            for (const phone of phones.values())
                await phone.stop();
            assert.deepEqual(await faulty.server.stop(), { code: 0, signal: null });
        }));
}

test('single failed writes fail their own commits only', () => onFaultyServer(async faulty => {
    const phones = await connectPhones(faulty);
    await faulty.setFault('write-error 40');
    const load = new Load(faulty, numbers);
    await eventually(() => load.refused.length > 5 && load.accepted.length > 100, 'some fail, most do not');
    await faulty.setFault('');
    await load.stop();
    await assertAllDelivered(faulty, load.accepted, phones);
    for (const phone of phones.values())
        await phone.stop();
}));

test('a slow disk makes answers slow, not wrong', () => onFaultyServer(async faulty => {
    const phones = await connectPhones(faulty);
    await faulty.setFault('slow 20');
    const load = new Load(faulty, numbers);
    await eventually(() => load.accepted.length > 50, 'messages are accepted');
    assert.equal(await faulty.notReady(), undefined);
    await load.stop();
    await faulty.setFault('');
    assert.deepEqual(load.refused, []);
    await assertAllDelivered(faulty, load.accepted, phones);
    for (const phone of phones.values())
        await phone.stop();
}, '60s')); // Longer than any machine stands still.

test('a failed sync makes the store read-only until the server is restarted', () => onFaultyServer(async faulty => {
    const phones = await connectPhones(faulty);
    const load = new Load(faulty, numbers);
    await eventually(() => load.accepted.length > 50, 'messages are accepted');
    await faulty.setFault('sync-error');
    await eventually(async () => /read-only after a failed sync/.test(await faulty.notReady()), 'the node says read-only');
    await faulty.setFault('');
    await load.stop();
    const codes = new Set(load.refused.map(answer => answer.json.code));
    assert.ok(codes.has('storage-read-only'), [...codes].join());
    for (const { status, retryAfter } of load.refused) {
        assert.equal(status, 503);
        assert.ok(Number(retryAfter) > 0);
    }
    // The disk works again, but nobody knows what it kept: no write before the store is reopened, whatever the breaker
    // tries after its rest.
    await eventually(async () => await faulty.server.metric(
        'hudhud_breaker_transitions_total{dependency="storage-write",state="half-open"}') > 0, 'the breaker tries again');
    assert.equal((await faulty.post(numbers[0], 'late')).status, 503);
    assert.match(await faulty.notReady(), /read-only/);
    await faulty.assertAlive();
    assert.deepEqual(await faulty.server.stop(), { code: 0, signal: null });

    await faulty.server.start();
    assert.equal(await faulty.notReady(), undefined);
    assert.equal((await faulty.post(numbers[0], 'after')).status, 202);
    await assertAllDelivered(faulty, load.accepted, phones);
    for (const phone of phones.values())
        await phone.stop();
}));

test('a disk that hangs: callers are answered, the rest is refused, and it recovers by itself', () =>
    onFaultyServer(async faulty => {
        const phones = await connectPhones(faulty);
        const load = new Load(faulty, numbers);
        await eventually(() => load.accepted.length > 50, 'messages are accepted');
        await faulty.setFault('hang');
        await eventually(async () => /hangs/.test(await faulty.notReady()), 'the node says that the store hangs');
        await eventually(() => load.refused.length > 30, 'callers are answered');
        await faulty.assertAlive();
        await faulty.setFault('');
        await eventually(async () => await faulty.notReady() === undefined, 'the node is ready again');
        const before = load.accepted.length;
        await eventually(() => load.accepted.length > before + 50, 'messages are accepted again');
        await load.stop();
        for (const { status, retryAfter, json } of load.refused) {
            if (status === 504)
                assert.equal(json.code, 'timeout');
            else
                assert.deepEqual([status, json.code, Number(retryAfter) > 0], [503, 'storage-unavailable', true]);
        }
        // Whether a message was in the commit that hung is chance: it may have held acknowledgements only.
        await assertAllDelivered(faulty, load.accepted, phones);
        for (const phone of phones.values())
            await phone.stop();
    }));

test('SIGTERM ends a server whose disk hangs, and nothing accepted is lost', () => onFaultyServer(async faulty => {
    const accepted = [];
    for (let i = 0; i < 20; ++i) {
        const answer = await faulty.post(numbers[0], `text ${i}`);
        assert.equal(answer.status, 202);
        accepted.push({ id: answer.json.id, recipient: numbers[0], content: `text ${i}` });
    }
    await faulty.setFault('hang');
    const hanging = faulty.post(numbers[0], 'hanging').catch(() => undefined);
    await eventually(async () => /hangs/.test(await faulty.notReady()), 'the node says that the store hangs');
    const { code, signal } = await faulty.server.stop();
    assert.deepEqual([code, signal], [70, null]);
    assert.match(faulty.server.log, /the store has not come back from a call/);
    await hanging;
    await faulty.setFault('');

    await faulty.server.start();
    const phone = await faulty.connectPhone(numbers[0]);
    await assertAllDelivered(faulty, accepted, new Map([[numbers[0], phone]]));
    await phone.stop();
}));

test('a damaged database is refused with one clear line', async () => {
    const server = await ServerProcess.create(binary);
    try {
        const apiKey = await server.createApiKey('send,read');
        await server.start();
        for (let i = 0; i < 20; ++i) {
            const messages = Array.from({ length: 50 }, (_, j) => ({ recipient: numbers[0], subject: 's', content: `text ${i} ${j}` }));
            const response = await fetch(`${server.url}/api/v1/messages/batch`, {
                method: 'POST',
                headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
                body: JSON.stringify({ messages }),
            });
            assert.equal(response.status, 202);
        }
        assert.equal((await server.stop()).code, 0);
        const path = join(server.directory, 'hudhud.sqlite');
        const size = (await readFile(path)).length;
        const file = await open(path, 'r+');
        for (let offset = 4096; offset < size; offset += 4096)
            await file.write(Buffer.alloc(200, 0xee), 0, 200, offset);
        await file.close();

        await assert.rejects(server.start(), /ended before it was ready/);
        const { code, signal } = await server.exited;
        assert.equal(signal, null);
        assert.notEqual(code, 0);
        const lines = server.log.split('\n').filter(line => line.includes('is damaged or no database at all'));
        assert.equal(lines.length, 1, server.log);
        assert.match(lines[0], /hudhud\.sqlite.*restore it from a backup/);
        assert.equal((await readFile(path)).length, size); // Left as it was.
    } finally {
        await server.remove();
    }
});

process.exit(await runTests() ? 0 : 1);
