// SPDX-License-Identifier: GPL-3.0-or-later
// The transports of the hubs: the official client over each of them and in each protocol, and the wire itself as an
// EventSource, curl and pages see it. The server has more I/O threads than the machine has cores, so that the requests of
// one connection come in on different ones. usage: node transports_test.mjs SERVER_BINARY
import { HttpTransportType } from '@microsoft/signalr';
import EventSource from 'eventsource';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

import { curl } from './curl.mjs';
import { PhoneClient } from './phone_client.mjs';
import { ServerProcess } from './server_process.mjs';
import { runTests, test } from './test_runner.mjs';
import { eventually, withLimit } from './waiting.mjs';

const { WebSockets, ServerSentEvents, LongPolling } = HttpTransportType;
const hub = '/online-mobile-user';
const origin = 'https://chat.example.com';
const pollTimeoutMs = 3000;
const maximumPost = 65536;

process.env.HUDHUD_NODE__IO_THREADS = '4';
const server = await ServerProcess.create(process.argv[2], `
[transport.signalr]
allowed_origins = ["${origin}"]
poll_timeout = "3s"
disconnect_timeout = "10s"
maximum_post_size = "64KiB"
`);
let apiKey;
let nextNumber = 967773000000;

const newNumber = () => String(++nextNumber);
const sleep = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));
const record = value => `${JSON.stringify(value)}\u001e`;

async function post(recipient, content) {
    const answer = await curl(`${server.url}/api/v1/messages`, {
        method: 'POST', apiKey, body: JSON.stringify({ recipient, subject: 's', content }) });
    assert.equal(answer.status, 202, answer.body);
    return JSON.parse(answer.body).id;
}

const statusOf = async id => JSON.parse((await curl(`${server.url}/api/v1/messages/${id}`, { apiKey })).body).status;

async function connectPhone(number, options) {
    const phone = new PhoneClient(server.url, await server.createToken(number), options);
    await phone.start();
    return phone;
}

async function metric(name) {
    const { body } = await curl(`${server.adminUrl}/metrics`);
    return Number(body.match(new RegExp(`^${name}[^ ]* (\\d+)$`, 'm'))?.[1] ?? 0);
}

// One user's requests, written by hand.
class Raw {
    static async negotiated(number = newNumber(), query = 'negotiateVersion=1') {
        const raw = new Raw();
        raw.number = number;
        raw.token = await server.createToken(number);
        raw.negotiation = await raw.ask('POST', `${hub}/negotiate?${query}`);
        assert.equal(raw.negotiation.status, 200, raw.negotiation.body);
        raw.answer = JSON.parse(raw.negotiation.body);
        raw.id = raw.answer.connectionToken ?? raw.answer.connectionId;
        return raw;
    }

    // A connection that polls and has shaken hands.
    static async polling() {
        const raw = await Raw.negotiated();
        const first = await raw.poll();
        assert.equal(first.status, 200);
        assert.equal(first.body, '');
        assert.equal((await raw.send({ protocol: 'json', version: 1 })).status, 200);
        const second = await raw.poll();
        assert.equal(second.status, 200);
        assert.equal(second.body, '{}\u001e');
        return raw;
    }

    ask(method, path, { headers = {}, ...options } = {}) {
        return curl(server.url + path, { method, headers: { Authorization: `Bearer ${this.token}`, ...headers }, ...options });
    }

    path() { return `${hub}?id=${this.id}`; }
    poll(options) { return this.ask('GET', this.path(), options); }
    send(value, options) { return this.ask('POST', this.path(), { body: record(value), ...options }); }
    end(options) { return this.ask('DELETE', this.path(), options); }
}

