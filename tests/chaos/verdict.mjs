// SPDX-License-Identifier: GPL-3.0-or-later
// What is seen of a cluster during a fault, and what has to be true after it.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

import { eventually } from '../clients/waiting.mjs';

const lookEveryMs = 500;
const probeLimitMs = 1_000;

// What an operator sees meanwhile: each node's worst answer of /readyz and the metrics that left their normal value.
export class Observer {
    #seen = new Map();
    #isLooking = true;
    #done;

    constructor(cluster) {
        this.#done = Promise.all(cluster.nodes.map(node => this.#watch(node)));
    }

    async #watch({ name, server }) {
        while (this.#isLooking) {
            for (const symptom of await symptomsOf(server))
                this.#seen.set(symptom, (this.#seen.get(symptom) ?? new Set()).add(name));
            await pause(lookEveryMs);
        }
    }

    end() { this.#isLooking = false; }

    // As "symptom (nodes)", after the end.
    async seen() {
        await this.#done;
        return [...this.#seen].map(([symptom, names]) => `${symptom} (${[...names].sort().join('')})`).sort().join(', ') || 'nothing';
    }
}

async function symptomsOf(server) {
    const symptoms = [];
    try {
        const limit = () => ({ signal: AbortSignal.timeout(probeLimitMs) });
        const ready = await fetch(`${server.url}/readyz`, limit());
        const state = await ready.json();
        if (ready.status !== 200)
            symptoms.push(`readyz ${ready.status}`);
        else if (state.degraded)
            symptoms.push('readyz 200 degraded');
        const metrics = await (await fetch(`${server.adminUrl}/metrics`, limit())).text();
        for (const [, labels, value] of metrics.matchAll(/^hudhud_breaker_state\{(.*)\} (\d+)$/gm)) {
            if (Number(value) > 0)
                symptoms.push(`breaker ${labels.match(/="([^"]*)"/)?.[1]}`);
        }
        if (/^hudhud_cluster_connected 0$/m.test(metrics))
            symptoms.push('cluster_connected 0');
        const missed = metrics.match(/^hudhud_cluster_nodes\{status="(?:unhealthy|offline)"\} [1-9]/m);
        if (missed)
            symptoms.push('a node unhealthy or offline');
    } catch {
        symptoms.push('no answer');
    }
    return symptoms;
}

// Waits until all is as it should be, and gives the row of the table. `isCalm`: nothing happened, so nothing may come twice or
// out of order.
export async function judge(cluster, load, { name, healed, isCalm }) {
    await cluster.allReady();
    const ready = Date.now() - healed;
    const posted = load.posted;
    await eventually(() => load.missingUntil(healed).length === 0, 'what was accepted until then arrives').catch(error => {
        throw new Error(`${error.message}: ${load.missingUntil(healed).length} are missing`);
    });
    const recovered = Date.now() - healed;
    await load.stopSending();
    await eventually(() => load.missing().length === 0, 'every accepted message arrives').catch(error => {
        throw new Error(`${error.message}: ${load.missing().length} of ${load.posted} are missing`);
    });
    await eventually(async () => await cluster.unfinished() === 0, 'every message is Delivered in the store');
    assert.equal(await cluster.storedMessages(), load.accepted.size, 'as many messages are stored as idempotency keys had a 202');
    assert.equal(await cluster.deadLetters(), 0, 'dead letters');
    assert.ok(posted > 0, 'nothing was posted');
    await cluster.meet();
    if (isCalm) {
        assert.equal(load.doubles, 0, 'doubles without a fault');
        assert.equal(load.inversions, 0, 'out of order without a fault');
    }
    return { fault: name, posted: load.posted, lost: load.missing().length, doubles: load.doubles, refusals: load.refusals,
        'out of order': load.inversions, 'longest without 202, ms': load.longestSilenceMs,
        'longest from POST to phone, ms': load.longestWayMs, 'all ready after, ms': ready, 'all delivered after, ms': recovered };
}
