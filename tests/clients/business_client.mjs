// SPDX-License-Identifier: GPL-3.0-or-later
// A business of the tests: it receives as phones do, and is told what becomes of the messages that it sent.
import { PhoneClient } from './phone_client.mjs';

export class BusinessClient extends PhoneClient {
    constructor(url, token, options = {}) {
        super(url, token, { hub: '/business-user', ...options });
        this.changes = [];
        this.connection.on('MessageStatusChanged', change => {
            this.changes.push(change);
            this.wake();
        });
    }

    changesOf(id) { return this.changes.filter(change => change.id === id); }

    // Waits until a change of the message fulfils `condition`; gives it.
    async waitForChange(id, condition, what) {
        await this.waitUntil(() => this.changesOf(id).some(condition), what);
        return this.changesOf(id).find(condition);
    }
    waitForStatus(id, status) { return this.waitForChange(id, change => change.status === status, `${id} is ${status}`); }
    waitForRead(id) { return this.waitForChange(id, change => change.readAt, `${id} is read`); }
}