const lines = [
    ['WebSockets', WebSockets, 'json'], ['WebSockets', WebSockets, 'messagepack'],
    ['ServerSentEvents', ServerSentEvents, 'json'],
    ['LongPolling', LongPolling, 'json'], ['LongPolling', LongPolling, 'messagepack'],
];
for (const [name, transport, protocol] of lines) {
    test(`${name}, ${protocol}: receives what waited and what is new, and acknowledges`, async () => {
        const number = newNumber();
        const waited = await post(number, 'waited');
        const phone = await connectPhone(number, { transport, protocol, acknowledge: false });
        assert.ok(phone.logged.includes(`Selecting transport '${name}'.`), phone.logged.join('\n'));
        await phone.waitForMessages(1);
        const content = 'مرحبا "quoted" \\ \n\r\n two lines \u{1F426}';
        const fresh = await post(number, content);
        await phone.waitForMessages(2);
        assert.deepEqual(phone.messages.map(message => message.id), [waited, fresh]);
        assert.equal(phone.messages[1].content, content);
        await phone.acknowledge(waited, fresh);
        assert.equal(await statusOf(waited), 'Delivered');
        assert.equal(await statusOf(fresh), 'Delivered');
        await assert.rejects(phone.connection.invoke('NoSuchMethod'), /Method does not exist/);
        await phone.stop();
        await eventually(async () => JSON.parse((await curl(`${server.url}/api/v1/users/${number}/presence`,
            { apiKey })).body).connections === 0, 'the connection is gone');
    });

    test(`${name}, ${protocol}: many messages come once each and in order`, async () => {
        const number = newNumber();
        const phone = await connectPhone(number, { transport, protocol });
        const ids = [];
        for (let i = 0; i < 100; ++i)
            ids.push(await post(number, `text ${i}`));
        await phone.waitForMessages(100);
        assert.deepEqual(phone.messages.map(message => message.id), ids);
        await eventually(async () => await statusOf(ids[99]) === 'Delivered', 'the last is Delivered');
        await phone.stop();
    });

    test(`${name}, ${protocol}: a call at the size limit is taken, a larger one ends the connection`, async () => {
        const limit = 32768;
        const phone = await connectPhone(newNumber(), { transport, protocol });
        const callSize = text => protocol === 'json'
            ? Buffer.byteLength(record({ target: 'MarkAsRead', arguments: [text], invocationId: '0', type: 1 }))
            : phone.connection._protocol.writeMessage(
                { type: 1, target: 'MarkAsRead', arguments: [text], invocationId: '0', streamIds: [], headers: {} }).byteLength;
        const room = limit - callSize('x'.repeat(30_000)) + 30_000;
        assert.equal(callSize('x'.repeat(room)), limit);
        await assert.rejects(phone.markAsRead('x'.repeat(room)), /HubException|error/i); // No id, but it was read.
        await phone.connection.invoke('AcknowledgeMessages', []).catch(() => {});
        assert.equal(phone.connection.state, 'Connected');
        phone.markAsRead('x'.repeat(room + 10)).catch(() => {});
        await withLimit(phone.closed, 15_000, 'the connection did not end');
    });

    test(`${name}, ${protocol}: a wrong token cannot start`, async () => {
        const phone = new PhoneClient(server.url, 'nonsense', { transport, protocol });
        await assert.rejects(phone.start(), /401/);
    });
}

for (const [name, transport, protocol] of lines.filter(([, , protocol]) => protocol === 'json')) {
    test(`${name}, ${protocol}: comes back after a restart, and nothing is lost`, async () => {
        const number = newNumber();
        const phone = await connectPhone(number, { transport, protocol, acknowledge: false, reconnects: true });
        const id = await post(number, 'before');
        await phone.waitForMessages(1);
        assert.deepEqual(await server.stop(), { code: 0, signal: null });
        await eventually(() => phone.reconnecting, 'the client reconnects');
        await server.start();
        await withLimit(phone.reconnected, 30_000, 'the client has not come back');
        await phone.waitForMessages(2);
        assert.equal(phone.messages[1].id, id);
        await phone.acknowledge(id);
        assert.equal(await statusOf(id), 'Delivered');
        await phone.stop();
    });
}

