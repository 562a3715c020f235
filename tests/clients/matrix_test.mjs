// SPDX-License-Identifier: GPL-3.0-or-later
// The official client over every transport with every protocol, through networks that delay, split, cut and stall, past
// kills and restarts of the server, and 500 at once. The lines run side by side, each through a network of its own.
// usage: node matrix_test.mjs SERVER_BINARY
import { HttpTransportType } from '@microsoft/signalr';
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { PhoneClient } from './phone_client.mjs';
import { ServerProcess } from './server_process.mjs';
import { TcpProxy } from './tcp_proxy.mjs';
import { runTests, test } from './test_runner.mjs';
import { eventually, withLimit } from './waiting.mjs';

const { WebSockets, ServerSentEvents, LongPolling } = HttpTransportType;
const lines = [
    { name: 'WebSockets json', transport: WebSockets, protocol: 'json' },
    { name: 'WebSockets messagepack', transport: WebSockets, protocol: 'messagepack' },
    { name: 'ServerSentEvents json', transport: ServerSentEvents, protocol: 'json' },
    { name: 'LongPolling json', transport: LongPolling, protocol: 'json' },
    { name: 'LongPolling messagepack', transport: LongPolling, protocol: 'messagepack' },
];
const webSocketLines = lines.filter(line => line.transport === WebSockets);
const largestBacklog = 20;
const limitMs = 60_000; // For anything that is waited for; much more than it takes.
const longestContent = 65_536; // Bytes that a business may post,
const longestSent = 16_384; // that a phone may send,
const longestCall = 32_768; // and that its whole call may have.

// One that is patient with 500 phones on a busy machine, and one that soon gives up what is silent.
const patientMs = 60_000;
const server = await ServerProcess.create(process.argv[2], `
[transport.signalr]
handshake_timeout = "${patientMs}ms"
negotiate_timeout = "${patientMs}ms"
client_timeout = "${patientMs}ms"
disconnect_timeout = "${patientMs}ms"
`);
const impatientMs = 5_000;
const impatient = await ServerProcess.create(process.argv[2], `
[transport.signalr]
keep_alive_interval = "1s"
client_timeout = "${impatientMs}ms"
poll_timeout = "2s"
disconnect_timeout = "3s"
[delivery]
ack_timeout = "5s"
`);
const impatience = { serverTimeoutMs: impatientMs, keepAliveMs: 1_000 };
let nextNumber = 967774000000;

const newNumber = () => String(++nextNumber);
const idsOf = messages => messages.map(message => message.id);

async function call(at, path, body) {
    const answer = await fetch(at.url + path, {
        method: body ? 'POST' : 'GET',
        headers: { Authorization: `Bearer ${at.apiKey}`, 'Content-Type': 'application/json' },
        body: body && JSON.stringify(body),
        signal: AbortSignal.timeout(limitMs),
    });
    return { status: answer.status, json: await answer.json() };
}

// Posts all in one request and gives their ids.
async function post(at, messages) {
    const { status, json } = await call(at, '/api/v1/messages/batch',
        { messages: messages.map(message => ({ subject: 's', ...message })) });
    assert.equal(status, 202, JSON.stringify(json));
    assert.equal(json.rejected, 0);
    return json.results.map(result => result.id);
}

const texts = (recipient, count, what) =>
    Array.from({ length: count }, (_, i) => ({ recipient, content: `${what} ${i}` }));

async function isDelivered(at, recipient, ids) {
    const { json } = await call(at, `/api/v1/messages?recipient=${recipient}&status=Delivered&limit=1000`);
    const delivered = new Set(idsOf(json.messages));
    return ids.every(id => delivered.has(id));
}

const connectionsOf = async (at, number) => (await call(at, `/api/v1/users/${number}/presence`)).json.connections;

// A phone of the line behind a network of its own.
class Subscriber {
    static async connect(at, line, options = {}) {
        const subscriber = new Subscriber();
        subscriber.at = at;
        subscriber.number = newNumber();
        subscriber.accepted = [];
        subscriber.proxy = await TcpProxy.to(at.url);
        const { transport, protocol } = line;
        subscriber.phone = new PhoneClient(subscriber.proxy.url, at.signToken(subscriber.number),
            { transport, protocol, reconnects: true, ...options });
        await subscriber.phone.start();
        return subscriber;
    }

