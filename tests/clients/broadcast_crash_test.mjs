// SPDX-License-Identifier: GPL-3.0-or-later
// Broadcasts to a group and to a list, kill -9 in the middle, restart, again and again: in the end every recipient has
// exactly one message of each in the store. HUDHUD_BROADCAST_MEMBERS and HUDHUD_BROADCAST_KILLS change the run.
// usage: node broadcast_crash_test.mjs SERVER_BINARY
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

import { ServerProcess } from './server_process.mjs';
import { runTests, test } from './test_runner.mjs';
import { withLimit } from './waiting.mjs';

const memberCount = Number(process.env.HUDHUD_BROADCAST_MEMBERS ?? 50_000);
const kills = Number(process.env.HUDHUD_BROADCAST_KILLS ?? 4);
const listCount = Math.min(memberCount, 20_000);
const limitMs = 300_000;
const membersPerRequest = 50_000;

const server = await ServerProcess.create(process.argv[2]);
let apiKey;

const numbers = count => Array.from({ length: count }, (_, index) => String(967_700_000_000 + index));

async function call(method, path, body) {
    const answer = await fetch(server.url + path, {
        method,
        headers: { Authorization: `Bearer ${apiKey}`, ...(body && { 'Content-Type': 'application/json' }) },
        body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text.slice(0, 500)}`);
    return text ? JSON.parse(text) : undefined;
}

const progress = id => call('GET', `/api/v1/broadcasts/${id}`);

async function memory() {
    const status = await readFile(`/proc/${server.process.pid}/status`, 'utf8');
    return Math.round(Number(status.match(/VmRSS:\s+(\d+)/)[1]) / 1024);
}

async function waitFor(id, isReached) {
    for (;;) {
        const broadcast = await progress(id);
        if (isReached(broadcast))
            return broadcast;
        await pause(5);
    }
}

async function restart() {
    await server.stop('SIGKILL');
    await server.start();
}

// How often each recipient has a message of the subject in the store.
async function storedBySubject() {
    const counts = new Map();
    let cursor = '';
    for (;;) {
        const page = await call('GET', `/api/v1/messages?limit=1000${cursor}`);
        for (const { subject, recipient } of page.messages) {
            const key = `${subject} ${recipient}`;
            counts.set(key, (counts.get(key) ?? 0) + 1);
        }
        if (!page.nextCursor)
            return counts;
        cursor = `&cursor=${page.nextCursor}`;
    }
}

test('kill -9 in the middle of broadcasts doubles nothing and loses nothing', async () => {
    apiKey = await server.createApiKey('send,read');
    await server.start();
    const members = numbers(memberCount);
    for (let begin = 0; begin < memberCount; begin += membersPerRequest)
        await call('POST', '/api/v1/groups/everyone/members', { recipients: members.slice(begin, begin + membersPerRequest) });
    assert.equal((await call('GET', '/api/v1/groups/everyone')).members, memberCount);

    const list = numbers(listCount);
    const toGroup = await call('POST', '/api/v1/broadcasts',
        { group: 'everyone', message: { subject: 'group', content: 'For all of you.', priority: 'Low' } });
    assert.equal(toGroup.accepted, memberCount);
    const toList = await call('POST', '/api/v1/broadcasts',
        { recipients: [...list, ...list.slice(0, 100)], message: { subject: 'list', content: 'For some of you.' } });
    assert.equal(toList.accepted, listCount);

    let interrupted = 0;
    for (let kill = 1; kill <= kills; ++kill) {
        const target = Math.floor(memberCount * kill / (kills + 1));
        await withLimit(waitFor(toGroup.id, broadcast => broadcast.stored >= target), limitMs, `${target} are not stored`);
        await restart();
        const broadcast = await progress(toGroup.id);
        interrupted += broadcast.state === 'Running' ? 1 : 0;
        assert.ok(broadcast.stored >= target, 'progress went back');
    }
    assert.ok(interrupted > 0, 'no kill hit a running broadcast; use more members');

    const memoryBefore = await memory();
    const storedBefore = (await progress(toGroup.id)).stored;
    const begin = performance.now();
    for (const { id } of [toGroup, toList])
        await withLimit(waitFor(id, ({ state }) => state === 'Completed'), limitMs, 'a broadcast has not ended');
    const seconds = (performance.now() - begin) / 1000;
    const stored = memberCount - storedBefore;
    console.log(`RESULT broadcast: ${memberCount} members, ${kills} kills (${interrupted} in the middle), last part `
        + `${stored} messages in ${seconds.toFixed(2)} s, memory ${memoryBefore} -> ${await memory()} MiB`);

    assert.equal((await progress(toGroup.id)).stored, memberCount);
    assert.equal((await progress(toList.id)).stored, listCount);
    const counts = await storedBySubject();
    assert.equal(counts.size, memberCount + listCount);
    for (const recipient of members)
        assert.equal(counts.get(`group ${recipient}`), 1, `group ${recipient}`);
    for (const recipient of list)
        assert.equal(counts.get(`list ${recipient}`), 1, `list ${recipient}`);
});

test('a cancelled broadcast stays cancelled over a restart', async () => {
    const { id } = await call('POST', '/api/v1/broadcasts',
        { group: 'everyone', message: { subject: 'cancelled', content: 'Never mind.' } });
    const cancelled = await call('DELETE', `/api/v1/broadcasts/${id}`);
    assert.equal(cancelled.state, 'Cancelled');
    await restart();
    assert.deepEqual(await progress(id), cancelled);
});

const passed = await runTests();
await server.remove();
process.exit(passed ? 0 : 1);
