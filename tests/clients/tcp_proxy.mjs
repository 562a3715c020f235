// SPDX-License-Identifier: GPL-3.0-or-later
// A bad network: forwards TCP links to the server and can delay, split, cut and stall them, and refuse new ones.
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const retransmissionMs = 200; // Linux's least time-out for it.

export class TcpProxy {
    #target;
    #listener;
    #links = new Set();
    #delays = { latencyMs: 0, jitterMs: 0, largestPiece: Infinity };
    #lossShare = 0;
    #isDead = false;
    #refused = null;
    #cutNext = null;

    // A proxy in front of `url`, which may be restarted behind it. Clients use `proxy.url`.
    static async to(url) {
        const proxy = new TcpProxy();
        proxy.#target = new URL(url);
        proxy.#listener = createServer({ allowHalfOpen: true, noDelay: true }, client => proxy.#accept(client));
        // Room for hundreds of clients that come back at once: a dropped SYN is repeated only after seconds.
        proxy.#listener.listen({ port: 0, host: '127.0.0.1', backlog: 4096 });
        await once(proxy.#listener, 'listening');
        proxy.url = `http://127.0.0.1:${proxy.#listener.address().port}`;
        return proxy;
    }

    // From now on data waits for the latency and up to the jitter more, and comes in odd pieces of 1 to `largestPiece` bytes
    // with a pause after each.
    delay({ latencyMs = 0, jitterMs = 0, largestPiece = Infinity }) {
        this.#delays = { latencyMs, jitterMs, largestPiece };
    }

    // From now on this share of what is sent comes late by what TCP takes to send a lost packet again.
    lose(share) { this.#lossShare = share; }

    // Resets all links (RST to both ends).
    cut() {
        for (const link of this.#links)
            link.reset();
    }

    // The next time that the server sends something only half of it passes; then all links are reset. Done when they are.
    cutInMidMessage() {
        return new Promise(resolve => { this.#cutNext = resolve; });
    }

    // The network under the present links is dead: they take what they are given and forward nothing, not even their end.
    // New links work.
    stall() {
        for (const link of this.#links)
            link.stall();
    }

    // The same for new links: they open and nothing passes, until `resume`.
    die() {
        this.#isDead = true;
        this.stall();
    }

    // Stalled links go on where they were.
    resume() {
        this.#isDead = false;
        for (const link of this.#links)
            link.resume();
    }

    // New links are reset at once; `accept` ends that. Done when the first was.
    refuse() { return new Promise(resolve => { this.#refused = resolve; }); }
    accept() { this.#refused = null; }

    close() {
        this.#listener.close();
        this.cut();
    }

    #accept(client) {
        if (this.#refused) {
            client.on('error', () => {});
            client.resetAndDestroy();
            this.#refused();
            return;
        }
        const server = connect({ port: Number(this.#target.port), host: this.#target.hostname, allowHalfOpen: true,
            noDelay: true });
        const link = new Link(client, server, chunk => this.#pieces(chunk), () => this.#takeCut());
        if (this.#isDead)
            link.stall();
        this.#links.add(link);
        link.ended.then(() => this.#links.delete(link));
    }

    async *#pieces(chunk) {
        const { latencyMs, jitterMs, largestPiece } = this.#delays;
        if (latencyMs + jitterMs > 0)
            await pause(latencyMs + Math.random() * jitterMs);
        if (this.#lossShare > 0 && Math.random() < this.#lossShare)
            await pause(retransmissionMs);
        while (chunk.length > largestPiece) {
            const size = randomInt(1, largestPiece + 1);
            yield chunk.subarray(0, size);
            chunk = chunk.subarray(size);
            await pause(1); // So that the pieces do not travel together.
        }
        yield chunk;
    }

    // Gives the cut to make now, if there is one.
    #takeCut() {
        const done = this.#cutNext;
        this.#cutNext = null;
        return done && (() => {
            this.cut();
            done();
        });
    }
}

// One client's TCP connection and its continuation to the server.
class Link {
    #client;
    #server;
    #split;
    #open = Promise.resolve(); // Pending while the link is stalled.
    #resume = () => {};

    constructor(client, server, split, takeCut) {
        this.#client = client;
        this.#server = server;
        this.#split = split;
        this.#forward(client, server, () => null);
        this.#forward(server, client, takeCut);
        this.ended = Promise.all([client, server].map(end => new Promise(resolve => end.once('close', resolve))));
    }

    reset() {
        this.#client.resetAndDestroy();
        this.#server.resetAndDestroy();
    }

    stall() {
        this.#open = new Promise(resolve => { this.#resume = resolve; });
    }

    resume() { this.#resume(); }

    #forward(from, to, takeCut) {
        let isBroken = false;
        from.on('data', async chunk => {
            from.pause();
            await this.#open;
            const cut = takeCut();
            if (cut) {
                to.write(chunk.subarray(0, chunk.length / 2), cut);
                return;
            }
            for await (const piece of this.#split(chunk))
                await new Promise(resolve => to.write(piece, resolve));
            from.resume();
        });
        from.on('error', () => { isBroken = true; });
        from.on('end', async () => {
            await this.#open;
            to.end();
        });
        from.on('close', async () => {
            await this.#open;
            if (isBroken)
                to.resetAndDestroy();
            else
                to.end();
        });
    }
}
