// SPDX-License-Identifier: GPL-3.0-or-later
#include "loadgen/modes.h"

#include <sys/resource.h>

#include <cstdio>
#include <map>
#include <span>
#include <string_view>

namespace {

void allowManyDescriptors()
{
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

} // namespace

int main(int argc, char *argv[])
{
    using namespace hudhud::loadgen;
    const std::map<std::string_view, ModeResult (*)(const Options &)> modes{
        {"accept", runAccept}, {"noop", runNoop},       {"end-to-end", runEndToEnd}, {"fill", runFill},
        {"correctness", runCorrectness},
        {"idle", runIdle},     {"connect", runConnect}, {"fan-out", runFanOut},
        {"reconnect", runReconnect}, {"idle-polling", runIdlePolling},
        {"hub-push", runHubPush}, {"hub-invoke", runHubInvoke},
    };
    const auto options = parseOptions(std::span(argv + 1, static_cast<std::size_t>(argc - 1)));
    if (!options || !modes.contains(options->mode)) {
        std::fprintf(stderr, "hudhud-loadgen: %s\n%s", options ? "unknown mode" : options.error().c_str(),
                     Usage);
        return 2;
    }
    allowManyDescriptors();
    const ModeResult result = modes.at(options->mode)(*options);
    if (!result) {
        std::fprintf(stderr, "hudhud-loadgen: %s\n", result.error().c_str());
        return 1;
    }
    result->print(options->json);
    return 0;
}
