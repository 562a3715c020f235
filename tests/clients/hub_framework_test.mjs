// SPDX-License-Identifier: GPL-3.0-or-later
// The hub framework with the official client: streams both ways, results of client methods, groups, and connections
// that survive the loss of their link. usage: node hub_framework_test.mjs SERVER_BINARY HUB_PLUGIN
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { HttpTransportType, HubConnectionBuilder, JsonHubProtocol, LogLevel, Subject } from '@microsoft/signalr';
import { MessagePackHubProtocol } from '@microsoft/signalr-protocol-msgpack';

import { ServerProcess } from './server_process.mjs';
import { runTests, test } from './test_runner.mjs';
import { withLimit } from './waiting.mjs';

const [binary, hubPlugin] = process.argv.slice(2);
const pluginDirectory = join(dirname(binary), '..', 'lib', 'hudhud', 'plugins');
const directory = await mkdtemp(join(tmpdir(), 'hudhud-hub-'));
for (const file of await readdir(pluginDirectory))
    await symlink(join(pluginDirectory, file), join(directory, file));
await symlink(hubPlugin, join(directory, basename(hubPlugin)));
const server = await ServerProcess.create(binary, `
[plugins]
path = "${directory}"
transports = ["rest", "signalr", "test-hub"]
`);
let token;

async function connect({ protocol = 'json', stateful = false, hub = '/test-hub', options = {}, configure } = {}) {
    let builder = new HubConnectionBuilder().configureLogging(LogLevel.None)
        .withUrl(`${server.url}${hub}`,
            { transport: HttpTransportType.WebSockets, accessTokenFactory: () => token, ...options })
        .withHubProtocol(protocol === 'json' ? new JsonHubProtocol() : new MessagePackHubProtocol());
    if (stateful)
        builder = builder.withStatefulReconnect();
    const connection = builder.build();
    configure?.(connection);
    await connection.start();
    return connection;
}

function readStream(stream) {
    const items = [];
    return withLimit(new Promise((resolve, reject) => stream.subscribe({
        next: item => items.push(item), complete: () => resolve(items), error: reject })), 20_000, 'the stream ends');
}

async function until(condition, what) {
    for (let i = 0; i < 400 && !condition(); ++i)
        await delay(25);
    assert.ok(condition(), what);
}

// Drops the TCP connection under the client, as a network does.
const cut = connection => connection.connection.transport._webSocket.terminate();

for (const protocol of ['json', 'messagepack']) {
    test(`${protocol}: values come back as they went`, async () => {
        const connection = await connect({ protocol });
        for (const value of [1, -7, 1.5, 'مرحبا', true, null, ['a', [1]], { k: { l: [] } }])
            assert.deepEqual(await connection.invoke('Echo', value), value);
        await assert.rejects(connection.invoke('Nothing'), /Method does not exist/);
        await connection.stop();
    });

    test(`${protocol}: a stream from the server, whole and cancelled`, async () => {
        const connection = await connect({ protocol });
        const items = await readStream(connection.stream('Count', 1000));
        assert.deepEqual(items, Array.from({ length: 1000 }, (_, i) => i));
        const seen = [];
        const subscription = connection.stream('Count', 1e9).subscribe({
            next: item => seen.push(item), complete: () => {}, error: () => {} });
        await until(() => seen.length > 50, 'items come');
        subscription.dispose();
        assert.equal(await connection.invoke('Echo', 'still here'), 'still here');
        const count = seen.length;
        await delay(200);
        assert.equal(seen.length, count);
        await connection.stop();
    });

    test(`${protocol}: a stream to the server`, async () => {
        const connection = await connect({ protocol });
        const subject = new Subject();
        const sum = connection.invoke('Sum', subject);
        for (let i = 1; i <= 1000; ++i)
            subject.next(i);
        subject.complete();
        assert.equal(await sum, 500500);
        await connection.stop();
    });

    test(`${protocol}: the server asks the client`, async () => {
        const connection = await connect({ protocol,
            configure: own => own.on('Ask', question => question === 'fail' ? Promise.reject(new Error('no')) : `${question}!`) });
        assert.equal(await connection.invoke('AskBack', 'name'), 'name!');
        await assert.rejects(connection.invoke('AskBack', 'fail'), /no/);
        await connection.stop();
    });

    test(`${protocol}: nothing is lost and nothing doubled when the link breaks`, async () => {
        const numbers = [];
        let hasClosed = false;
        const connection = await connect({ protocol, stateful: true,
            configure: own => own.on('Number', number => numbers.push(number)) });
        connection.onclose(() => { hasClosed = true; });
        let expected = 0;
        for (let round = 0; round < 5; ++round) {
            await connection.invoke('Burst', 20);
            const pending = [connection.invoke('Burst', 20), connection.invoke('Echo', round)];
            expected += 40;
            cut(connection);
            const [, echoed] = await withLimit(Promise.all(pending), 10_000, 'the calls are answered');
            assert.equal(echoed, round);
        }
        await until(() => numbers.length >= expected, `${numbers.length} of ${expected} numbers`);
        await delay(100);
        assert.deepEqual(numbers, Array.from({ length: expected }, (_, i) => i % 20));
        assert.ok(!hasClosed);
        await connection.stop();
    });
}

