// SPDX-License-Identifier: GPL-3.0-or-later
// The admin API and its hub on the real binary, as a console uses them: sign in with curl, look, act, watch with the
// official SignalR client, and be told no where the role does not reach.
// usage: node admin_test.mjs SERVER_BINARY
import assert from 'node:assert/strict';

import { HttpTransportType, HubConnectionBuilder, JsonHubProtocol } from '@microsoft/signalr';
import { MessagePackHubProtocol } from '@microsoft/signalr-protocol-msgpack';

import { curl } from './curl.mjs';
import { OpenApiCheck } from './openapi_check.mjs';
import { PhoneClient } from './phone_client.mjs';
import { ServerProcess } from './server_process.mjs';
import { runTests, test } from './test_runner.mjs';
import { eventually, withLimit } from './waiting.mjs';

const arrivalLimitMs = 60_000;
const number = '967771234567';
const masked = '9677•••••567';
const server = await ServerProcess.create(process.argv[2]);
const tokens = {};
let openApi;
let apiKey;

async function admin(role, path, method = 'GET', body = undefined) {
    const url = `${server.adminUrl}/api/v1/admin${path}`;
    const answer = await curl(url, { method, apiKey: tokens[role], body: body ? JSON.stringify(body) : undefined });
    openApi.check(method, url, answer);
    return { ...answer, json: JSON.parse(answer.body) };
}

class ConsoleClient {
    constructor(token, { protocol = new JsonHubProtocol(), transport = HttpTransportType.WebSockets } = {}) {
        this.pushes = [];
        this.connection = new HubConnectionBuilder().configureLogging({ log: () => {} })
            .withUrl(`${server.adminUrl}/admin`, { transport, accessTokenFactory: () => token })
            .withHubProtocol(protocol).build();
        for (const name of ['MetricsUpdated', 'NodesChanged', 'BreakersChanged', 'DeadLettersChanged', 'JobsChanged',
            'ConnectionsChanged'])
            this.connection.on(name, value => this.pushes.push({ name, value }));
    }

    start() { return this.connection.start(); }
    stop() { return this.connection.stop(); }
    subscribe(topic) { return this.connection.invoke('Subscribe', topic); }
    unsubscribe(topic) { return this.connection.invoke('Unsubscribe', topic); }
    count(name) { return this.pushes.filter(push => push.name === name).length; }
    // The first value of that name, from the `from`th push on, that fits.
    async next(name, fits = () => true, from = 0) {
        const find = () => this.pushes.slice(from).find(push => push.name === name && fits(push.value));
        await eventually(() => find() !== undefined, `${name} arrives`);
        return find().value;
    }
}

test('whoever signs in is told who they are', async () => {
    const me = await admin('operator', '/me');
    assert.equal(me.status, 200);
    assert.deepEqual([me.json.subject, me.json.role, me.json.node, me.json.server], ['amal', 'operator', 'test-1', 'Hudhud']);
    assert.ok(new Date(me.json.expiresAt) > new Date());
});

test('the first page and its history fill', async () => {
    const phone = new PhoneClient(server.url, await server.createToken(number));
    await phone.start();
    await server.post(apiKey, number, 'overview');
    await phone.waitForMessages(1);
    await eventually(async () => (await admin('viewer', '/overview')).json.acceptToDelivered.count === 1, 'the delivery counts');
    const { json } = await admin('viewer', '/overview');
    assert.equal(json.health, 'green', json.reason);
    assert.ok(json.acceptToDelivered.p99Seconds > 0);
    assert.equal(json.connections.total, 1);
    assert.deepEqual(json.queues.map(queue => queue.priority), ['Critical', 'High', 'Normal', 'Low']);
    await eventually(async () => (await admin('viewer', '/overview/history')).json.samples.some(
        sample => sample.deliveredPerSecond > 0), 'the history has the delivery');
    await phone.stop();
});

test('nodes, plugins and the configuration are shown without secrets', async () => {
    const { json: { nodes: [node] } } = await admin('viewer', '/nodes');
    assert.deepEqual([node.id, node.self, node.ready, node.status], ['test-1', true, true, 'healthy']);
    const detail = (await admin('viewer', '/nodes/test-1')).json;
    assert.ok(detail.plugins.some(plugin => plugin.name === 'sqlite' && plugin.state === 'started'));
    const { json: { plugins } } = await admin('viewer', '/plugins');
    assert.ok(plugins.find(plugin => plugin.name === 'sqlite').settings.some(setting => setting.key === 'path'));
    const { json: { keys }, body } = await admin('viewer', '/configuration');
    assert.ok(!body.includes(server.secret));
    const key = name => keys.find(one => one.key === name);
    assert.equal(key('security.jwt.secret').value, '***');
    assert.match(key('node.id').origin, /hudhud\.toml:\d+$/);
    assert.equal(key('delivery.window').origin, 'default');
    assert.match(key('storage.sqlite.path').value, /hudhud\.sqlite$/);
});

