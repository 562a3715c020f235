// SPDX-License-Identifier: GPL-3.0-or-later
// Both ends of a conversation with the official client: businesses and phones send, receive, acknowledge and read, and
// the business is told what becomes of what it sent. usage: node two_way_test.mjs SERVER_BINARY
import assert from 'node:assert/strict';

import { BusinessClient } from './business_client.mjs';
import { curl } from './curl.mjs';
import { PhoneClient } from './phone_client.mjs';
import { ServerProcess } from './server_process.mjs';
import { runTests, test } from './test_runner.mjs';

const server = await ServerProcess.create(process.argv[2], `
[delivery]
devices = "first-ack"

[transport.signalr]
messages_per_second = 5
message_burst = 200
recipients_join_groups = true
`);
let nextNumber = 967772000000;
let nextAccount = 8000000;

const newNumber = () => String(++nextNumber);

// A business with an API key that speaks for its account.
async function newBusiness() {
    const account = String(++nextAccount);
    const apiKey = await server.createApiKey('send,read', account);
    const post = async message => {
        const answer = await curl(`${server.url}/api/v1/messages`, { method: 'POST', apiKey, body: JSON.stringify(message) });
        assert.equal(answer.status, 202, answer.body);
        return JSON.parse(answer.body);
    };
    const statusOf = async id =>
        JSON.parse((await curl(`${server.url}/api/v1/messages/${id}`, { apiKey })).body).status;
    return { account, post, statusOf };
}

async function connectPhone(number, options) {
    const phone = new PhoneClient(server.url, await server.createToken(number), options);
    await phone.start();
    return phone;
}

async function connectBusiness(account, options) {
    const business = new BusinessClient(server.url, await server.createToken(account, '1h', ['business']), options);
    await business.start();
    return business;
}

const statusesOf = (business, id) => business.changesOf(id).map(change => change.status);

test('a message sent by REST, acknowledged and read: the business is told of each step', async () => {
    const number = newNumber();
    const shop = await newBusiness();
    const business = await connectBusiness(shop.account);
    const phone = await connectPhone(number, { acknowledge: false });
    const { id } = await shop.post({
        recipient: number, subject: 's', content: 'is it you?', type: 'TwoWay', sender: shop.account });
    const [received] = await phone.waitForMessages(1);
    assert.deepEqual(phone.chats.map(chat => chat.id), [id]);
    assert.equal(received.sender, shop.account);
    await business.waitForStatus(id, 'Processing');
    await phone.acknowledge(id);
    const delivered = await business.waitForStatus(id, 'Delivered');
    assert.equal(delivered.recipient, number);
    assert.ok(!delivered.readAt);
    await phone.markAsRead(id);
    const read = await business.waitForRead(id);
    assert.equal(read.status, 'Delivered');
    assert.ok(read.readAt >= delivered.time);
    assert.deepEqual(statusesOf(business, id).filter(name => name !== 'Queued'), ['Processing', 'Delivered', 'Delivered']);
    await phone.markAsRead(id); // Twice is success.
    await Promise.all([phone.stop(), business.stop()]);
});

const protocols = ['json', 'messagepack'];
for (const [businessSpeaks, phoneSpeaks] of protocols.flatMap(one => protocols.map(other => [one, other])))
    test(`a message sent by hub (${businessSpeaks}) reaches the phone (${phoneSpeaks}), and the phone answers`,
        () => converse(businessSpeaks, phoneSpeaks));

async function converse(businessSpeaks, phoneSpeaks) {
    const number = newNumber();
    const { account } = await newBusiness();
    const business = await connectBusiness(account, { protocol: businessSpeaks });
    const phone = await connectPhone(number, { protocol: phoneSpeaks });
    const sent = await business.send({
        recipient: number, content: 'مرحبا', subject: 'greeting', conversation: 'order 7', priority: 'High',
        metadata: { order: '7' } });
    assert.match(sent.id, /^[0-9a-f-]{36}$/);
    const [received] = await phone.waitForMessages(1);
    assert.equal(received.id, sent.id);
    assert.equal(received.createdAt, sent.createdAt);
    assert.deepEqual(
        [received.sender, received.content, received.subject, received.conversation, received.priority, received.type],
        [account, 'مرحبا', 'greeting', 'order 7', 'High', 'TwoWay']);
    assert.deepEqual(received.metadata, { order: '7' });
    await business.waitForStatus(sent.id, 'Delivered');

    const answer = await phone.send({ recipient: account, content: 'yes', conversation: received.conversation });
    const [answered] = await business.waitForMessages(1);
    assert.deepEqual(business.chats.map(chat => chat.id), [answer.id]);
    assert.deepEqual([answered.sender, answered.content, answered.conversation], [number, 'yes', 'order 7']);
    await phone.stop();
    await business.stop();
}

