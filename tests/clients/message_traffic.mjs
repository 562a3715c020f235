// SPDX-License-Identifier: GPL-3.0-or-later
// Businesses that post without pause while something happens to the store, and what they were answered.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { withLimit } from './waiting.mjs';

const recoveryLimitMs = 60_000;

export class MessageTraffic {
    accepted = new Map(); // By subject, which is different for each: the id of the 202.
    refusals = new Map(); // By status: how many.
    isSending = true;

    // `name` is in all subjects.
    constructor(server, apiKey, name, senders) {
        this.name = name;
        this.server = server;
        this.apiKey = apiKey;
        this.running = Array.from({ length: senders }, (_, number) => this.send(number));
    }

    async post(subject, idempotencyKey) {
        const answer = await fetch(`${this.server.url}/api/v1/messages`, {
            method: 'POST',
            headers: { Authorization: `Bearer ${this.apiKey}`, 'Content-Type': 'application/json',
                ...(idempotencyKey && { 'Idempotency-Key': idempotencyKey }) },
            body: JSON.stringify({ recipient: '967771234567', subject, content: 'It has left the warehouse.' }),
        });
        return { status: answer.status, body: await answer.json() };
    }

    // Half of the senders repeat what failed under an idempotency key, as a careful business does.
    async send(number) {
        const isCareful = number % 2 === 0;
        for (let count = 0; this.isSending; ++count) {
            const subject = `${this.name}/${number}/${count}`;
            const key = isCareful ? randomUUID() : undefined;
            for (;;) {
                const { status, body } = await this.post(subject, key);
                if (status === 202) {
                    this.accepted.set(subject, body.id);
                    break;
                }
                this.refusals.set(status, (this.refusals.get(status) ?? 0) + 1);
                await pause(50);
                if (!isCareful || !this.isSending)
                    break;
            }
        }
    }

    // Until so many more have been accepted.
    async waitUntilAccepted(count) {
        const enough = this.accepted.size + count;
        const isReached = async () => {
            while (this.accepted.size < enough)
                await pause(20);
        };
        await withLimit(isReached(), recoveryLimitMs, 'the server does not accept again');
    }

    async stop() {
        this.isSending = false;
        await Promise.all(this.running);
    }

    // Every message with a 202 is there, that of a careful business once; whoever was refused was told to come back.
    async assertNothingLost(postgresql) {
        assert.ok(this.accepted.size > 100, `only ${this.accepted.size} messages were accepted`);
        assert.ok([...this.refusals.values()].some(count => count > 0), 'nothing was refused while PostgreSQL was down');
        for (const [status, count] of this.refusals)
            assert.ok([503, 504].includes(status), `${count} requests were answered ${status}`);

        const rows = (await postgresql.query('SELECT subject, id FROM message')).split('\n').map(row => row.split('|'));
        const stored = new Map();
        for (const [subject, id] of rows)
            stored.set(subject, [...(stored.get(subject) ?? []), id]);
        for (const [subject, id] of this.accepted) {
            assert.ok(stored.get(subject)?.includes(id), `${subject} was accepted as ${id} and is lost`);
            if (Number(subject.split('/')[1]) % 2 === 0)
                assert.equal(stored.get(subject).length, 1, `${subject} is there twice`);
        }
        assert.equal(await postgresql.query('SELECT count(*) FROM message m LEFT JOIN queue q ON q.id = m.id '
            + 'LEFT JOIN finished f ON f.id = m.id WHERE q.id IS NULL AND f.id IS NULL'), '0');
    }

    summary() {
        const refusals = [...this.refusals].map(([status, count]) => `${count} answered ${status}`).join(', ');
        return `${this.accepted.size} accepted, 0 lost; ${refusals}`;
    }
}
