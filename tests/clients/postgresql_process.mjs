// SPDX-License-Identifier: GPL-3.0-or-later
// A private PostgreSQL in a temporary directory, reached through a socket there; and over TCP where a test asks for it.
import { execFile, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
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

async function newDirectory() {
    const directory = await mkdtemp(join(tmpdir(), 'hudhud-pg-'));
    if (process.getuid() === 0)
        await run('chown', ['postgres:postgres', directory]);
    await chmod(directory, 0o755);
    return directory;
}

export class PostgresqlProcess {
    // `settings` are those of postgresql.conf.
    static async create(settings = {}) {
        const server = new PostgresqlProcess();
        server.directory = await newDirectory();
        server.settings = settings;
        await run('setpriv', [...asServer, program('initdb'), '--pgdata', join(server.directory, 'data'),
            '--username=hudhud', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync']);
        await server.start();
        await server.query('CREATE DATABASE hudhud', 'postgres');
        return server;
    }

    // A hot standby of it, which streams under the name `standby`.
    async createStandby(settings = {}) {
        const server = new PostgresqlProcess();
        server.directory = await newDirectory();
        server.settings = settings;
        await run('setpriv', [...asServer, program('pg_basebackup'), '-h', this.directory, '-U', 'hudhud', '-X', 'stream',
            '--checkpoint=fast', '--no-sync', '-D', join(server.directory, 'data')]);
        const source = `host=${this.directory} user=hudhud application_name=standby`;
        await server.writeFile('data/standby.signal', '');
        server.settings = { ...settings, primary_conninfo: source };
        await server.start();
        return server;
    }

    // Below its directory, for nobody else to read.
    async writeFile(name, text) {
        const path = join(this.directory, name);
        await writeFile(path, text, { mode: 0o600 });
        if (process.getuid() === 0)
            await run('chown', ['postgres:postgres', path]);
        return path;
    }

    // fsync stays on: what is tested is what survives.
    async start() {
        const settings = { listen_addresses: '', ...this.settings };
        this.process = spawn('setpriv', [...asServer, program('postgres'), '-D', join(this.directory, 'data'),
            '-k', this.directory, ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`])],
            { stdio: 'ignore' });
        this.exited = new Promise(resolve => this.process.once('exit', resolve));
        const answers = async () => {
            while (await this.query('SELECT 1', 'postgres').catch(() => '') !== '1')
                await pause(50);
        };
        await withLimit(answers(), startLimitMs, 'PostgreSQL is not ready');
    }

    // As an operator does it. fast: sessions are ended, what was committed is written; immediate: the next start recovers.
    async stop(mode = 'fast') {
        await run('setpriv', [...asServer, program('pg_ctl'), 'stop', '-m', mode, '-D', join(this.directory, 'data')]);
        await this.exited;
    }

    async query(sql, database = 'hudhud') {
        const { stdout } = await run(program('psql'),
            ['-X', '-h', this.directory, '-p', String(this.settings.port ?? 5432), '-U', 'hudhud', '-d', database, '-tA', '-c', sql]);
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

    async remove() {
        if (this.process.exitCode === null && this.process.signalCode === null)
            await this.kill();
        await rm(this.directory, { recursive: true, force: true });
    }
}