    async post(count, what = 'text') {
        this.accepted.push(...await post(this.at, texts(this.number, count, what)));
    }

    // All that was accepted has arrived and is acknowledged.
    async hasEverything() {
        const arrived = () => new Set(idsOf(this.phone.messages));
        await this.phone.waitUntil(() => arrived().size >= this.accepted.length, 'everything arrives').catch(error => {
            throw new Error(`of ${this.accepted.length} messages ${arrived().size} arrived`, { cause: error });
        });
        assert.deepEqual(arrived(), new Set(this.accepted));
        await eventually(() => isDelivered(this.at, this.number, this.accepted), 'everything is Delivered');
    }

    async leave() {
        await this.phone.stop();
        this.proxy.close();
    }
}

// Posts to all of the subscribers, again and again, until it ends, as long as none is far behind: what a slow machine
// cannot deliver meanwhile must be waited for in the end.
class Traffic {
    #isEnding = false;
    #done;

    constructor(at, subscribers) { this.#done = this.#run(at, subscribers); }

    end() {
        this.#isEnding = true;
        return this.#done;
    }

    async #run(at, subscribers) {
        const messages = subscribers.flatMap(({ number }) => texts(number, 2, 'traffic'));
        const isFarBehind = ({ accepted, phone }) => accepted.length - phone.messages.length > largestBacklog;
        while (!this.#isEnding) {
            if (subscribers.some(isFarBehind)) {
                await pause(20);
                continue;
            }
            // Without an answer nobody knows: such messages may arrive, but need not.
            const ids = await post(at, messages).catch(() => []);
            ids.forEach((id, i) => subscribers[Math.floor(i / 2)].accepted.push(id));
            await pause(20);
        }
    }
}

// `body` gets each of the lines; what it gives is printed.
function testLines(name, body, these = lines) {
    test(name, async () => {
        const results = await Promise.all(these.map(async line => {
            try {
                return `${line.name}: ${await body(line) ?? 'as it should be'}`;
            } catch (error) {
                error.stack = `${line.name}: ${error.stack}`;
                throw error;
            }
        }));
        console.log(results.map(result => `RESULT ${result}`).join('\n'));
    });
}

testLines('delayed and split: everything comes once and in order', async line => {
    const subscriber = await Subscriber.connect(server, line);
    const { phone, proxy } = subscriber;
    proxy.delay({ latencyMs: 5, jitterMs: 20, largestPiece: 13 });
    for (let i = 0; i < 5; ++i)
        await subscriber.post(10, 'مرحبا "split" \\ \u{1F426}');
    await subscriber.hasEverything();
    assert.deepEqual(idsOf(phone.messages), subscriber.accepted);
    assert.ok(!phone.reconnecting);
    await subscriber.leave();
    return `${phone.messages.length} messages`;
});

testLines('the longest message arrives, a longer one is refused', async line => {
    const subscriber = await Subscriber.connect(server, line);
    const { phone, proxy, number: recipient } = subscriber;
    proxy.delay({ jitterMs: 5, largestPiece: 4096 });
    const content = 'ه'.repeat(longestContent / 2);
    subscriber.accepted = await post(server, [{ recipient, content }]);
    assert.equal((await call(server, '/api/v1/messages', { recipient, subject: 's', content: `${content}.` })).status, 400);
    await subscriber.post(1, 'after it');
    await subscriber.hasEverything();
    assert.deepEqual(idsOf(phone.messages), subscriber.accepted);
    assert.equal(phone.messages[0].content, content);
    await subscriber.leave();
});

