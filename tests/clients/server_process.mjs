// SPDX-License-Identifier: GPL-3.0-or-later
// The real server binary in a temporary directory of its own, on free ports, with random secrets.
import { execFile, spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

import { withLimit } from './waiting.mjs';

const run = promisify(execFile);
const startLimitMs = 60_000;
const stopLimitMs = 60_000;

const configurationText = (directory, secret, extra, nodeId, address) => `
[node]
id = "${nodeId}"
data_dir = "${directory}"
io_threads = 2

[endpoints.public]
listen = "${address}:0"

[endpoints.admin]
listen = "${address}:0"

[storage.sqlite]
path = "${directory}/hudhud.sqlite"

[security.jwt]
algorithm = "HS256"
secret = "${secret}"
${extra}`;

export class ServerProcess {
    // `launcher`: a command that starts it elsewhere, such as in a network namespace that has `address`.
    static async create(binary, extraConfiguration = '', nodeId = 'test-1', { address = '127.0.0.1', launcher = [] } = {}) {
        const server = new ServerProcess();
        server.binary = binary;
        server.launcher = launcher;
        server.directory = await mkdtemp(join(tmpdir(), 'hudhud-test-'));
        server.configuration = join(server.directory, 'hudhud.toml');
        server.secret = randomBytes(32).toString('hex');
        await writeFile(server.configuration, configurationText(server.directory, server.secret, extraConfiguration, nodeId, address),
            { mode: 0o600 });
        return server;
    }

    // Runs a command of the binary and gives the first match of `pattern` in what it prints.
    async command(args, pattern) {
        const { stdout } = await run(this.binary, [...args, '--config', this.configuration]);
        const match = stdout.match(pattern);
        if (!match)
            throw new Error(`${args[0]} printed nothing like ${pattern}: ${stdout}`);
        return match[0];
    }

    createApiKey(scopes, account, more = []) {
        return this.command(['apikey', 'create', '--name', `test-${scopes.replace(',', '-')}`, '--scopes', scopes,
            ...(account ? ['--account', account] : []), ...more], /hk_[\w-]+/);
    }

    createToken(number, lifetime = '1h', roles = []) {
        return this.command(['token', '--claim', `mobile_number=${number}`, '--ttl', lifetime,
            ...roles.flatMap(role => ['--role', role])], /ey[\w-]+\.[\w-]+\.[\w-]+/);
    }

    // The same without a process for each. It may have expired already: `lifetime` is in seconds and may be negative.
    signToken(number, { lifetime = 3600, roles = [], subject } = {}) {
        const part = value => Buffer.from(JSON.stringify(value)).toString('base64url');
        const claims = { mobile_number: number, sub: subject, roles, exp: Math.floor(Date.now() / 1000) + lifetime };
        const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
        return `${text}.${createHmac('sha256', this.secret).update(text).digest('base64url')}`;
    }

    async start() {
        this.log = '';
        const environment = { ...process.env };
        if (this.url) // A restart: clients come back to where they were.
            environment.HUDHUD_ENDPOINTS__PUBLIC__LISTEN = new URL(this.url).host;
        const [program, ...options] = [...this.launcher, this.binary, '--config', this.configuration];
        this.process = spawn(program, options,
            { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
        this.exited = new Promise(resolve => this.process.once('exit', (code, signal) => resolve({ code, signal })));
        this.process.stderr.on('data', data => { this.log += data; });
        const lines = createInterface({ input: this.process.stdout });
        const ready = new Promise(resolve => lines.on('line', line => {
            this.log += `${line}\n`;
            const match = line.match(/^hudhud-server ready public=(\S+) admin=(\S+)/);
            if (match)
                resolve(match);
        }));
        const ended = this.exited.then(() => null);
        const match = await withLimit(Promise.race([ready, ended]), startLimitMs, 'the server is not ready');
        if (!match)
            throw new Error(`the server ended before it was ready:\n${this.log}`);
        [, this.url, this.adminUrl] = match;
    }

    // SIGTERM and wait; gives how it ended.
    stop(signal = 'SIGTERM') {
        this.process.kill(signal);
        return withLimit(this.exited, stopLimitMs, `the server did not end after ${signal}`);
    }

    // `name` includes its labels. Throws when there is none of that name, which no wait should take for a value.
    async metric(name) {
        const text = await (await fetch(`${this.adminUrl}/metrics`)).text();
        const line = text.split('\n').find(candidate => candidate.startsWith(`${name} `));
        if (!line)
            throw new Error(`no metric ${name}`);
        return Number(line.split(' ').at(-1));
    }

    // Gives the id of the message, which must be accepted.
    async post(apiKey, recipient, content, sender) {
        const answer = await fetch(`${this.url}/api/v1/messages`, {
            method: 'POST',
            headers: { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/json' },
            body: JSON.stringify({ recipient, subject: 'Hello', content, sender }),
        });
        if (answer.status !== 202)
            throw new Error(`${answer.status}: ${await answer.text()}`);
        return (await answer.json()).id;
    }

    async remove() {
        if (this.process && this.process.exitCode === null && this.process.signalCode === null)
            await this.stop('SIGKILL');
        await rm(this.directory, { recursive: true, force: true });
    }
}
