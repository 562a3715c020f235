// SPDX-License-Identifier: GPL-3.0-or-later
// Says what is wrong with an answer, measured by the OpenAPI document that the server itself serves.
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const documentId = 'https://hudhud.test/openapi.json';
const pointer = parts => parts.map(part => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

export class OpenApiCheck {
    constructor(document) {
        this.document = document;
        this.checked = 0;
        this.seen = new Set();
        this.ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false });
        addFormats(this.ajv);
        this.ajv.addSchema(document, documentId);
        this.paths = Object.keys(document.paths).map(template => ({
            template,
            pattern: new RegExp(`^${template.replaceAll('.', '\\.').replaceAll(/\{[^}]+\}/g, '[^/]+')}$`),
        }));
        // A path without parameters wins over a template that also matches.
        this.paths.sort((a, b) => a.template.split('{').length - b.template.split('{').length);
    }

    // Throws when the answer is not one that the document describes.
    check(method, url, answer) {
        const path = new URL(url).pathname;
        const entry = this.paths.find(({ pattern }) => pattern.test(path));
        if (!entry)
            throw new Error(`OpenAPI has no path for ${path}`);
        const operation = this.document.paths[entry.template][method.toLowerCase()];
        if (!operation)
            throw new Error(`OpenAPI has no ${method} for ${entry.template}`);
        const responses = operation.responses;
        const key = [String(answer.status), `${String(answer.status)[0]}XX`, 'default'].find(name => name in responses);
        const what = `${method} ${entry.template} ${answer.status}`;
        if (!key)
            throw new Error(`OpenAPI does not know ${what}`);
        const { value: response, parts } = this.resolve(
            responses[key], ['paths', entry.template, method.toLowerCase(), 'responses', key]);
        this.checkHeaders(what, response, answer);
        this.checkBody(what, response, parts, answer);
        ++this.checked;
        this.seen.add(what);
    }

    resolve(value, parts) {
        while (value.$ref) {
            parts = value.$ref.replace(/^#\//, '').split('/').map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'));
            value = parts.reduce((node, part) => node[part], this.document);
        }
        return { value, parts };
    }

    checkHeaders(what, response, answer) {
        for (const [name, reference] of Object.entries(response.headers ?? {})) {
            const { value: header } = this.resolve(reference, []);
            if (header.required && !(name.toLowerCase() in answer.headers))
                throw new Error(`${what}: header ${name} is missing`);
        }
    }

    checkBody(what, response, parts, answer) {
        const content = response.content;
        if (!content) {
            if (answer.body !== '')
                throw new Error(`${what}: a body where none is described`);
            return;
        }
        if ('*/*' in content)
            return;
        const type = (answer.headers['content-type'] ?? '').split(';')[0].trim();
        if (!(type in content))
            throw new Error(`${what}: content type "${type}" is not one of ${Object.keys(content)}`);
        if (!/json$/.test(type) || !content[type].schema)
            return;
        const reference = `${documentId}#${encodeURI(pointer([...parts, 'content', type, 'schema']))}`;
        const validate = this.ajv.getSchema(reference) ?? this.ajv.compile({ $ref: reference });
        if (!validate(JSON.parse(answer.body)))
            throw new Error(`${what}: ${this.ajv.errorsText(validate.errors)}\n${answer.body}`);
    }
}