test('the answer of a phone becomes Delivered when the business acknowledges it', async () => {
    const number = newNumber();
    const shop = await newBusiness();
    const business = await connectBusiness(shop.account, { acknowledge: false });
    const phone = await connectPhone(number);
    const { id } = await phone.send({ recipient: shop.account, content: 'hello?' });
    await business.waitForMessages(1);
    assert.notEqual(await shop.statusOf(id), 'Delivered');
    await business.acknowledge(id);
    assert.equal(await shop.statusOf(id), 'Delivered');
    await business.markAsRead(id);
    await Promise.all([phone.stop(), business.stop()]);
});

test('both ends may be away: what was sent waits for them', async () => {
    const number = newNumber();
    const shop = await newBusiness();
    let business = await connectBusiness(shop.account);
    const toPhone = await business.send({ recipient: number, content: 'for later' });
    await business.stop();

    let phone = await connectPhone(number);
    assert.equal((await phone.waitForMessages(1))[0].id, toPhone.id);
    assert.equal(phone.pages.length, 1);
    const toBusiness = await phone.send({ recipient: shop.account, content: 'later, then' });
    await phone.stop();
    assert.equal(await shop.statusOf(toBusiness.id), 'Queued');

    business = await connectBusiness(shop.account);
    const [waited] = await business.waitForMessages(1);
    assert.deepEqual([waited.id, waited.sender, waited.content], [toBusiness.id, number, 'later, then']);
    assert.equal(business.pages.length, 1);
    await business.stop();
});

test('nobody sends in the name of others', async () => {
    const number = newNumber();
    const { account } = await newBusiness();
    const other = newNumber();
    const phone = await connectPhone(number);
    const business = await connectBusiness(account);
    await assert.rejects(phone.send({ recipient: other, content: 'x', sender: account }),
        new RegExp(`sender is set by the server and can only be ${number}`));
    await assert.rejects(business.send({ recipient: other, content: 'x', sender: number }),
        new RegExp(`sender is set by the server and can only be ${account}`));
    const { id } = await phone.send({ recipient: account, content: 'x', sender: number });
    await business.waitForMessages(1);
    assert.equal(business.messages[0].id, id);
    await Promise.all([phone.stop(), business.stop()]);
});

test('bad messages are refused with field, limit and remedy; the connection stays', async () => {
    const number = newNumber();
    const phone = await connectPhone(number);
    const refused = [
        [{ content: 'x' }, /recipient is missing/],
        [{ recipient: '12', content: 'x' }, /recipient must be a string of 7 to 15 digits/],
        [{ recipient: number }, /content is missing/],
        [{ recipient: number, content: 'x'.repeat(16385) }, /content has 16385 bytes of UTF-8; at most 16384 are allowed/],
        [{ recipient: number, content: 'x', subject: 's'.repeat(257) }, /subject has 257 bytes/],
        [{ recipient: number, content: 'x', priority: 'Critical' }, /priority is for businesses only/],
        [{ recipient: number, content: 'x', unknown: 1 }, /unknown is not known/],
        ['text', /must be an object/],
    ];
    for (const [message, expected] of refused)
        await assert.rejects(phone.send(message), expected);
    await assert.rejects(phone.markAsRead('no-id'), /A message id has 36 characters/);
    assert.equal(phone.connection.state, 'Connected');
    await phone.stop();
});

test('a flood from one connection is held to the rate', async () => {
    const number = newNumber();
    const { account } = await newBusiness();
    const phone = await connectPhone(number);
    const results = await Promise.allSettled(
        Array.from({ length: 1000 }, (_, i) => phone.send({ recipient: account, content: `${i}` })));
    const taken = results.filter(result => result.status === 'fulfilled').length;
    assert.ok(taken >= 200 && taken < 1000, `${taken} taken`);
    for (const { reason } of results.filter(result => result.status === 'rejected'))
        assert.match(reason.message, /may send 5 messages a second, and 200 at once/);
    const business = await connectBusiness(account);
    await business.waitForMessages(taken);
    await Promise.all([phone.stop(), business.stop()]);
});

test('only the reader marks as read, and only what was delivered to him', async () => {
    const number = newNumber();
    const { account } = await newBusiness();
    const business = await connectBusiness(account);
    const { id } = await business.send({ recipient: number, content: 'x' });
    const stranger = await connectPhone(newNumber());
    await assert.rejects(stranger.markAsRead(id), /HubException/);
    const phone = await connectPhone(number, { acknowledge: false });
    await phone.waitForMessages(1);
    await assert.rejects(phone.markAsRead(id), /HubException/);
    await phone.acknowledge(id);
    await assert.rejects(stranger.markAsRead(id), /HubException/);
    await phone.markAsRead(id);
    await business.waitForRead(id);
    assert.equal(business.changesOf(id).filter(change => change.readAt).length, 1);
    await Promise.all([phone.stop(), stranger.stop(), business.stop()]);
});

