// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/services.h"
#include "problem.h"
#include "request_parser.h"
#include "rest_options.h"

#include <memory>
#include <span>

namespace hudhud {

struct RestRequest;

/// What the routes of one I/O thread share. Thread: that I/O thread. Ownership: shared by the routes and by
/// requests that wait for an answer, so that a late answer finds it even after the worker has gone.
struct RestContext
{
    RestContext(const RestOptions &restOptions, const IoServices &ioServices);

    /// The parsed body, valid until the next call. Errors: Unsupported, InvalidRequest.
    Result<simdjson::dom::object> parse(const RestRequest &request);
    void respond(HttpResponder &responder, HttpResponse &&response) const;
    void respondJson(HttpResponder &responder, QByteArray &&body) const;
    void refuse(HttpResponder &responder, const Error &error) const;
    void refuse(HttpResponder &responder, const FieldProblems &problems) const;
    /// For a body that cannot be read at all.
    void refuseUnreadable(HttpResponder &responder, const Error &error) const;

    const RestOptions options;
    const IoServices services;
    RequestParser parser;
    Counter &unauthorized;
    Counter &invalid;
    bool draining = false; ///< Answers close their connections, so that callers go elsewhere.
};

using RestContextPointer = std::shared_ptr<RestContext>;

} // namespace hudhud
