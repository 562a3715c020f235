// SPDX-License-Identifier: GPL-3.0-or-later
// A private PostgreSQL in a temporary directory, reached through a socket there.
import { execFile, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { appendFile, chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

import { withLimit } from './waiting.mjs';


const run = promisify(execFile);
const startLimitMs = 60_000;

// Debian keeps the programs of each version in a folder of its own, outside the search path.
export function program(name) {
    const folders = (process.env.PATH ?? '').split(':');
    if (existsSync('/usr/lib/postgresql'))
        folders.push(...readdirSync('/usr/lib/postgresql').sort().reverse()
            .map(version => `/usr/lib/postgresql/${version}/bin`));
    const folder = folders.find(candidate => existsSync(join(candidate, name)));
    if (!folder)
        throw new Error(`${name} is not installed (Debian: postgresql)`);
    return join(folder, name);
}

// PostgreSQL refuses to run as root; and it ends with the test that started it.
const asServer = ['--pdeathsig', 'QUIT',
    ...(process.getuid() === 0 ? ['--reuid=postgres', '--regid=postgres', '--init-groups'] : [])];

async function freePort(address) {
    const probe = createServer().listen(0, address);
    await once(probe, 'listening');
    const { port } = probe.address();
    await new Promise(resolve => probe.close(resolve));
    return port;
}

export class PostgresqlProcess {
    // `address`: also on a port of it, a free one unless told otherwise.
    static async create({ address = '', port } = {}) {
        const server = new PostgresqlProcess();
        server.port = port ?? (address ? await freePort(address) : 5432);
        server.address = address;
        server.directory = await mkdtemp(join(tmpdir(), 'hudhud-pg-'));
        if (process.getuid() === 0)
            await run('chown', ['postgres:postgres', server.directory]);
        await chmod(server.directory, 0o755);
        await run('setpriv', [...asServer, program('initdb'), '--pgdata', join(server.directory, 'data'),
            '--username=hudhud', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync']);
        if (address)
            await appendFile(join(server.directory, 'data', 'pg_hba.conf'), 'host all all samenet trust\n');
        await server.start();
        await server.query('CREATE DATABASE hudhud', 'postgres');
        return server;
    }

    // fsync stays on: what is tested is what survives.
    async start() {
        this.process = spawn('setpriv', [...asServer, program('postgres'), '-D', join(this.directory, 'data'),
            '-k', this.directory, '-p', String(this.port), '-c', `listen_addresses=${this.address}`], { stdio: 'ignore' });
        this.exited = new Promise(resolve => this.process.once('exit', resolve));
        const answers = async () => {
            while (await this.query('SELECT 1', 'postgres').catch(() => '') !== '1')
                await pause(50);
        };
        await withLimit(answers(), startLimitMs, 'PostgreSQL is not ready');
    }

    async query(sql, database = 'hudhud') {
        const { stdout } = await run(program('psql'),
            ['-X', '-h', this.directory, '-p', String(this.port), '-U', 'hudhud', '-d', database, '-tA', '-c', sql]);
        return stdout.trim();
    }

    // The postmaster and all its sessions at once, as when the machine dies.
    async kill() {
        const pid = Number((await readFile(join(this.directory, 'data', 'postmaster.pid'), 'utf8')).split('\n')[0]);
        const { stdout } = await run('ps', ['-o', 'pid=', '--ppid', String(pid)]);
        for (const child of [pid, ...stdout.split('\n').map(Number).filter(Boolean)]) {
            try {
                process.kill(child, 'SIGKILL');
            } catch {
                // It has ended by itself.
            }
        }
        await this.exited;
    }

    // SIGINT: fast, what is under way is rolled back; SIGQUIT: immediate, with recovery at the start.
    async restart(signal) {
        this.process.kill(signal);
        await this.exited;
        await this.start();
    }

    async remove() {
        if (this.process.exitCode === null && this.process.signalCode === null)
            await this.kill();
        await rm(this.directory, { recursive: true, force: true });
    }
}
