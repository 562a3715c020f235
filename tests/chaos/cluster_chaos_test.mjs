// SPDX-License-Identifier: GPL-3.0-or-later
// Three nodes under load, and one fault after the other: every message with a 202 reaches its phone, doubles are counted, and
// the time of recovery is printed. The nodes start together on an empty database.
// usage: node cluster_chaos_test.mjs [--bus redis|postgresql] [--duration SECONDS] SERVER_BINARY [SCENARIO...]
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { ChaosCluster } from './chaos_cluster.mjs';
import { faults } from './faults.mjs';
import { Load } from './load.mjs';
import { enterPrivateNetwork, NamespaceNetwork, ProxyNetwork } from './network.mjs';
import { judge, Observer } from './verdict.mjs';
import { runTests, test } from '../clients/test_runner.mjs';

const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { bus: { type: 'string', default: 'redis' }, duration: { type: 'string', default: '5' } },
});
const [binary, ...wanted] = positionals;
const unknown = wanted.find(name => !(name in faults));
if (unknown) {
    console.error(`No scenario "${unknown}"; there are: ${Object.keys(faults).join(', ')}`);
    process.exit(2);
}
const refusal = enterPrivateNetwork();
const lastsMs = 1000 * Number(values.duration);
const quietMs = 2_000; // Of traffic before each fault.

if (refusal)
    console.log(`Links are proxies, packets are not dropped but late, and no node is cut off its phones: ${refusal}.`);
const network = refusal ? new ProxyNetwork() : await NamespaceNetwork.create();
const cluster = await ChaosCluster.create(binary, values.bus, network);
const load = new Load(cluster);
const table = [];

for (const [name, fault] of Object.entries(faults)) {
    if (wanted.length > 0 && !wanted.includes(name))
        continue;
    if ((fault.needsRedis && values.bus !== 'redis') || (fault.needsNamespaces && !network.canIsolate)) {
        console.log(`SKIP   : ${name}: ${fault.needsRedis ? 'there is no Redis' : refusal}`);
        continue;
    }
    test(name, async () => {
        load.reset();
        await pause(quietMs);
        const observer = new Observer(cluster);
        try {
            await fault.inject(cluster, lastsMs * (lastsMs > 10_000 ? fault.longFactor ?? 1 : 1));
        } finally {
            observer.end();
        }
        const row = await judge(cluster, load, { name, healed: Date.now(), isCalm: fault.isCalm });
        table.push({ ...row, seen: await observer.seen() });
        console.log(`RESULT chaos (${values.bus}, ${network.constructor.name}) `
            + Object.entries(table.at(-1)).map(([key, value]) => `${key}: ${value}`).join('; '));
        load.resumeSending();
    });
}

let isGood = false;
try {
    const begin = Date.now();
    await cluster.start();
    console.log(`RESULT chaos (${values.bus}) three nodes started together on an empty database: ${Date.now() - begin} ms until they met`);
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
