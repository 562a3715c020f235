// SPDX-License-Identifier: GPL-3.0-or-later
// Runs named cases one after the other and ends with the line of counts that Qt Test prints, so that one reader
// understands both.
const cases = [];

export function test(name, body) {
    cases.push({ name, body });
}

export async function runTests() {
    let passed = 0;
    let failed = 0;
    for (const { name, body } of cases) {
        const begin = Date.now();
        try {
            await body();
            ++passed;
            console.log(`PASS   : ${name} (${Date.now() - begin} ms)`);
        } catch (error) {
            ++failed;
            console.log(`FAIL!  : ${name}\n${error.stack}`);
        }
    }
    console.log(`Totals: ${passed} passed, ${failed} failed, 0 skipped, 0 blacklisted`);
    return failed === 0;
}
