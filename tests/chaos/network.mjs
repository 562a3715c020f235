// SPDX-License-Identifier: GPL-3.0-or-later
// The network between the nodes and what they need. As root with nftables each node has a network namespace of its own, where
// the kernel drops packets; elsewhere a proxy stands in each link, which delays where packets would be lost.
import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readlink } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

import { TcpProxy } from '../clients/tcp_proxy.mjs';

const run = promisify(execFile);
const resetMs = 500; // More than TCP's least time-out for a retransmission, so that idle ends too are told.
const privateMark = 'HUDHUD_CHAOS_PRIVATE_NETWORK';

// Starts this script again in a network namespace of its own and ends with it, or gives why there can be none.
export function enterPrivateNetwork() {
    if (process.env[privateMark])
        return null;
    if (process.getuid() !== 0)
        return 'network namespaces need root';
    for (const [program, ...probe] of [['unshare', '--net', 'true'], ['unshare', '--net', 'nft', 'add table inet probe'],
        ['unshare', '--net', 'ip', 'link', 'add', 'probe', 'type', 'bridge']]) {
        const { status } = spawnSync(program, probe, { stdio: 'ignore' });
        if (status !== 0)
            return `this machine refuses: ${[program, ...probe].join(' ')}`;
    }
    const { status } = spawnSync('setpriv', ['--pdeathsig', 'KILL', 'unshare', '--net', process.execPath, ...process.argv.slice(1)],
        { stdio: 'inherit', env: { ...process.env, [privateMark]: '1' } });
    process.exit(status ?? 1);
}

// All ends with the processes that hold the namespaces: nothing is left behind.
export class NamespaceNetwork {
    canIsolate = true;
    address = '10.77.0.1'; // Of PostgreSQL, Redis, phones and businesses.
    #hosts = [];

    static async create() {
        const network = new NamespaceNetwork();
        for (const command of ['link set lo up', 'link add bridge type bridge', `addr add ${network.address}/24 dev bridge`,
            'link set bridge up'])
            execFileSync('ip', command.split(' '));
        return network;
    }

    // Where a node lives: `launcher` starts a program there.
    async host() {
        const number = this.#hosts.length + 1;
        const holder = spawn('setpriv', ['--pdeathsig', 'KILL', 'unshare', '--net', 'sleep', 'infinity'], { stdio: 'ignore' });
        const own = await readlink('/proc/self/ns/net');
        while (await readlink(`/proc/${holder.pid}/ns/net`) === own)
            await pause(10);
        const launcher = ['nsenter', `--net=/proc/${holder.pid}/ns/net`];
        const address = `10.77.0.${10 + number}`;
        await run('ip', ['link', 'add', `node${number}`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(holder.pid)]);
        await run('ip', ['link', 'set', `node${number}`, 'master', 'bridge', 'up']);
        const inside = (program, ...options) => run(launcher[0], [...launcher.slice(1), program, ...options]);
        await inside('ip', 'link', 'set', 'lo', 'up');
        await inside('ip', 'addr', 'add', `${address}/24`, 'dev', 'eth0');
        await inside('ip', 'link', 'set', 'eth0', 'up');
        this.#hosts.push(holder);
        return { address, launcher, everything: new FilteredLink(inside, 'everything', null),
            link: async port => Object.assign(new FilteredLink(inside, `port${port}`, port), { hostname: this.address, port }) };
    }

    async remove() {
        for (const holder of this.#hosts) {
            holder.kill('SIGKILL');
            await once(holder, 'exit');
        }
    }
}

// What a namespace exchanges with one port of others, or with everybody.
class FilteredLink {
    constructor(inside, table, port) {
        const [to, from] = port ? [`tcp dport ${port}`, `tcp sport ${port}`] : ['', ''];
        this.rules = verdict => inside('nft', [`add table inet ${table}`, `delete table inet ${table}`, ...(verdict ? [
            `add table inet ${table}`,
            `add chain inet ${table} out { type filter hook output priority 0 ; }`,
            `add chain inet ${table} in { type filter hook input priority 0 ; }`,
            `add rule inet ${table} out oif eth0 ${to} ${verdict}`,
            `add rule inet ${table} in iif eth0 ${from} ${verdict}`] : [])].join('; '));
    }

    // Packets vanish, until `heal`.
    cut() { return this.rules('drop'); }
    heal() { return this.rules(null); }
    lose(share) { return this.rules(`numgen random mod 1000 < ${Math.round(1000 * share)} drop`); }
    // All connections end with RST.
    async reset() {
        await this.rules('meta l4proto tcp reject with tcp reset');
        await pause(resetMs);
        await this.heal();
    }
    close() {}
}

export class ProxyNetwork {
    canIsolate = false;
    address = '127.0.0.1';

    async host() {
        return { address: this.address, launcher: [], link: async port => {
            const proxy = await TcpProxy.to(`http://127.0.0.1:${port}`);
            const { hostname, port: own } = new URL(proxy.url);
            return {
                hostname, port: own,
                cut: async () => proxy.die(),
                heal: async () => { proxy.resume(); proxy.lose(0); },
                lose: async share => proxy.lose(share),
                reset: async () => proxy.cut(),
                close: () => proxy.close(),
            };
        } };
    }

    async remove() {}
}