test('connections are listed masked, found, and closed one by one and all together', async () => {
    const phones = [];
    for (let i = 0; i < 3; ++i) {
        const phone = new PhoneClient(server.url, await server.createToken(i === 0 ? number : `96777999999${i}`),
            { transport: i === 2 ? HttpTransportType.ServerSentEvents : HttpTransportType.WebSockets,
                protocol: i === 1 ? 'messagepack' : 'json', acknowledge: false });
        await phone.start();
        phones.push(phone);
    }
    await server.post(apiKey, number, 'not acknowledged');
    await phones[0].waitForMessages(1);
    const { json } = await admin('viewer', '/connections?sort=connectedAt');
    assert.deepEqual([json.total, json.matching, json.revealed], [3, 3, false]);
    assert.ok(!json.connections.some(connection => connection.recipient === number));
    const one = (await admin('viewer', `/connections?recipient=${number}`)).json.connections;
    assert.deepEqual([one.length, one[0].recipient, one[0].transport, one[0].status, one[0].pending, one[0].inFlight],
        [1, masked, 'WebSockets', 'Connected', 1, 1]);
    assert.equal(one[0].connectionId, phones[0].connection.connectionId);
    assert.match(one[0].userAgent, /SignalR/);
    assert.equal(one[0].remoteAddress, '127.0.0.1');
    assert.equal((await admin('viewer', '/connections?transport=ServerSentEvents')).json.matching, 1);
    assert.equal((await admin('viewer', '/connections?protocol=messagepack')).json.matching, 1);
    assert.equal((await admin('viewer', '/connections/count?backlog=true')).json.matching, 1);
    const revealed = await admin('operator', `/connections/${one[0].connectionId}?reveal=true`);
    assert.equal(revealed.json.connection.recipient, number);
    assert.equal((await admin('viewer', '/connections?reveal=true')).status, 403);

    assert.equal((await admin('viewer', `/connections/${one[0].connectionId}/disconnect`, 'POST')).status, 403);
    assert.equal((await admin('operator', `/connections/${one[0].connectionId}/disconnect`, 'POST')).json.disconnected, 1);
    await withLimit(phones[0].closed, arrivalLimitMs, 'the phone is not disconnected');
    const all = { filter: { hub: 'online-mobile-user' } };
    const preview = await admin('operator', '/connections/disconnect', 'POST', { ...all, dryRun: true });
    assert.deepEqual([preview.json.matching, preview.json.disconnected], [2, 0]);
    const done = await admin('operator', '/connections/disconnect', 'POST', { ...all, reason: 'the test ends' });
    assert.equal(done.json.disconnected, 2);
    await withLimit(Promise.all(phones.map(phone => phone.closed)), arrivalLimitMs, 'the phones are not disconnected');
});

test('a message can be found, followed and taken back', async () => {
    const offline = '967770000009';
    const sent = await admin('operator', `/recipients/${offline}/test-message`, 'POST', { content: 'Hello' });
    assert.equal(sent.status, 202);
    const found = await admin('viewer', `/messages?recipient=${offline}&status=Queued`);
    assert.deepEqual(found.json.messages.map(message => message.id), [sent.json.id]);
    assert.equal(found.json.messages[0].content, undefined);
    const life = await admin('operator', `/messages/${sent.json.id}?reveal=true`);
    assert.equal(life.json.message.content, 'Hello');
    assert.deepEqual(life.json.events.map(event => [event.status, event.node]), [['Queued', 'test-1']]);
    const person = await admin('viewer', `/recipients/${offline}`);
    assert.deepEqual([person.json.status, person.json.pending], ['Disconnected', 1]);
    assert.equal((await admin('viewer', '/queues')).json.priorities.find(queue => queue.priority === 'Normal').depth >= 1, true);
    assert.equal((await admin('operator', `/messages/${sent.json.id}/cancel`, 'POST', { reason: 'a test' })).json.cancelled, true);
    assert.equal((await admin('operator', `/messages/${sent.json.id}/cancel`, 'POST', { reason: 'a test' })).status, 404);
    const audit = await admin('viewer', `/audit?target=${sent.json.id}`);
    assert.deepEqual(audit.json.records.map(record => [record.action, record.result]),
        [['message.cancel', 'not-found'], ['message.cancel', 'ok'], ['personal-data.reveal', 'ok'], ['recipient.test', 'ok']]);
});

test('an API key is made, rotated and revoked', async () => {
    const made = await admin('admin', '/apikeys', 'POST', { name: 'console', scopes: ['send'] });
    assert.equal(made.status, 201);
    await server.post(made.json.secret, number, 'with the new key');
    const rotated = await admin('admin', `/apikeys/${made.json.key.id}/rotate`, 'POST', { graceSeconds: 600 });
    await server.post(rotated.json.secret, number, 'with the rotated key');
    // One that was never used, as servers remember keys for half a minute.
    const unused = (await admin('admin', '/apikeys', 'POST', { name: 'unused', scopes: ['send'] })).json;
    const revoked = await admin('admin', `/apikeys/${unused.key.id}/revoke`, 'POST', { reason: 'a test' });
    assert.equal(revoked.json.key.state, 'revoked');
    await assert.rejects(server.post(unused.secret, number, 'with the revoked key'), /^Error: 401/);
    assert.equal((await admin('operator', '/apikeys', 'POST', { name: 'x', scopes: ['send'] })).status, 403);
    assert.equal((await admin('admin', '/cache/invalidate', 'POST', { pattern: 'nothing:*' })).json.removed, 0);
    assert.equal((await admin('viewer', '/cache')).json.plugin, 'memory');
});