test('posts and polls that came in on another thread were handed over', async () => {
    const before = await metric('hudhud_signalr_handed_over_total');
    const phones = [];
    for (let i = 0; i < 8; ++i)
        phones.push(await connectPhone(newNumber(), { transport: i % 2 ? LongPolling : ServerSentEvents }));
    await Promise.all(phones.map(phone => phone.connection.invoke('AcknowledgeMessages', []).catch(() => {})));
    await Promise.all(phones.map(phone => phone.stop()));
    const raws = await Promise.all(Array.from({ length: 8 }, () => Raw.polling())); // A connection for each request.
    for (const raw of raws) {
        const id = await post(raw.number, 'text');
        assert.match((await raw.poll()).body, new RegExp(id));
        assert.equal((await raw.end()).status, 202);
    }
    assert.ok(await metric('hudhud_signalr_handed_over_total') > before + 8);
});

test('MessagePack over server-sent events: the client does not choose it, and the handshake refuses it', async () => {
    const phone = new PhoneClient(server.url, await server.createToken(newNumber()),
        { transport: ServerSentEvents, protocol: 'messagepack' });
    await assert.rejects(phone.start(), /does not support Binary/i);
    const raw = await Raw.negotiated();
    const events = await openEvents(raw);
    assert.equal((await raw.send({ protocol: 'messagepack', version: 1 })).status, 200);
    assert.match(await events.next(), /Cannot use the 'messagepack' protocol on the current transport/);
    events.source.close();
});