testLines('what a phone sends: the longest is taken, a longer one refused, too long a call drops the link', async line => {
    const subscriber = await Subscriber.connect(server, line);
    const { phone, proxy, number: recipient } = subscriber;
    proxy.delay({ jitterMs: 5, largestPiece: 4096 });
    const content = 'ه'.repeat(longestSent / 2);
    subscriber.accepted.push((await phone.send({ recipient, content })).id);
    await assert.rejects(phone.send({ recipient, content: `${content}.` }), /content has 16385 bytes/);
    assert.ok(!phone.reconnecting);
    await assert.rejects(phone.send({ recipient, content: 'ه'.repeat(longestCall / 2) }));
    await withLimit(phone.reconnected, limitMs, 'the client has not come back');
    await subscriber.post(1, 'after it');
    await subscriber.hasEverything();
    assert.equal(phone.messages[0].content, content);
    await subscriber.leave();
});

testLines('wrong, expired and foreign tokens cannot start', async ({ transport, protocol }) => {
    const proxy = await TcpProxy.to(server.url);
    const number = newNumber();
    const refused = async (token, status, hub) => {
        const phone = new PhoneClient(proxy.url, token, { transport, protocol, hub });
        await assert.rejects(phone.start(), new RegExp(status));
        assert.equal(phone.connection.state, 'Disconnected');
    };
    await refused('nonsense', 401);
    await refused(impatient.signToken(number), 401); // Of another server's secret.
    await refused(server.signToken(number, { lifetime: -3600 }), 401);
    await refused(server.signToken('nobody'), 403);
    const businessToken = server.signToken(number, { roles: ['business'] });
    await refused(businessToken, 403);
    await refused(server.signToken(number), 403, '/business-user');
    assert.equal(await connectionsOf(server, number), 0);
    // The role is what was refused, not the token.
    const business = new PhoneClient(proxy.url, businessToken, { transport, protocol, hub: '/business-user' });
    await business.start();
    await business.stop();
    proxy.close();
});

testLines('links cut again and again in the midst of traffic: nothing is lost', async line => {
    const subscriber = await Subscriber.connect(impatient, line);
    const { phone, proxy } = subscriber;
    proxy.delay({ latencyMs: 1, jitterMs: 10, largestPiece: 100 });
    const traffic = new Traffic(impatient, [subscriber]);
    for (let cut = 0; cut < 8; ++cut) {
        await phone.waitForMessages(phone.messages.length + randomInt(1, 20));
        if (cut % 2)
            await withLimit(proxy.cutInMidMessage(), limitMs, 'no message to cut');
        else
            proxy.cut();
    }
    await traffic.end();
    await subscriber.hasEverything();
    await subscriber.leave();
    return `${subscriber.accepted.length} messages, ${phone.doubles} doubles`;
});

testLines('links cut under a stateful connection: nobody notices', async line => {
    const subscriber = await Subscriber.connect(server, line, { stateful: true });
    const { phone, proxy } = subscriber;
    for (let round = 0; round < 6; ++round) {
        const cut = round % 2 ? withLimit(proxy.cutInMidMessage(), limitMs, 'no message to cut') : null;
        await subscriber.post(10);
        await (cut ?? proxy.cut());
        // An answer over the next link: the official client resumes only once, so that one must not be cut while it does.
        await phone.connection.invoke('AcknowledgeMessages', []).catch(() => {});
    }
    await subscriber.hasEverything();
    assert.deepEqual(idsOf(phone.messages), subscriber.accepted);
    assert.ok(!phone.reconnecting);
    await subscriber.leave();
    return `${subscriber.accepted.length} messages, ${phone.doubles} doubles`;
}, webSocketLines);

testLines('idle for longer than the time-outs: the connection stays and works', async line => {
    const subscriber = await Subscriber.connect(impatient, line, impatience);
    const { connection } = subscriber.phone;
    const { connectionId } = connection;
    await pause(2 * impatientMs);
    await subscriber.post(5, 'after the silence');
    await subscriber.hasEverything();
    assert.ok(!subscriber.phone.reconnecting);
    assert.equal(connection.connectionId, connectionId);
    await subscriber.leave();
});

