// SPDX-License-Identifier: GPL-3.0-or-later
// Three nodes under load, and one fault after the other: every message with a 202 reaches its phone, doubles are counted, and
// the time of recovery is printed. The nodes start together on an empty database.
// usage: node cluster_chaos_test.mjs SERVER_BINARY [--bus redis|postgresql] [--seconds N] [FAULT...]
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { ChaosCluster } from './chaos_cluster.mjs';
import { faults } from './faults.mjs';
import { Load } from './load.mjs';
import { runTests, test } from '../clients/test_runner.mjs';
import { eventually } from '../clients/waiting.mjs';

const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { bus: { type: 'string', default: 'redis' }, seconds: { type: 'string', default: '5' } },
});
const [binary, ...wanted] = positionals;
const lastsMs = 1000 * Number(values.seconds);
const quietMs = 2_000; // Of traffic before each fault.

const cluster = await ChaosCluster.create(binary, values.bus);
const load = new Load(cluster);
const table = [];

for (const [name, fault] of Object.entries(faults)) {
    const isWanted = wanted.length > 0 ? wanted.includes(name) : true;
    if (!isWanted || (fault.needsRedis && values.bus !== 'redis'))
        continue;
    test(name, async () => {
        load.reset();
        await pause(quietMs);
        await fault.inject(cluster, lastsMs * (lastsMs > 10_000 ? fault.longFactor ?? 1 : 1));
        const healed = Date.now();
        await cluster.allReady();
        const ready = Date.now() - healed;
        await load.stopSending();
        await eventually(() => load.missing().length === 0, 'every accepted message arrives').catch(error => {
            throw new Error(`${error.message}: ${load.missing().length} of ${load.posted} are missing`);
        });
        const recovered = Date.now() - healed;
        await eventually(async () => await cluster.unfinished() === 0, 'every message is Delivered in the store');
        await cluster.meet();
        const row = { fault: name, posted: load.posted, lost: load.missing().length, doubles: load.doubles, refusals: load.refusals,
            'out of order': load.inversions, 'longest without 202, ms': load.longestSilenceMs,
            'longest from POST to phone, ms': load.longestWayMs, 'all ready after, ms': ready, 'all delivered after, ms': recovered };
        table.push(row);
        console.log(`RESULT ${Object.entries(row).map(([key, value]) => `${key}: ${value}`).join('; ')}`);
        assert.ok(load.posted > 0);
        load.resumeSending();
    });
}

let isGood = false;
try {
    await cluster.start();
    load.start();
    isGood = await runTests();
    if (!isGood)
        cluster.nodes.forEach(({ name, server }) => console.log(`log of ${name}:\n${server.log.slice(-4000)}`));
    await load.stopSending();
    await load.stop();
    console.table(table);
} finally {
    await cluster.remove();
}
process.exit(isGood ? 0 : 1);
