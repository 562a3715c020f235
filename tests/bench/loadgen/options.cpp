// SPDX-License-Identifier: GPL-3.0-or-later
#include "loadgen/options.h"

#include <charconv>
#include <map>

namespace hudhud::loadgen {

const char *const Usage =
    R"(usage: hudhud-loadgen MODE [--option value]...

modes
  accept       POST messages for phones that are not connected; --phones idle phones beside them
  noop         POST to the benchmark route: what HTTP alone costs on this server
  end-to-end   POST to connected phones, which acknowledge; --rate makes it open loop
  correctness  --messages to --phones of the Qt client: each must arrive, in order, even if the server is killed meanwhile
  idle         connect --phones and read the server's memory (--server-pid)
  idle-polling --phones by long polling, --duration of silence: the server's processor time and memory (--server-pid)
  connect      time until --phones are connected: WebSocket, token, handshake
  fill         queue --messages for phones that are not there, in batches of 1000
  reconnect    --phones come for the --messages that fill has queued for them (10000 at most)
  fan-out      the same text to all --phones, at most four rounds under way
  hub-push     the test hub (--hub) calls all --phones, at most four rounds under way
  hub-invoke   --phones call the test hub's Echo, each one call after the other

options
  --url URL[,URL...]    http://127.0.0.1:8080; connections are spread over several nodes
  --phone-url URL[,...] where the phones connect, when it is not --url; a lost phone tries the next
  --api-key KEY         with the scopes send and read
  --jwt-secret SECRET   signs the phones' tokens (HS256)
  --claim NAME          mobile_number
  --hub PATH            /online-mobile-user
  --noop-path PATH      /api/v1/noop
  --connections N       64
  --phones N            accept and noop 0, others 1000
  --duration SECONDS    8
  --warmup SECONDS      1, not counted
  --rate N              messages per second; latency counts from the intended moment
  --in-flight N         2000, bound on posted but unreceived messages without --rate
  --content-size BYTES  200
  --connecting N        256 phones between connect and handshake at any time
  --server-pid PID
  --messages N          1000000 (fill, reconnect, correctness)
  --verify N            1000 messages whose final status is read (end-to-end)
  --rich                an idempotency key for each message, and the four priorities in turn (accept, end-to-end)
  --messagepack         instead of JSON (hub-push, hub-invoke, correctness)
  --json                one line of JSON instead of a table
)";

namespace {

std::map<std::string_view, std::string Options::*> textOptions()
{
    return {
        {"--url", &Options::url},     {"--phone-url", &Options::phoneUrl},   {"--api-key", &Options::apiKey},
        {"--claim", &Options::claim}, {"--jwt-secret", &Options::jwtSecret}, {"--hub", &Options::hub},
        {"--noop-path", &Options::noopPath}};
}

std::map<std::string_view, int Options::*> numberOptions()
{
    return {{"--connections", &Options::connections},
            {"--phones", &Options::phones},
            {"--duration", &Options::duration},
            {"--warmup", &Options::warmup},
            {"--rate", &Options::rate},
            {"--in-flight", &Options::inFlight},
            {"--content-size", &Options::contentSize},
            {"--connecting", &Options::connectingAtOnce},
            {"--messages", &Options::messages},
            {"--server-pid", &Options::serverPid},
            {"--verify", &Options::verify}};
}

bool readNumber(std::string_view text, int *number)
{
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *number);
    return error == std::errc() && end == text.data() + text.size() && *number >= 0;
}

} // namespace

FleetOptions Options::fleet(int count) const
{
    FleetOptions fleet;
    fleet.endpoints = phoneEndpoints;
    fleet.target = hub;
    fleet.jwtSecret = jwtSecret;
    fleet.claim = claim;
    fleet.count = count;
    fleet.connectingAtOnce = connectingAtOnce;
    return fleet;
}

std::expected<Options, std::string> parseOptions(std::span<char *const> arguments)
{
    const auto texts = textOptions();
    const auto numbers = numberOptions();
    const std::map<std::string_view, bool Options::*> flags{{"--json", &Options::json},
                                                            {"--rich", &Options::rich},
                                                            {"--messagepack", &Options::messagePack}};
    if (arguments.empty())
        return std::unexpected("a mode is needed");
    Options options;
    options.mode = arguments.front();
    options.phones = options.mode == "accept" || options.mode == "noop" ? 0 : 1000;
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        const std::string_view name = arguments[i];
        if (const auto flag = flags.find(name); flag != flags.end()) {
            options.*flag->second = true;
            continue;
        }
        const auto text = texts.find(name);
        const auto number = numbers.find(name);
        if (text == texts.end() && number == numbers.end())
            return std::unexpected("unknown option " + std::string(name));
        if (++i == arguments.size())
            return std::unexpected(std::string(name) + " needs a value");
        if (text != texts.end())
            options.*text->second = arguments[i];
        else if (!readNumber(arguments[i], &(options.*number->second)))
            return std::unexpected(std::string(name) + " needs a whole number, 0 or more");
    }
    auto endpoints = Endpoint::fromUrls(options.url);
    if (!endpoints)
        return std::unexpected("--url must be http://host:port of a known host, or several with commas");
    options.endpoints = *std::move(endpoints);
    auto phoneEndpoints = Endpoint::fromUrls(options.phoneUrl.empty() ? options.url : options.phoneUrl);
    if (!phoneEndpoints)
        return std::unexpected("--phone-url must be http://host:port of a known host, or several with commas");
    options.phoneEndpoints = *std::move(phoneEndpoints);
    return options;
}

} // namespace hudhud::loadgen