test('a group gets what is said in it', async () => {
    const said = [];
    const member = await connect({ configure: own => own.on('Said', text => said.push(text)) });
    await member.invoke('JoinRoom', 'a');
    await member.invoke('Say', 'b', 'not here');
    await member.invoke('Say', 'a', 'here');
    await until(() => said.length > 0, 'the text arrives');
    assert.deepEqual(said, ['here']);
    await member.stop();
});

for (const transport of ['WebSockets', 'ServerSentEvents', 'LongPolling']) {
    test(`${transport}: both ends know the connection by one id`, async () => {
        const said = [];
        const connection = await connect({ options: { transport: HttpTransportType[transport] },
            configure: own => own.on('Said', text => said.push(text)) });
        assert.match(connection.connectionId, /^[A-Za-z0-9_-]{22}$/);
        assert.equal(await connection.invoke('ConnectionId'), connection.connectionId);
        assert.equal(await connection.invoke('SayTo', connection.connectionId, 'to you'), true);
        assert.equal(await connection.invoke('SayTo', 'nobody', 'to nobody'), false);
        await until(() => said.length > 0, 'the text arrives');
        assert.deepEqual(said, ['to you']);
        await connection.stop();
    });
}

test('a connection keeps its id when its link breaks', async () => {
    const connection = await connect({ stateful: true });
    const id = await connection.invoke('ConnectionId');
    assert.equal(id, connection.connectionId);
    cut(connection);
    assert.equal(await withLimit(connection.invoke('ConnectionId'), 10_000, 'the call is answered'), id);
    await connection.stop();
});

test('a connection without negotiation has an id of its own', async () => {
    const first = await connect({ options: { skipNegotiation: true } });
    const second = await connect({ options: { skipNegotiation: true } });
    const ids = [await first.invoke('ConnectionId'), await second.invoke('ConnectionId')];
    for (const id of ids)
        assert.match(id, /^[A-Za-z0-9_-]{22}$/);
    assert.notEqual(ids[0], ids[1]);
    await first.stop();
    await second.stop();
});

test('a phone refreshes its token without reconnecting', async () => {
    const phone = await connect({ hub: '/online-mobile-user' });
    await phone.invoke('RefreshToken', await server.createToken('967773000001'));
    await assert.rejects(phone.invoke('RefreshToken', await server.createToken('967773000002')), /another account/);
    await phone.stop();
});

let passed = false;
try {
    await server.start();
    token = await server.createToken('967773000001');
    passed = await runTests();
} finally {
    if (!passed)
        console.log(server.log ?? '');
    await server.remove();
    await rm(directory, { recursive: true, force: true });
}
process.exit(passed ? 0 : 1);
