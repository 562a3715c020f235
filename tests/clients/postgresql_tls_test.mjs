// SPDX-License-Identifier: GPL-3.0-or-later
// The server on a PostgreSQL that takes only encrypted connections with a password: what it trusts, what it refuses and says.
// usage: node postgresql_tls_test.mjs SERVER_BINARY
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { freePort } from './free_port.mjs';
import { PostgresqlProcess } from './postgresql_process.mjs';
import { ServerProcess } from './server_process.mjs';
import { runTests, test } from './test_runner.mjs';

const run = promisify(execFile);
const folder = await mkdtemp(join(tmpdir(), 'hudhud-certificates-'));
const path = name => join(folder, name);

async function createAuthority(name) {
    await run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
        '-subj', `/CN=${name}`, '-keyout', path(`${name}.key`), '-out', path(`${name}.pem`)]);
}

// Signed by `authority`; for a server, `names` are those that a client may ask for, for a client the user it stands for.
async function createCertificate(authority, name, subject, names = 'DNS:none.invalid') {
    await writeFile(path(`${name}.ext`), `subjectAltName=${names}`);
    await run('openssl', ['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-subj', `/CN=${subject}`,
        '-keyout', path(`${name}.key`), '-out', path(`${name}.csr`)]);
    await run('openssl', ['x509', '-req', '-in', path(`${name}.csr`), '-CA', path(`${authority}.pem`), '-CAkey',
        path(`${authority}.key`), '-CAcreateserial', '-days', '2', '-extfile', path(`${name}.ext`), '-out', path(`${name}.pem`)]);
}

await createAuthority('authority');
await createAuthority('stranger');
await createCertificate('authority', 'database', 'database', 'IP:127.0.0.1');
await createCertificate('authority', 'hudhud', 'hudhud');

const port = await freePort();
const password = 'correct horse; battery \'staple\'';
const postgresql = await PostgresqlProcess.create();
await postgresql.query(`ALTER ROLE hudhud PASSWORD '${password.replaceAll('\'', '\'\'')}'`);
for (const [name, source] of [['server.pem', 'database.pem'], ['server.key', 'database.key'], ['authority.pem', 'authority.pem']])
    await postgresql.writeFile(name, await readFile(path(source), 'utf8'));
const overTcp = { listen_addresses: '127.0.0.1,127.0.0.2', port };
const encrypted = { ...overTcp, ssl: 'on', ssl_cert_file: join(postgresql.directory, 'server.pem'),
    ssl_key_file: join(postgresql.directory, 'server.key'), ssl_ca_file: join(postgresql.directory, 'authority.pem') };

async function restart(settings, access) {
    await postgresql.stop();
    await postgresql.writeFile('data/pg_hba.conf', `local all all trust\n${access}\n`);
    postgresql.settings = settings;
    await postgresql.start();
}

const verified = { host: '127.0.0.1', port, user: 'hudhud', password, tls: 'verify-full',
    tls_root_certificate: path('authority.pem') };

async function withServer(settings, body) {
    const lines = Object.entries(settings).map(([key, value]) => `${key} = ${JSON.stringify(value)}`).join('\n');
    const server = await ServerProcess.create(process.argv[2], `
[plugins]
storage = "postgresql"

[storage.postgresql]
${lines}
`);
    try {
        await body(server);
    } finally {
        await server.remove();
    }
}

const refused = (settings, reason) => withServer(settings, async server => {
    await assert.rejects(server.start(), reason);
    assert.ok(!server.log.includes(password), 'the password is in the log');
});

const works = settings => withServer(settings, async server => {
    const apiKey = await server.createApiKey('send,read', undefined, []);
    await server.start();
    await server.post(apiKey, '967771234567', 'Over an encrypted connection');
    const connections = await postgresql.query(`SELECT ssl, version LIKE 'TLSv1.%', count(*) > 3 FROM pg_stat_ssl
        JOIN pg_stat_activity USING (pid) WHERE application_name LIKE 'hudhud%' AND client_addr IS NOT NULL GROUP BY 1, 2`);
    assert.equal(connections, 't|t|t');
});

test('a server with a certificate of our authority is trusted, and every connection is encrypted', async () => {
    await restart(encrypted, 'hostssl all all 127.0.0.0/8 scram-sha-256');
    await works(verified);
    assert.equal(await postgresql.query('SELECT count(*) FROM message'), '1');
});

test('a certificate of another authority is refused', () =>
    refused({ ...verified, tls_root_certificate: path('stranger.pem') }, /Cannot connect to PostgreSQL.*certificate verify failed/));

test('verify-full refuses a certificate for another host, verify-ca does not', async () => {
    await refused({ ...verified, host: '127.0.0.2' }, /Cannot connect to PostgreSQL.*does not match host name/);
    await works({ ...verified, host: '127.0.0.2', tls: 'verify-ca' });
});

test('a plain connection is refused where PostgreSQL demands TLS', () =>
    refused({ ...verified, tls: 'disable', tls_root_certificate: '' }, /Cannot connect to PostgreSQL.*no encryption/));

test('a wrong password is refused', () =>
    refused({ ...verified, password: 'wrong' }, /Cannot connect to PostgreSQL.*password authentication failed/));

test('a certificate of our own opens a server that asks for one', async () => {
    await restart(encrypted, 'hostssl all all 127.0.0.0/8 cert');
    await refused(verified, /Cannot connect to PostgreSQL.*client certificate/);
    await works({ ...verified, tls_certificate: path('hudhud.pem'), tls_key: path('hudhud.key') });
});

test('the default refuses a server that offers no TLS', async () => {
    await restart({ ...overTcp, ssl: 'off' }, 'host all all 127.0.0.0/8 scram-sha-256');
    const { tls, tls_root_certificate: certificate, ...plain } = verified;
    await refused(plain, /Cannot connect to PostgreSQL.*does not support SSL/);
});

const isPassed = await runTests();
await postgresql.remove();
await rm(folder, { recursive: true, force: true });
process.exit(isPassed ? 0 : 1);