for (const [name, options] of [['JSON over WebSockets', {}], ['MessagePack', { protocol: new MessagePackHubProtocol() }],
    ['long polling', { transport: HttpTransportType.LongPolling }]]) {
    test(`a console is told what it subscribed to and nothing else: ${name}`, async () => {
        const client = new ConsoleClient(tokens.viewer, options);
        await client.start();
        await assert.rejects(client.subscribe('weather'), /metrics,nodes/);
        await client.subscribe('metrics');
        const metrics = await client.next('MetricsUpdated');
        assert.equal(metrics.node, 'test-1');
        assert.equal(metrics.queues.length, 4);
        for (const topic of ['nodes', 'breakers', 'connections', 'jobs', 'deadLetters'])
            await client.subscribe(topic);
        assert.equal((await client.next('NodesChanged')).nodes[0].id, 'test-1');
        assert.ok((await client.next('BreakersChanged')).breakers.some(breaker => breaker.dependency === 'storage-write'));
        assert.equal((await client.next('ConnectionsChanged')).node, 'test-1');
        assert.ok(Array.isArray((await client.next('JobsChanged')).jobs));
        assert.ok(Array.isArray((await client.next('DeadLettersChanged')).groups));
        await client.unsubscribe('metrics');
        const before = client.count('MetricsUpdated');
        const phone = new PhoneClient(server.url, await server.createToken(number));
        await phone.start();
        await client.next('ConnectionsChanged', value => value.total === 1, client.pushes.length - 1);
        await phone.stop();
        await client.next('ConnectionsChanged', value => value.total === 0, client.pushes.length);
        assert.ok(client.count('MetricsUpdated') <= before + 1); // One may have been on its way.
        await client.stop();
    });
}

test('a rejected message reaches the console as a dead letter', async () => {
    const client = new ConsoleClient(tokens.operator);
    await client.start();
    await client.subscribe('deadLetters');
    const { total } = await client.next('DeadLettersChanged');
    const phone = new PhoneClient(server.url, await server.createToken('967770000011'), { acknowledge: false });
    await phone.start();
    await server.post(apiKey, '967770000011', 'nobody wants this');
    const [message] = await phone.waitForMessages(1);
    await phone.connection.invoke('RejectMessage', message.id, 'unwanted');
    const changed = await client.next('DeadLettersChanged', value => value.total === total + 1);
    assert.ok(changed.groups.some(group => group.signature === 'unwanted'));
    const { json: { hours } } = await admin('viewer', '/dlq/trend');
    assert.equal(hours.reduce((sum, hour) => sum + hour.count, 0), total + 1);
    await phone.stop();
    await client.stop();
});

test('the hub is for operators', async () => {
    const hub = `${server.adminUrl}/admin/negotiate?negotiateVersion=1`;
    assert.equal((await curl(hub, { method: 'POST', apiKey: server.signToken(number) })).status, 401);
    assert.equal((await curl(hub, { method: 'POST', apiKey: server.signToken(number, { subject: 'x', roles: ['phone'] }) })).status, 403);
    assert.equal((await curl(hub, { method: 'POST', apiKey: tokens.viewer })).status, 200);
    const elsewhere = await curl(`${server.url}/admin/negotiate`, { method: 'POST', apiKey: tokens.viewer });
    assert.equal(elsewhere.status, 404);
});

test('whoever guesses at tokens is slowed down, and locks nobody out', async () => {
    const guess = path => curl(`${server.adminUrl}${path}`, { method: path.includes('negotiate') ? 'POST' : 'GET', apiKey: 'a.b.c' });
    let answer;
    for (let i = 0; i < 11; ++i)
        answer = await guess('/api/v1/admin/me');
    assert.equal(answer.status, 429);
    assert.ok(Number(answer.headers['retry-after']) > 0);
    assert.equal((await guess('/admin/negotiate?negotiateVersion=1')).status, 429);
    assert.equal((await admin('viewer', '/me')).status, 200);
});

try {
    await server.start();
    for (const role of ['viewer', 'operator', 'admin'])
        tokens[role] = await server.command(['token', '--role', role, '--claim', 'sub=amal', '--ttl', '1h'], /ey[\w-]+\.[\w-]+\.[\w-]+/);
    apiKey = await server.createApiKey('send,read');
    openApi = new OpenApiCheck(await (await fetch(`${server.adminUrl}/api/v1/admin/openapi.json`)).json());
    process.exitCode = await runTests() ? 0 : 1;
} finally {
    await server.remove();
}
