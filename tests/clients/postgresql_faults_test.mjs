// SPDX-License-Identifier: GPL-3.0-or-later
// The server on a PostgreSQL that is killed in mid-traffic, again and again: callers are told to come back, and in the end
// every message with a 202 is there, once. HUDHUD_POSTGRESQL_KILLS changes the run.
// usage: node postgresql_faults_test.mjs SERVER_BINARY
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

import { MessageTraffic } from './message_traffic.mjs';
import { PostgresqlProcess } from './postgresql_process.mjs';
import { ServerProcess } from './server_process.mjs';
import { runTests, test } from './test_runner.mjs';

const kills = Number(process.env.HUDHUD_POSTGRESQL_KILLS ?? 3);
const senders = 16;
const trafficMs = 1_500;
const downMs = 1_000;

const postgresql = await PostgresqlProcess.create();
const server = await ServerProcess.create(process.argv[2], `
[plugins]
storage = "postgresql"

[storage]
write_timeout = "3s"

[storage.postgresql]
host = "${postgresql.directory}"
user = "hudhud"
statement_timeout = "2s"
reconnect_delay = "50ms"
maximum_reconnect_delay = "500ms"
`);

test('kill -9 of PostgreSQL in mid-traffic loses nothing that was accepted', async () => {
    const apiKey = await server.createApiKey('send,read', undefined, []);
    await server.start();
    const traffic = new MessageTraffic(server, apiKey, 'kills', senders);
    for (let kill = 0; kill < kills; ++kill) {
        await pause(trafficMs);
        await postgresql.kill();
        await pause(downMs);
        await postgresql.start();
        await traffic.waitUntilAccepted(senders);
    }
    await traffic.stop();
    await traffic.assertNothingLost(postgresql);
    console.log(`RESULT ${kills} kills of PostgreSQL: ${traffic.summary()}`);
});

test('a server without its database says so in one line', async () => {
    await server.stop();
    await postgresql.kill();
    await assert.rejects(server.start(), /Cannot connect to PostgreSQL/);
});

const isPassed = await runTests();
await server.remove();
await postgresql.remove();
process.exit(isPassed ? 0 : 1);