// The official client has no time-out for polls but the 100 s of a request: over the same links it learns that its
// connection is over when the network is back.
testLines('a dead network: both sides notice, and nothing is lost', async line => {
    const subscriber = await Subscriber.connect(impatient, line, impatience);
    const { phone, proxy, number } = subscriber;
    await subscriber.post(1);
    await subscriber.hasEverything();
    proxy.stall();
    const refused = line.transport !== LongPolling && withLimit(proxy.refuse(), limitMs, 'the client does not try again');
    await subscriber.post(10, 'into the void');
    await eventually(async () => await connectionsOf(impatient, number) === 0, 'the server drops the connection');
    await refused;
    proxy.accept();
    proxy.resume();
    await withLimit(phone.reconnected, limitMs, 'the client has not come back');
    await subscriber.hasEverything();
    await subscriber.leave();
    return `${phone.doubles} doubles`;
});

test('the server is killed and restarted in the midst of traffic, again and again: nothing is lost', async () => {
    const subscribers = await Promise.all(lines.map(line => Subscriber.connect(impatient, line)));
    const traffic = new Traffic(impatient, subscribers);
    const progress = () => Promise.all(subscribers.map(({ phone }) =>
        phone.waitForMessages(phone.messages.length + randomInt(10, 40))));
    for (const signal of ['SIGKILL', 'SIGTERM', 'SIGKILL']) {
        await progress();
        const { code } = await impatient.stop(signal);
        assert.equal(code, signal === 'SIGTERM' ? 0 : null);
        await impatient.start();
    }
    await progress();
    await traffic.end();
    for (const [i, { at, number, phone, accepted }] of subscribers.entries()) {
        await eventually(() => isDelivered(at, number, accepted), `${lines[i].name}: everything is Delivered`);
        const arrived = new Set(idsOf(phone.messages));
        assert.ok(accepted.every(id => arrived.has(id)));
        console.log(`RESULT ${lines[i].name}: ${accepted.length} messages, ${phone.doubles} doubles`);
    }
    await Promise.all(subscribers.map(subscriber => subscriber.leave()));
});

test('500 phones at once, 100 of each line: each gets all of its messages, also past a cut of all links', async () => {
    const proxy = await TcpProxy.to(server.url);
    proxy.delay({ latencyMs: 5, jitterMs: 20 });
    const numbers = Array.from({ length: 500 }, newNumber);
    const phones = numbers.map((number, i) => {
        const { transport, protocol } = lines[i % lines.length];
        return new PhoneClient(proxy.url, server.signToken(number),
            { transport, protocol, reconnects: true, serverTimeoutMs: patientMs });
    });
    const accepted = numbers.map(() => []);
    const postToAll = async (count, what) => {
        for (let first = 0; first < numbers.length; first += 100) {
            const ids = await post(server, numbers.slice(first, first + 100).flatMap(number => texts(number, count, what)));
            ids.forEach((id, i) => accepted[first + Math.floor(i / count)].push(id));
        }
    };
    const everythingIsDelivered = async () => {
        for (const [i, number] of numbers.entries()) // One after the other: asking takes the machine's time as well.
            await eventually(() => isDelivered(server, number, accepted[i]), 'everything is Delivered');
    };

    await postToAll(5, 'waited');
    await Promise.all(phones.map(phone => phone.start()));
    await postToAll(5, 'fresh');
    await Promise.all(phones.map(phone => phone.waitForMessages(10)));
    await everythingIsDelivered();
    assert.equal(phones.reduce((sum, phone) => sum + phone.doubles, 0), 0);
    assert.ok(phones.every(phone => !phone.reconnecting));

    const posting = postToAll(5, 'through the cut');
    await phones[0].waitForMessages(11);
    proxy.cut();
    await posting;
    await everythingIsDelivered();
    for (const [i, phone] of phones.entries())
        assert.deepEqual(new Set(idsOf(phone.messages)), new Set(accepted[i]));
    console.log(`RESULT ${accepted.flat().length} messages, ${phones.reduce((sum, phone) => sum + phone.doubles, 0)} doubles`);
    await Promise.all(phones.map(phone => phone.stop()));
    proxy.close();
});

let passed = false;
try {
    for (const each of [server, impatient]) {
        each.apiKey = await each.createApiKey('send,read');
        await each.start();
    }
    passed = await runTests();
} finally {
    for (const each of [server, impatient]) {
        if (!passed)
            console.log(each.log ?? '');
        await each.remove();
    }
}
process.exit(passed ? 0 : 1);
