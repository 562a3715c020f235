// SPDX-License-Identifier: GPL-3.0-or-later
// Businesses that post through failures, phones that come back, and the ledger of what was promised and what arrived.
import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { PhoneClient } from '../clients/phone_client.mjs';
import { withLimit } from '../clients/waiting.mjs';

const postTimeoutMs = 8_000;
const connectTimeoutMs = 5_000;
const retryMs = 200;

// Connected to one of the nodes, and to the next one when that connection ends.
class RoamingPhone {
    constructor(cluster, number, first, received) {
        this.cluster = cluster;
        this.number = number;
        this.next = first;
        this.received = received;
        this.isWanted = true;
        this.done = this.#live();
    }

    async #live() {
        while (this.isWanted) {
            const { server } = this.cluster.nodes[this.next++ % this.cluster.nodes.length];
            this.client = new PhoneClient(server.url, server.signToken(this.number), { serverTimeoutMs: 6_000, keepAliveMs: 2_000 });
            const arrived = this.client.arrived.bind(this.client);
            this.client.arrived = (messages, acknowledge) => {
                arrived(messages, acknowledge);
                messages.forEach(message => this.received(message));
                this.client.messages = []; // The ledger has them.
            };
            try {
                await withLimit(this.client.start(), connectTimeoutMs, 'not connected');
                await this.client.closed;
            } catch {
                this.client.stop().catch(() => {}); // The node is away, or does not answer.
            }
            await pause(retryMs);
        }
    }

    async stop() {
        this.isWanted = false;
        await this.client.stop();
        await this.done;
    }
}

export class Load {
    #isRunning = false;
    #lastAccepted = Date.now();

    constructor(cluster, { phones = 24, producers = 6, pauseMs = 40 } = {}) {
        Object.assign(this, { cluster, producers, pauseMs });
        this.numbers = Array.from({ length: phones }, (_, index) => `9677712${String(index).padStart(5, '0')}`);
        this.accepted = new Map(); // id -> { at, acceptedAt, recipient }
        this.arrivals = new Map(); // id -> how often
        this.reset();
    }

    // Figures of the scenario that begins.
    reset() {
        Object.assign(this, { doubles: 0, inversions: 0, longestSilenceMs: 0, longestWayMs: 0, refusals: 0, posted: 0 });
        this.#lastAccepted = Date.now();
        this.lastContent = new Map();
    }

    start() {
        this.phones = this.numbers.map((number, index) =>
            new RoamingPhone(this.cluster, number, index, message => this.#arrived(message)));
        this.resumeSending();
    }

    // Each producer has recipients of its own and waits for the 202, so what it posts to one of them has an order.
    async #produce(index) {
        for (let count = 0; this.#isRunning; ++count) {
            const own = this.numbers.filter((_, number) => number % this.producers === index);
            await this.#post(own[count % own.length], count);
            await pause(this.pauseMs);
        }
    }

    async #post(recipient, count) {
        const key = randomUUID();
        for (;;) {
            const { server } = this.cluster.nodes[randomInt(this.cluster.nodes.length)];
            const begin = Date.now();
            try {
                const answer = await fetch(`${server.url}/api/v1/messages`, {
                    method: 'POST',
                    signal: AbortSignal.timeout(postTimeoutMs),
                    headers: { Authorization: `Bearer ${this.cluster.apiKey}`, 'Content-Type': 'application/json', 'Idempotency-Key': key },
                    body: JSON.stringify({ recipient, subject: 'chaos', content: String(count) }),
                });
                const body = await answer.json();
                if (answer.status === 202) {
                    this.#noteAccepted(body.id, recipient, begin);
                    return;
                }
                if (answer.status < 500 && answer.status !== 429 && answer.status !== 409)
                    throw new Error(`refused for good: ${answer.status} ${JSON.stringify(body)}`);
            } catch (error) {
                if (error.message.startsWith('refused for good'))
                    throw error;
            }
            ++this.refusals;
            await pause(retryMs);
        }
    }

    #noteAccepted(id, recipient, begin) {
        const now = Date.now();
        ++this.posted;
        this.longestSilenceMs = Math.max(this.longestSilenceMs, now - this.#lastAccepted);
        this.#lastAccepted = now;
        this.accepted.set(id, { at: begin, acceptedAt: now, recipient });
    }

    #arrived(message) {
        const times = (this.arrivals.get(message.id) ?? 0) + 1;
        this.arrivals.set(message.id, times);
        if (times > 1) {
            ++this.doubles;
            return;
        }
        const sent = this.accepted.get(message.id); // Unknown when the push overtakes the 202.
        if (sent)
            this.longestWayMs = Math.max(this.longestWayMs, Date.now() - sent.at);
        const last = this.lastContent.get(message.recipient) ?? -1;
        if (Number(message.content) < last)
            ++this.inversions;
        this.lastContent.set(message.recipient, Math.max(last, Number(message.content)));
    }

    // Of what had its 202 at that time.
    missingUntil(time) {
        return [...this.accepted].filter(([id, { acceptedAt }]) => acceptedAt <= time && !this.arrivals.has(id));
    }
    missing() { return [...this.accepted.keys()].filter(id => !this.arrivals.has(id)); }

    // No more posts; the phones stay.
    async stopSending() {
        this.#isRunning = false;
        await Promise.all(this.sending);
    }

    resumeSending() {
        this.#isRunning = true;
        this.sending = Array.from({ length: this.producers }, (_, index) => this.#produce(index));
    }

    async stop() { await Promise.all(this.phones.map(phone => phone.stop())); }
}
