// SPDX-License-Identifier: GPL-3.0-or-later
// The server on a primary with a synchronous hot standby: the primary dies and the standby is promoted, PostgreSQL is
// restarted, statements take too long. What was accepted is there, callers are told to come back, and all goes on by itself.
// usage: node postgresql_failover_test.mjs SERVER_BINARY
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

import { MessageTraffic } from './message_traffic.mjs';
import { PostgresqlProcess } from './postgresql_process.mjs';
import { ServerProcess } from './server_process.mjs';
import { runTests, test } from './test_runner.mjs';
import { eventually } from './waiting.mjs';

const senders = 16;
const downMs = 1_000;

const primary = await PostgresqlProcess.create();
const standby = await primary.createStandby();
await primary.query('ALTER SYSTEM SET synchronous_standby_names = standby');
await primary.query('SELECT pg_reload_conf()');
await eventually(async () => await primary.query('SELECT sync_state FROM pg_stat_replication') === 'sync',
    'the standby is synchronous');
const server = await ServerProcess.create(process.argv[2], `
[plugins]
storage = "postgresql"

[storage]
write_timeout = "3s"

[breakers]
recovery_timeout = "1s"

[storage.postgresql]
host = "${primary.directory},${standby.directory}"
user = "hudhud"
statement_timeout = "1s"
lock_timeout = "10s"
reconnect_delay = "50ms"
maximum_reconnect_delay = "500ms"
`);
let apiKey;

test('when the primary dies, the promoted standby takes over with everything that was accepted', async () => {
    apiKey = await server.createApiKey('send,read', undefined, []);
    await server.start();
    const traffic = new MessageTraffic(server, apiKey, 'failover', senders);
    await traffic.waitUntilAccepted(100);
    await primary.kill();
    await pause(downMs);
    const promotion = Date.now();
    await standby.query('SELECT pg_promote()', 'postgres');
    await traffic.waitUntilAccepted(senders);
    const recoveryMs = Date.now() - promotion;
    await traffic.stop();
    await traffic.assertNothingLost(standby);
    assert.ok(await server.metric('hudhud_breaker_transitions_total{dependency="storage-write",state="open"}') > 0);
    assert.equal(await server.metric('hudhud_breaker_state{dependency="storage-write"}'), 0, 'the breaker is still open');
    console.log(`RESULT failover to the standby, served ${recoveryMs} ms after its promotion began: ${traffic.summary()}`);
});

test('a restart of PostgreSQL in mid-traffic loses nothing that was accepted', async () => {
    const traffic = new MessageTraffic(server, apiKey, 'restart', senders);
    await traffic.waitUntilAccepted(100);
    await standby.stop();
    await pause(downMs);
    await standby.start();
    await traffic.waitUntilAccepted(senders);
    await traffic.stop();
    await traffic.assertNothingLost(standby);
    console.log(`RESULT restart of PostgreSQL: ${traffic.summary()}`);
});

test('a statement that takes too long is ended and the caller told to come back', async () => {
    await server.post(apiKey, '967771234567', 'Before');
    const locked = standby.query('BEGIN; LOCK TABLE message IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(5); COMMIT');
    await eventually(async () => await standby.query(`SELECT count(*) > 0 FROM pg_locks
        WHERE relation = 'message'::regclass AND mode = 'AccessExclusiveLock' AND granted`) === 't', 'the table is locked');
    const begin = Date.now();
    await assert.rejects(server.post(apiKey, '967771234567', 'Too late'), /503.*statement_timeout/);
    assert.ok(Date.now() - begin < 4_500, 'it was answered when the lock was gone');
    await locked;
    await eventually(() => server.post(apiKey, '967771234567', 'Again').then(() => true, () => false), 'it accepts again');
});

const isPassed = await runTests();
await server.remove();
await standby.remove();
await primary.remove();
process.exit(isPassed ? 0 : 1);