// A proxy that lets everything through but upgrades, like many in offices.
async function refusingProxy(refusal) {
    const target = new URL(server.url);
    let refused = 0;
    const proxy = createServer(client => {
        client.once('data', head => {
            if (/^upgrade: *websocket/im.test(head.toString('latin1'))) {
                ++refused;
                client.end(refusal);
                return;
            }
            const upstream = connect(Number(target.port), target.hostname, () => upstream.write(head));
            client.pipe(upstream).pipe(client);
            upstream.on('error', () => client.destroy());
            client.on('close', () => upstream.destroy());
        });
        client.on('error', () => {});
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    return { url: `http://127.0.0.1:${proxy.address().port}`, close: () => proxy.close(), refused: () => refused };
}

test('where WebSockets are refused, the client falls back by itself', async () => {
    const proxy = await refusingProxy('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    const number = newNumber();
    for (const [transport, refused] of [[WebSockets | ServerSentEvents | LongPolling, 1], [WebSockets | LongPolling, 2]]) {
        const phone = new PhoneClient(proxy.url, await server.createToken(number), { transport });
        await phone.start();
        assert.equal(proxy.refused(), refused);
        const id = await post(number, 'past the proxy');
        await phone.waitForMessages(1);
        assert.equal(phone.messages[0].id, id);
        await eventually(async () => await statusOf(id) === 'Delivered', 'it is Delivered');
        await phone.stop();
    }
    proxy.close();
});

test('negotiate offers the transports, in both versions', async () => {
    const { answer } = await Raw.negotiated();
    assert.deepEqual(answer.availableTransports, [
        { transport: 'WebSockets', transferFormats: ['Text', 'Binary'] },
        { transport: 'ServerSentEvents', transferFormats: ['Text'] },
        { transport: 'LongPolling', transferFormats: ['Text', 'Binary'] },
    ]);
    const old = await Raw.negotiated(newNumber(), '');
    assert.equal(old.answer.negotiateVersion, 0);
    assert.equal(old.answer.connectionToken, undefined);
    assert.equal((await old.poll()).status, 200); // The id is the token.
    assert.equal((await old.end()).status, 202);
});

test('long polling on the wire', async () => {
    const raw = await Raw.polling();
    const waiting = raw.poll();
    const id = await post(raw.number, 'text');
    const answer = await waiting;
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['content-type'], 'application/octet-stream');
    assert.match(answer.headers['cache-control'], /no-cache.*no-store/);
    assert.match(answer.body, new RegExp(`"ReceiveMessage".*${id}.*\\u001e$`, 's'));
    await raw.send({ type: 1, target: 'AcknowledgeMessage', arguments: [id], invocationId: '0' });
    assert.match((await raw.poll()).body, /"type":3/);

    const started = Date.now();
    const silent = await raw.poll();
    assert.equal(silent.status, 200);
    assert.equal(silent.body, '');
    assert.ok(Date.now() - started >= pollTimeoutMs - 50);

    // What gathered between two polls comes with the next, all of it.
    const ids = [];
    for (let i = 0; i < 5; ++i)
        ids.push(await post(raw.number, `gathered ${i}`));
    await sleep(200);
    const gathered = (await raw.poll()).body.split('\u001e').filter(Boolean).map(text => JSON.parse(text).arguments[0].id);
    assert.deepEqual(gathered, ids);

    // A second poll replaces the first.
    const replaced = raw.poll();
    await sleep(300);
    const replacing = raw.poll();
    assert.equal((await replaced).status, 204);

    // The end releases the poll that waits.
    await sleep(300);
    const ended = await raw.end();
    assert.equal(ended.status, 202);
    assert.equal((await replacing).status, 204);
    for (const late of [await raw.poll(), await raw.send({ type: 6 }), await raw.end()])
        assert.equal(late.status, 404);
});

test('a poll whose client left takes no messages with it', async () => {
    const raw = await Raw.polling();
    const target = new URL(server.url);
    const socket = connect(Number(target.port), target.hostname);
    await once(socket, 'connect');
    socket.write(`GET ${raw.path()} HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer ${raw.token}\r\n\r\n`);
    await sleep(300);
    socket.destroy();
    await sleep(300);
    const id = await post(raw.number, 'text');
    assert.match((await raw.poll()).body, new RegExp(id));
    await raw.end();
});

test('without polls the connection ends', async () => {
    const raw = await Raw.polling();
    await eventually(async () => JSON.parse((await curl(`${server.url}/api/v1/users/${raw.number}/presence`,
        { apiKey })).body).connections === 0, 'the connection is gone');
    assert.equal((await raw.poll()).status, 404);
});

test('a Close message comes with a poll, then 204, then 404', async () => {
    const raw = await Raw.polling();
    await raw.ask('POST', raw.path(), { body: '{"type":"nonsense"}\u001e' });
    assert.match((await raw.poll()).body, /"type":7.*Connection closed with an error/);
    assert.equal((await raw.send({ type: 6 })).status, 404);
    assert.equal((await raw.poll()).status, 204);
    assert.equal((await raw.poll()).status, 404);
});

// Opens the stream with the library that the official client uses.
async function openEvents(raw) {
    const arrived = [];
    const waiters = [];
    const source = new EventSource(`${server.url}${raw.path()}&access_token=${raw.token}`);
    source.onmessage = event => waiters.length ? waiters.shift()(event.data) : arrived.push(event.data);
    await withLimit(new Promise((resolve, reject) => { source.onopen = resolve; source.onerror = reject; }), 10_000,
        'the stream did not open');
    const next = () => arrived.length ? arrived.shift()
                                      : withLimit(new Promise(resolve => waiters.push(resolve)), 10_000, 'no event');
    return { source, next };
}

test('server-sent events on the wire', async () => {
    const raw = await Raw.negotiated();
    const events = await openEvents(raw);
    await raw.send({ protocol: 'json', version: 1 });
    assert.equal(await events.next(), '{}\u001e');
    const id = await post(raw.number, 'line 1\nline 2');
    const message = JSON.parse((await events.next()).replace('\u001e', ''));
    assert.equal(message.arguments[0].id, id);
    assert.equal(message.arguments[0].content, 'line 1\nline 2');
    assert.equal((await raw.ask('GET', raw.path(), { headers: { Accept: 'text/event-stream' } })).status, 409);
    assert.equal((await raw.poll()).status, 400);
    assert.equal((await raw.end()).status, 400);
    events.source.close();
    await eventually(async () => (await raw.send({ type: 6 })).status === 404, 'the connection is gone');
});

test('the head of an event stream keeps proxies from holding it back', async () => {
    for (const version of ['1.0', '1.1']) {
        const raw = await Raw.negotiated();
        const target = new URL(server.url);
        const socket = connect(Number(target.port), target.hostname);
        socket.write(`GET ${raw.path()} HTTP/${version}\r\nHost: test\r\nAccept: text/html, text/event-stream\r\n`
            + `Origin: ${origin}\r\nAuthorization: Bearer ${raw.token}\r\n\r\n`);
        let text = '';
        socket.on('data', data => { text += data; });
        await eventually(() => /\r\n\r\n(3\r\n)?:\r\n/.test(text), 'the stream begins');
        const head = text.split('\r\n\r\n')[0].toLowerCase();
        assert.match(head, /^http\/1\.1 200 /);
        for (const header of ['content-type: text/event-stream', 'cache-control: no-cache, no-store', 'pragma: no-cache',
            'content-encoding: identity', 'x-accel-buffering: no', `access-control-allow-origin: ${origin}`])
            assert.ok(head.includes(`\r\n${header}`), `${header} in ${head}`);
        assert.equal(head.includes('transfer-encoding: chunked'), version === '1.1');
        assert.ok(!head.includes('content-length'));
        socket.destroy();
    }
});

test('what is refused, and how', async () => {
    const raw = await Raw.negotiated();
    assert.equal((await raw.send({ type: 6 })).status, 409); // Not open yet.
    assert.equal((await raw.ask('GET', hub)).status, 400);
    assert.equal((await raw.ask('POST', hub, { body: 'x' })).status, 400);
    for (const id of ['nonsense', 'AAAAAAAAAAAAAAAAAAAAAA'])
        for (const method of ['GET', 'POST', 'DELETE'])
            assert.equal((await raw.ask(method, `${hub}?id=${id}`)).status, 404);
    const open = await Raw.polling();
    const stranger = { headers: { Authorization: `Bearer ${await server.createToken(newNumber())}` } };
    for (const answer of [await open.poll(stranger), await open.send({ type: 6 }, stranger), await open.end(stranger)])
        assert.equal(answer.status, 403);
    const nobody = { headers: { Authorization: 'Bearer nonsense', Origin: origin } };
    for (const answer of [await open.poll(nobody), await open.send({ type: 6 }, nobody), await open.end(nobody)]) {
        assert.equal(answer.status, 401);
        assert.equal(answer.headers['access-control-allow-origin'], origin);
    }
    const largest = ' '.repeat(maximumPost - record({ type: 6 }).length);
    assert.equal((await open.ask('POST', open.path(), { body: `${largest}x${record({ type: 6 })}` })).status, 413);
    assert.equal((await open.ask('POST', open.path(), { body: record({ type: 6 }).repeat(2000) })).status, 200);
    assert.equal((await open.end()).status, 202);
});

test('pages: listed origins may, others may not, on every kind of request', async () => {
    const open = await Raw.polling();
    const ours = { headers: { Origin: origin } };
    const theirs = { headers: { Origin: 'https://chat.example.com.evil.example' } };
    const sent = await open.send({ type: 6 }, ours);
    const poll = open.poll(ours);
    await post(open.number, 'text');
    for (const answer of [sent, await poll]) {
        assert.equal(answer.status, 200);
        assert.equal(answer.headers['access-control-allow-origin'], origin);
        assert.equal(answer.headers['access-control-allow-credentials'], 'true');
        assert.equal(answer.headers.vary, 'Origin');
    }
    for (const answer of [await open.poll(theirs), await open.send({ type: 6 }, theirs), await open.end(theirs),
        await open.ask('POST', `${hub}/negotiate`, theirs)]) {
        assert.equal(answer.status, 403);
        assert.equal(answer.headers['access-control-allow-origin'], undefined);
    }
    const preflight = await open.ask('OPTIONS', hub, { headers: { Origin: origin, 'Access-Control-Request-Method': 'DELETE' } });
    assert.equal(preflight.status, 204);
    assert.match(preflight.headers['access-control-allow-methods'], /DELETE/);
    const upgrade = page => open.ask('GET', hub, { headers: { Origin: page, Connection: 'Upgrade', Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==' } });
    assert.equal((await upgrade('https://evil.example')).status, 403);
    assert.equal((await open.end(ours)).status, 202);
});

let passed = false;
try {
    apiKey = await server.createApiKey('send,read');
    await server.start();
    passed = await runTests();
} finally {
    if (!passed)
        console.log(server.log ?? '');
    await server.remove();
}
process.exit(passed ? 0 : 1);
