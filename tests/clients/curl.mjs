// SPDX-License-Identifier: GPL-3.0-or-later
// HTTP the way a business tries it first: with curl.
import { execFile } from 'node:child_process';

// Gives {status, headers, body}; header names are lower case.
export function curl(url, { method = 'GET', apiKey, body, headers = {} } = {}) {
    const args = ['--silent', '--show-error', '--include', '--max-time', '60', '--request', method];
    if (apiKey)
        args.push('--header', `Authorization: Bearer ${apiKey}`);
    if (body !== undefined)
        args.push('--header', 'Content-Type: application/json', '--data-binary', '@-');
    for (const [name, value] of Object.entries(headers))
        args.push('--header', `${name}: ${value}`);
    // No "Expect: 100-continue": one status line per answer keeps the parser below honest.
    args.push('--header', 'Expect:', url);
    return new Promise((resolve, reject) => {
        const child = execFile('curl', args, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
            if (error)
                reject(new Error(`curl ${method} ${url}: ${stderr || error.message}`));
            else
                resolve(parse(stdout));
        });
        child.stdin.on('error', () => { }); // It may have ended already; its exit code tells why.
        child.stdin.end(body ?? '');
    });
}

function parse(text) {
    const end = text.indexOf('\r\n\r\n');
    const [statusLine, ...lines] = text.slice(0, end).split('\r\n');
    const headers = Object.fromEntries(lines.map(line => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }));
    return { status: Number(statusLine.split(' ')[1]), headers, body: text.slice(end + 4) };
}