test('status changes come to every connection of the sender, and to nobody else', async () => {
    const number = newNumber();
    const { account } = await newBusiness();
    const first = await connectBusiness(account);
    const second = await connectBusiness(account);
    const other = await connectBusiness((await newBusiness()).account);
    const phone = await connectPhone(number);
    const { id } = await first.send({ recipient: number, content: 'x' });
    await Promise.all([first.waitForStatus(id, 'Delivered'), second.waitForStatus(id, 'Delivered')]);
    const { id: own } = await other.send({ recipient: number, content: 'y' });
    await other.waitForStatus(own, 'Delivered');
    assert.deepEqual(other.changesOf(id), []);
    await Promise.all([phone, first, second, other].map(client => client.stop()));
});

test('a rejected message reaches its sender as a dead letter with the reason', async () => {
    const number = newNumber();
    const { account } = await newBusiness();
    const business = await connectBusiness(account);
    const phone = await connectPhone(number, { acknowledge: false });
    const { id } = await business.send({ recipient: number, content: 'x' });
    await phone.waitForMessages(1);
    await phone.connection.invoke('RejectMessage', id, 'no such app');
    const change = await business.waitForStatus(id, 'DeadLetter');
    assert.match(change.reason, /no such app/);
    assert.equal(change.deadLetterReason, 'rejected');
    await Promise.all([phone.stop(), business.stop()]);
});

test('of two devices, the one that did not acknowledge is told', async () => {
    const number = newNumber();
    const { account } = await newBusiness();
    const business = await connectBusiness(account);
    const first = await connectPhone(number, { acknowledge: false });
    const second = await connectPhone(number, { acknowledge: false });
    const { id } = await business.send({ recipient: number, content: 'x' });
    await Promise.all([first.waitForMessages(1), second.waitForMessages(1)]);
    await first.acknowledge(id);
    await second.waitForWithdrawn(id);
    assert.deepEqual(first.withdrawn, []);
    await second.acknowledge(id); // Late, and no harm.
    await Promise.all([first, second, business].map(client => client.stop()));
});

test('the same message sent twice under one key is stored once', async () => {
    const number = newNumber();
    const { account } = await newBusiness();
    const business = await connectBusiness(account);
    const message = { recipient: number, content: 'order 7', idempotencyKey: `order-7-${number}` };
    const [first, second] = await Promise.all([business.send(message), business.send(message)]);
    assert.deepEqual(second, first);
    assert.deepEqual(await business.send(message), first);
    await assert.rejects(business.send({ ...message, content: 'another' }), /HubException/);
    const phone = await connectPhone(number);
    await phone.waitForMessages(1);
    const change = await business.waitForStatus(first.id, 'Delivered');
    assert.equal(change.channel, 'Fallback'); // It had waited for the phone.
    assert.equal(phone.messages.length, 1);
    await assert.rejects(phone.send({ recipient: account, content: 'x', idempotencyKey: 'k' }), /for businesses only/);
    await Promise.all([phone.stop(), business.stop()]);
});

test('a phone joins a group, gets its broadcasts, and leaves it', async () => {
    const number = newNumber();
    const shop = await newBusiness();
    const phone = await connectPhone(number);
    await assert.rejects(phone.connection.invoke('JoinGroup', 'no such name'), /A group's name has 1 to 64 characters/);
    const group = `news-${number}`;
    await phone.connection.invoke('JoinGroup', group);
    const apiKey = await server.createApiKey('send,read');
    const broadcast = () => curl(`${server.url}/api/v1/broadcasts`, { method: 'POST', apiKey,
        body: JSON.stringify({ group, message: { subject: 's', content: shop.account } }) });
    assert.equal((await broadcast()).status, 202);
    assert.equal((await phone.waitForMessages(1))[0].content, shop.account);
    await phone.connection.invoke('LeaveGroup', group);
    assert.notEqual((await broadcast()).status, 202); // Nobody is in it.
    await phone.stop();
});

test('each hub takes its own tokens only', async () => {
    const number = newNumber();
    const phoneToken = await server.createToken(number);
    const businessToken = await server.createToken(number, '1h', ['business']);
    await assert.rejects(new BusinessClient(server.url, phoneToken).start(), /403/);
    await assert.rejects(new PhoneClient(server.url, businessToken).start(), /403/);
    for (const path of ['online-mobile-user', 'business-user']) {
        const token = path === 'business-user' ? phoneToken : businessToken;
        const answer = await curl(`${server.url}/${path}/negotiate?negotiateVersion=1`,
            { method: 'POST', headers: { Authorization: `Bearer ${token}` } });
        assert.equal(answer.status, 403);
        assert.match(answer.body, /This hub is for/);
    }
});

let passed = false;
try {
    await server.start();
    passed = await runTests();
} finally {
    if (!passed)
        console.log(server.log ?? '');
    await server.remove();
}
process.exit(passed ? 0 : 1);
