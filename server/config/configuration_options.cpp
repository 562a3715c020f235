// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/configuration_options.h"

#include <QRegularExpression>

#include <algorithm>
#include <concepts>
#include <limits>
#include <type_traits>

namespace hudhud {

namespace {

template <typename T> inline constexpr bool isDuration = false;
template <typename Representation, typename Period>
inline constexpr bool isDuration<std::chrono::duration<Representation, Period>> = true;

/// The value type that a member's C++ type implies. Sizes are said explicitly: they are integers too.
template <typename Member> constexpr ValueType typeOf()
{
    if constexpr (isDuration<Member>)
        return ValueType::Duration;
    else if constexpr (std::same_as<Member, bool>)
        return ValueType::Boolean;
    else if constexpr (std::integral<Member>)
        return ValueType::Integer;
    else if constexpr (std::floating_point<Member>)
        return ValueType::Number;
    else if constexpr (std::same_as<Member, QStringList>)
        return ValueType::Strings;
    else
        return ValueType::String;
}

template <typename Member> Member fromJson(const QJsonValue &value)
{
    if constexpr (isDuration<Member>)
        return std::chrono::duration_cast<Member>(std::chrono::milliseconds(value.toInteger()));
    else if constexpr (std::same_as<Member, bool>)
        return value.toBool();
    else if constexpr (std::integral<Member>)
        return static_cast<Member>(value.toInteger());
    else if constexpr (std::floating_point<Member>)
        return value.toDouble();
    else if constexpr (std::same_as<Member, QStringList>)
        return value.toVariant().toStringList();
    else if constexpr (std::same_as<Member, QByteArray>)
        return value.toString().toUtf8();
    else
        return value.toString();
}

template <typename Member> QJsonValue toJson(const Member &member)
{
    if constexpr (isDuration<Member>)
        return qint64(std::chrono::duration_cast<std::chrono::milliseconds>(member).count());
    else if constexpr (std::same_as<Member, QStringList>)
        return QJsonArray::fromStringList(member);
    else if constexpr (std::same_as<Member, QByteArray>)
        return QString::fromUtf8(member);
    else if constexpr (std::integral<Member> && !std::same_as<Member, bool>)
        return qint64(member);
    else
        return member;
}

/// What an option may say beside its type.
struct Limits
{
    std::optional<double> minimum = {};
    std::optional<double> maximum = {};
    QJsonArray allowed = {};
    bool isSize = false;
    bool isSecret = false;
    bool isReloadable = false;
    std::optional<QString> (*check)(const QString &) = nullptr;
};

template <typename Member>
ConfigurationOption describe(QByteArrayView section, const char *name, const Limits &limits,
                             const char *description)
{
    ConfigurationOption option;
    option.section = section.toByteArray();
    option.name = name;
    option.rule = {.type = limits.isSize ? ValueType::Size : typeOf<Member>(),
                   .minimum = limits.minimum,
                   .maximum = limits.maximum,
                   .allowed = limits.allowed,
                   .isSecret = limits.isSecret,
                   .multipleOf = 1,
                   .check = limits.check};
    if constexpr (isDuration<Member>)
        option.rule.multipleOf = std::chrono::milliseconds(Member(1)).count();
    option.isReloadable = limits.isReloadable;
    option.description = QString::fromUtf8(description);
    return option;
}

/// The options of one section, bound to the struct that `part` names inside the configuration.
template <typename Section> class SectionOptions
{
public:
    SectionOptions(std::vector<ConfigurationOption> &options, QByteArrayView name,
                   Section Configuration::*part)
        : m_options(options)
        , m_name(name)
        , m_part(part)
    {
    }

    template <typename Member>
    SectionOptions &add(const char *name, Member Section::*member, const Limits &limits,
                        const char *description)
    {
        ConfigurationOption option = describe<Member>(m_name, name, limits, description);
        option.assign = [part = m_part, member](Configuration &configuration, const QByteArray &,
                                                const QJsonValue &value) {
            configuration.*part.*member = fromJson<Member>(value);
        };
        option.value = [part = m_part, member](const Configuration &configuration, const QByteArray &) {
            return toJson(configuration.*part.*member);
        };
        m_options.push_back(std::move(option));
        return *this;
    }

private:
    std::vector<ConfigurationOption> &m_options;
    QByteArrayView m_name;
    Section Configuration::*m_part;
};

template <typename Member>
ConfigurationOption endpointOption(const char *name, Member EndpointOptions::*member, const Limits &limits,
                                   const char *description)
{
    ConfigurationOption option = describe<Member>(EndpointSection, name, limits, description);
    option.assign
        = [member](Configuration &configuration, const QByteArray &endpoint, const QJsonValue &value) {
              configuration.endpoints[endpoint].*member = fromJson<Member>(value);
          };
    option.value = [member](const Configuration &configuration, const QByteArray &endpoint) {
        return toJson(configuration.endpoints.value(endpoint).*member);
    };
    return option;
}

constexpr double Second = 1'000;
constexpr double Hour = 3'600 * Second;
constexpr double Day = 24 * Hour;
constexpr double KiB = 1024;
constexpr double MiB = 1024 * KiB;
constexpr double GiB = 1024 * MiB;

std::optional<QString> checkNodeId(const QString &text)
{
    static const QRegularExpression pattern(QStringLiteral("\\A[A-Za-z0-9._-]{1,64}\\z"));
    if (pattern.match(text).hasMatch())
        return std::nullopt;
    return QStringLiteral("must be 1 to 64 characters of A-Z a-z 0-9 . _ -");
}

std::optional<QString> checkListen(const QString &text)
{
    static const QRegularExpression pattern(
        QStringLiteral("\\A(\\[[0-9A-Fa-f:.]+\\]|[^:\\s]+):([0-9]{1,5})\\z"));
    const QRegularExpressionMatch match = pattern.match(text);
    if (match.hasMatch() && match.capturedView(2).toInt() <= std::numeric_limits<quint16>::max())
        return std::nullopt;
    return QStringLiteral("must be \"address:port\" such as \"0.0.0.0:8080\" or \"[::]:8080\", is \"%1\"")
        .arg(text);
}

std::optional<QString> checkJwtSecret(const QString &text)
{
    constexpr qsizetype ShortestSecret = 32; // RFC 7518, section 3.2: at least as long as the hash.
    if (text.isEmpty() || text.toUtf8().size() >= ShortestSecret)
        return std::nullopt;
    return QStringLiteral("must be at least 32 bytes; make one with: openssl rand -base64 48");
}

std::optional<QString> checkNotEmpty(const QString &text)
{
    return text.isEmpty() ? std::optional(QStringLiteral("must not be empty")) : std::nullopt;
}

std::optional<QString> checkMediaType(const QString &text)
{
    static const QRegularExpression pattern(
        QStringLiteral("\\A(\\*/\\*|[A-Za-z0-9!#$&^_.+-]+/(\\*|[A-Za-z0-9!#$&^_.+-]+))\\z"));
    if (pattern.match(text).hasMatch())
        return std::nullopt;
    return QStringLiteral("must be media types such as \"image/png\", \"image/*\" or \"*/*\", has \"%1\"").arg(text);
}

std::optional<QString> checkPublicUrl(const QString &text)
{
    static const QRegularExpression pattern(QStringLiteral("\\A(https?://[^\\s/?#]+(/[^\\s?#]*[^\\s?#/])?)?\\z"));
    if (pattern.match(text).hasMatch())
        return std::nullopt;
    return QStringLiteral("must be like \"https://push.example.com\", without a slash at the end, is \"%1\"").arg(text);
}

void addNode(std::vector<ConfigurationOption> &options)
{
    SectionOptions(options, "node", &Configuration::node)
        .add("id", &NodeOptions::id, {.check = checkNodeId},
             "Name of this node; written to every message event.")
        .add("data_dir", &NodeOptions::dataDirectory, {.check = checkNotEmpty},
             "Folder of the server's files; relative to the working directory.")
        .add("io_threads", &NodeOptions::ioThreads, {.minimum = 0, .maximum = 256},
             "I/O threads; 0: one per core.")
        .add("shutdown_deadline", &NodeOptions::shutdownDeadline, {.minimum = Second, .maximum = Hour},
             "Longest time from SIGTERM to exit, after drain_time.")
        .add("drain_time", &NodeOptions::drainTime, {.minimum = 0, .maximum = Hour},
             "Time after SIGTERM in which phones are sent to other nodes little by little; 0: all at once.");
}

void addEndpoints(std::vector<ConfigurationOption> &options)
{
    options.push_back(endpointOption("listen", &EndpointOptions::listen, {.check = checkListen},
                                     "Address and port; port 0 takes a free one."));
    options.push_back(endpointOption("tls_certificate", &EndpointOptions::tlsCertificate, {},
                                     "PEM file of the certificate chain; empty: no TLS."));
    options.push_back(
        endpointOption("tls_key", &EndpointOptions::tlsKey, {}, "PEM file of the private key."));
    options.push_back(endpointOption("maximum_head", &EndpointOptions::maximumHeadBytes,
                                     {.minimum = KiB, .maximum = MiB, .isSize = true},
                                     "Largest request line and headers; more is answered 431."));
    options.push_back(endpointOption("maximum_body", &EndpointOptions::maximumBodyBytes,
                                     {.minimum = KiB, .maximum = GiB, .isSize = true},
                                     "Largest request body; more is answered 413."));
    options.push_back(endpointOption("maximum_connections", &EndpointOptions::maximumConnections,
                                     {.minimum = 1, .maximum = 10'000'000},
                                     "Open connections of this node."));
    options.push_back(
        endpointOption("maximum_connections_per_address", &EndpointOptions::maximumConnectionsPerAddress,
                       {.minimum = 0, .maximum = 10'000'000},
                       "Open connections of one address; 0: no limit, because carriers and proxies put "
                       "thousands of phones behind one address."));
    options.push_back(endpointOption("head_timeout", &EndpointOptions::headTimeout,
                                     {.minimum = 100, .maximum = Hour}, "Longest time to send the headers."));
    options.push_back(endpointOption("body_timeout", &EndpointOptions::bodyTimeout,
                                     {.minimum = 100, .maximum = Hour}, "Longest time to send the body."));
    options.push_back(endpointOption("idle_timeout", &EndpointOptions::idleTimeout,
                                     {.minimum = 100, .maximum = Day},
                                     "How long an unused kept-alive connection stays open."));
    options.push_back(endpointOption("maximum_pipelined_requests", &EndpointOptions::maximumPipelinedRequests,
                                     {.minimum = 1, .maximum = 10'000},
                                     "Unanswered requests of one connection at which reading pauses."));
    options.push_back(
        endpointOption("maximum_websocket_message", &EndpointOptions::maximumWebSocketMessageBytes,
                       {.minimum = KiB, .maximum = GiB, .isSize = true}, "Largest WebSocket message taken."));
    options.push_back(endpointOption("websocket_close_timeout", &EndpointOptions::webSocketCloseTimeout,
                                     {.minimum = 100, .maximum = Hour},
                                     "How long to wait for the peer's half of the closing handshake."));
    options.push_back(endpointOption("websocket_low_mark", &EndpointOptions::webSocketLowMarkBytes,
                                     {.minimum = 0, .maximum = GiB, .isSize = true},
                                     "Unsent bytes below which a slow connection counts as drained."));
}

void addPlugins(std::vector<ConfigurationOption> &options)
{
    SectionOptions(options, "plugins", &Configuration::plugins)
        .add("path", &PluginOptions::path, {},
             "Folder of the plugins; empty: lib/hudhud/plugins beside the binary's folder.")
        .add("storage", &PluginOptions::storage, {.check = checkNotEmpty}, "Where messages are kept.")
        .add("cache", &PluginOptions::cache, {.check = checkNotEmpty},
             "Keys with a time to live, and the bus.")
        .add("balancer", &PluginOptions::balancer, {.check = checkNotEmpty},
             "Which node of a cluster gets a phone (cluster.redirect_phones), or a message that this one has hardly room for.")
        .add("retry", &PluginOptions::retry, {.check = checkNotEmpty},
             "When a failed attempt is tried again.")
        .add("transports", &PluginOptions::transports, {}, "What takes messages in and pushes them out.");
}

void addIngest(std::vector<ConfigurationOption> &options)
{
    SectionOptions(options, "ingest", &Configuration::ingest)
        .add("buffer_messages", &IngestOptions::bufferMessages, {.minimum = 1, .maximum = 100'000'000},
             "Messages taken from callers and not yet durable; more are answered 503.")
        .add("buffer_size", &IngestOptions::bufferBytes,
             {.minimum = MiB, .maximum = 1024 * GiB, .isSize = true}, "The same in bytes.")
        .add("near_capacity", &IngestOptions::nearCapacity, {.minimum = 0.01, .maximum = 1},
             "Share of the buffer at which the node counts as nearly full.")
        .add("retry_after", &IngestOptions::retryAfter, {.minimum = Second, .maximum = Hour},
             "Retry-After of the 503 answers.")
        .add("messages_per_second", &IngestOptions::messagesPerSecond, {.minimum = 0, .maximum = 1'000'000},
             "Messages that an API key without a limit of its own may send in a second; more are answered 429. 0: no "
             "limit.")
        .add("messages_per_day", &IngestOptions::messagesPerDay, {.minimum = 0, .maximum = 100'000'000'000},
             "The same for a day in UTC. 0: no limit.")
        .add("maximum_limited_keys", &IngestOptions::maximumLimitedKeys, {.minimum = 1, .maximum = 10'000'000},
             "API keys whose limits are counted at the same time.")
        .add("recipient_queue", &IngestOptions::recipientQueue, {.minimum = 0, .maximum = 1'000'000'000},
             "Undelivered messages of one recipient, roughly; more are answered 429. 0: no limit.");
}

void addStorage(std::vector<ConfigurationOption> &options)
{
    SectionOptions(options, "storage", &Configuration::storage)
        .add("maximum_batch", &StorageOptions::maximumBatch, {.minimum = 1, .maximum = 100'000},
             "Messages and changes in one transaction.")
        .add("maximum_queued", &StorageOptions::maximumQueued, {.minimum = 1, .maximum = 100'000'000},
             "Writes that wait for the store; more are refused.")
        .add("maximum_queued_reads", &StorageOptions::maximumQueuedReads,
             {.minimum = 1, .maximum = 10'000'000}, "Reads that wait for the store; more are refused.")
        .add("relaxed_delay", &StorageOptions::relaxedDelay, {.minimum = 0, .maximum = 10 * Second},
             "How long a status change may wait for company.")
        .add("change_delay", &StorageOptions::changeDelay, {.minimum = 0, .maximum = Second},
             "How long acknowledgements wait for messages to share a commit with.")
        .add("write_timeout", &StorageOptions::writeTimeout, {.minimum = 100, .maximum = Hour},
             "How long a commit may take; then its callers are told so, and more writes are refused until it ends.")
        .add("retain_delivered", &StorageOptions::retainDelivered, {.minimum = 0, .maximum = 36'500 * Day},
             "How long delivered messages are kept.")
        .add("retain_dead_letters", &StorageOptions::retainDeadLetters,
             {.minimum = 0, .maximum = 36'500 * Day}, "How long dead letters are kept.")
        .add("purge_interval", &StorageOptions::purgeInterval, {.minimum = Second, .maximum = Day},
             "How often old messages are removed.")
        .add("check_on_start", &StorageOptions::checkOnStart,
             {.allowed = {QStringLiteral("none"), QStringLiteral("queue"), QStringLiteral("all")}},
             "What is checked for contradictions and mended after a start, while the server works already.");
}

void addDelivery(std::vector<ConfigurationOption> &options)
{
    SectionOptions(options, "delivery", &Configuration::delivery)
        .add("ack_timeout", &DeliveryOptions::ackTimeout, {.minimum = 100, .maximum = Day},
             "How long a phone may take to acknowledge a message.")
        .add("window", &DeliveryOptions::window, {.minimum = 1, .maximum = 10'000},
             "Pushed and unacknowledged messages of one connection.")
        .add("page_size", &DeliveryOptions::pageSize, {.minimum = 1, .maximum = 1'000},
             "Messages in one ReceivePendingMessages.")
        .add("delivery_limit", &DeliveryOptions::deliveryLimit, {.minimum = 1, .maximum = 10'000},
             "Pushes of one message, whatever ended them; then it is a dead letter.")
        .add("devices", &DeliveryOptions::devices,
             {.allowed = {QStringLiteral("all"), QStringLiteral("first-ack")}},
             "Several devices of one recipient get each message at once, and the first acknowledgement counts. "
             "all: the others keep it; first-ack: the others are told that it is withdrawn.")
        .add("lease", &DeliveryOptions::lease, {.minimum = Second, .maximum = Day},
             "When the sweeper takes over a message that nobody finished.")
        .add("sweep_interval", &DeliveryOptions::sweepInterval, {.minimum = 10, .maximum = Hour},
             "How often the sweeper looks.")
        .add("sweep_batch", &DeliveryOptions::sweepBatch, {.minimum = 1, .maximum = 100'000},
             "Messages the sweeper takes at once.")
        .add("slow_reader_size", &DeliveryOptions::slowReaderBytes,
             {.minimum = KiB, .maximum = GiB, .isSize = true},
             "Unsent bytes at which pushing to a connection pauses.")
        .add("slow_reader_timeout", &DeliveryOptions::slowReaderTimeout, {.minimum = 100, .maximum = Hour},
             "How long a connection may stay paused before it is closed.");
}

void addCluster(std::vector<ConfigurationOption> &options)
{
    SectionOptions(options, "cluster", &Configuration::cluster)
        .add("enabled", &ClusterOptions::isEnabled, {},
             "Several nodes, each with a node.id of its own, share the store and deliver for each other.")
        .add("endpoint", &ClusterOptions::endpoint, {.check = checkPublicUrl},
             "Where the other nodes and phones reach this one, such as \"https://node-1.example.com\"; empty: the public "
             "endpoint's address.")
        .add("heartbeat_interval", &ClusterOptions::heartbeatInterval, {.minimum = 100, .maximum = 7 * Second},
             "How often the node tells the others that it lives and how loaded it is.")
        .add("presence_interval", &ClusterOptions::presenceInterval, {.minimum = 100, .maximum = 15 * Second},
             "How often it tells who is connected to it.")
        .add("repair_interval", &ClusterOptions::repairInterval, {.minimum = 100, .maximum = Hour},
             "How often it asks the store for messages to its phones that no other node told it of.")
        .add("maximum_waiting", &ClusterOptions::maximumWaiting, {.minimum = 1, .maximum = 10'000'000},
             "Messages that wait to be offered to other nodes; more are found by the repair.")
        .add("redirect_phones", &ClusterOptions::redirectsPhones, {},
             "Phones that connect are sent to the node that plugins.balancer chooses; they must reach cluster.endpoint of each.")
        .add("forward_requests", &ClusterOptions::forwardsRequests, {},
             "A node near its capacity (ingest.near_capacity) offers new messages to the node that plugins.balancer chooses.")
        .add("forward_timeout", &ClusterOptions::forwardTimeout, {.minimum = 100, .maximum = 60 * Second},
             "How long the other node may take to answer.")
        .add("maximum_forwarded", &ClusterOptions::maximumForwarded, {.minimum = 1, .maximum = 100'000},
             "Requests that may be under way to other nodes at once; more are taken here.")
        .add("redistribution_tolerance", &ClusterOptions::redistributionTolerance, {.minimum = 0.01, .maximum = 10},
             "Where redirect_phones is true: how far above the nodes' mean, as a part of it, the number of a node's phones may "
             "be before it sends some of them away.")
        .add("redistribution_rate", &ClusterOptions::redistributionRate, {.minimum = 0, .maximum = 100'000},
             "How many phones a second it then sends away; 0: none unless an operator asks.");
}

void addScaling(std::vector<ConfigurationOption> &options)
{
    SectionOptions(options, "scaling", &Configuration::scaling)
        .add("minimum_nodes", &ScalingOptions::minimumNodes, {.minimum = 1, .maximum = 1'000},
             "Nodes that are asked for even when nothing happens.")
        .add("maximum_nodes", &ScalingOptions::maximumNodes, {.minimum = 1, .maximum = 1'000},
             "Nodes that are asked for at most.")
        .add("target_use", &ScalingOptions::targetUse, {.minimum = 0.05, .maximum = 1},
             "How far a node's processors, connections and messages shall be used.")
        .add("connections_per_node", &ScalingOptions::connectionsPerNode, {.minimum = 1, .maximum = 10'000'000},
             "Connections that one node carries.")
        .add("messages_per_node", &ScalingOptions::messagesPerNode, {.minimum = 1, .maximum = 100'000'000},
             "Accepted messages that one node may have on their way to the disk.")
        .add("out_after", &ScalingOptions::outAfter, {.minimum = 0, .maximum = Hour},
             "How long more nodes must be needed before they are asked for.")
        .add("in_after", &ScalingOptions::inAfter, {.minimum = 0, .maximum = Day},
             "How long fewer nodes must have been enough before fewer are asked for.");
}

void addDeadLetters(std::vector<ConfigurationOption> &options)
{
    SectionOptions(options, "dead_letters", &Configuration::deadLetters)
        .add("slice", &DeadLetterOptions::slice, {.minimum = 1, .maximum = 10'000},
             "Dead letters that a job moves in one transaction.")
        .add("maximum_running", &DeadLetterOptions::maximumRunning, {.minimum = 1, .maximum = 100},
             "Jobs that move at the same time; further ones wait.")
        .add("maximum_selection", &DeadLetterOptions::maximumSelection, {.minimum = 1, .maximum = 10'000'000},
             "Dead letters of one job; a larger selection is refused.")
        .add("undo_window", &DeadLetterOptions::undoWindow, {.minimum = 0, .maximum = 36'500 * Day},
             "How long a discarded letter can be restored before it is removed.")
        .add("retain_jobs", &DeadLetterOptions::retainJobs, {.minimum = 0, .maximum = 36'500 * Day},
             "How long ended jobs are kept.")
        .add("retain_audit", &DeadLetterOptions::retainAudit, {.minimum = 0, .maximum = 36'500 * Day},
             "How long the audit of operators' actions is kept.")
        .add("redrive", &DeadLetterOptions::redrive, {},
             "Replay what nobody acknowledged on its own once the recipient is connected again.")
        .add("redrive_generations", &DeadLetterOptions::redriveGenerations, {.minimum = 1, .maximum = 100},
             "Replays of one message after which that leaves it alone.")
        .add("redrive_after", &DeadLetterOptions::redriveAfter, {.minimum = 0, .maximum = 30 * Day},
             "How long a dead letter rests before.")
        .add("redrive_interval", &DeadLetterOptions::redriveInterval, {.minimum = Second, .maximum = Day},
             "How often it looks for such dead letters.")
        .add("redrive_rate", &DeadLetterOptions::redriveRate, {.minimum = 0, .maximum = 1'000'000},
             "Messages per second that are replayed so; 0: no limit.");
}

void addFanOut(std::vector<ConfigurationOption> &options)
{
    SectionOptions(options, "fanout", &Configuration::fanOut)
        .add("slice", &FanOutOptions::slice, {.minimum = 1, .maximum = 100'000},
             "Messages of a broadcast stored in one transaction.")
        .add("maximum_running", &FanOutOptions::maximumRunning, {.minimum = 1, .maximum = 1'000'000},
             "Broadcasts that are not wholly stored yet; more are answered 503.")
        .add("maximum_groups", &FanOutOptions::maximumGroups, {.minimum = 1, .maximum = 100'000'000},
             "Groups of recipients.")
        .add("maximum_group_members", &FanOutOptions::maximumGroupMembers, {.minimum = 1, .maximum = 1'000'000'000},
             "Members of one group.")
        .add("retain_broadcasts", &FanOutOptions::retainBroadcasts, {.minimum = Hour, .maximum = 36'500 * Day},
             "How long the progress of ended broadcasts can be read.");
}

void addAttachments(std::vector<ConfigurationOption> &options)
{
    SectionOptions(options, "attachments", &Configuration::attachments)
        .add("maximum_size", &AttachmentOptions::maximumSize, {.minimum = 1, .maximum = GiB, .isSize = true},
             "Largest file; more is answered 413. Each one is in memory while it is uploaded or downloaded.")
        .add("allowed_types", &AttachmentOptions::allowedTypes, {.check = checkMediaType},
             "Media types of files, such as \"image/png\" or \"image/*\"; others are answered 415.")
        .add("maximum_total", &AttachmentOptions::maximumTotal, {.minimum = MiB, .maximum = 1024 * GiB * 1024, .isSize = true},
             "Bytes of all files; more are answered 429.")
        .add("link_lifetime", &AttachmentOptions::linkLifetime, {.minimum = Second, .maximum = 366 * Day},
             "How long the link to a file is valid after a message was pushed or read.")
        .add("unused_lifetime", &AttachmentOptions::unusedLifetime, {.minimum = Second, .maximum = 366 * Day},
             "How long a file waits for a message that names it.")
        .add("sweep_interval", &AttachmentOptions::sweepInterval, {.minimum = 100, .maximum = Day},
             "How often files that are no longer needed are removed.")
        .add("public_url", &AttachmentOptions::publicUrl, {.check = checkPublicUrl},
             "What phones put before the path of a link, such as \"https://push.example.com\"; empty: links are paths "
             "on the server that the phone is connected to.");
}

void addBreakers(std::vector<ConfigurationOption> &options)
{
    SectionOptions(options, "breakers", &Configuration::breakers)
        .add("consecutive_failures", &BreakerOptions::consecutiveFailures, {.minimum = 1, .maximum = 1'000'000},
             "Failures in a row after which a dependency is not called any more.")
        .add("failure_rate", &BreakerOptions::failureRate, {.minimum = 0.01, .maximum = 1},
             "Share of failed calls in the window that does the same.")
        .add("minimum_calls", &BreakerOptions::minimumCalls, {.minimum = 1, .maximum = 1'000'000},
             "Calls in the window before the share counts.")
        .add("window", &BreakerOptions::window, {.minimum = 100, .maximum = Hour},
             "Length of the sliding window.")
        .add("recovery_timeout", &BreakerOptions::recoveryTimeout, {.minimum = 100, .maximum = Day},
             "How long a dependency rests before it is tried again.")
        .add("trial_calls", &BreakerOptions::trialCalls, {.minimum = 1, .maximum = 1'000},
             "Calls that are tried then; all have to succeed.");
}

void addSecurity(std::vector<ConfigurationOption> &options)
{
    SectionOptions(options, "security.jwt", &Configuration::jwt)
        .add("algorithm", &JwtOptions::algorithm,
             {.allowed = {QStringLiteral("HS256"), QStringLiteral("RS256")}},
             "How tokens are signed; what a token says of itself never decides.")
        .add("secret", &JwtOptions::secret, {.isSecret = true, .check = checkJwtSecret},
             "HS256: the shared secret, at least 32 bytes.")
        .add("key_file", &JwtOptions::keyFile, {},
             "RS256: PEM file of one or more public keys. HS256: file with one secret per line, the newest "
             "first. "
             "Several: each is accepted, so that keys can be exchanged while tokens are in use.")
        .add("recipient_claim", &JwtOptions::recipientClaim, {.check = checkNotEmpty},
             "The claim that holds the phone number.")
        .add("issuer", &JwtOptions::issuer, {}, "What the claim iss must be; empty: not checked.")
        .add("audience", &JwtOptions::audience, {}, "What the claim aud must be or hold; empty: not checked.")
        .add("require_expiry", &JwtOptions::requireExpiry, {}, "Refuse tokens that never expire.")
        .add("leeway", &JwtOptions::leeway, {.minimum = 0, .maximum = Hour},
             "How far the issuer's clock may be off.");
}

void addLog(std::vector<ConfigurationOption> &options)
{
    SectionOptions(options, "log", &Configuration::log)
        .add("level", &LogOptions::level,
             {.allowed = {QStringLiteral("debug"), QStringLiteral("info"), QStringLiteral("warning"),
                          QStringLiteral("error")},
              .isReloadable = true},
             "The least important lines that are written.")
        .add("format", &LogOptions::format,
             {.allowed = {QStringLiteral("auto"), QStringLiteral("human"), QStringLiteral("json")},
              .isReloadable = true},
             "auto: human on a terminal, else json.");
}

} // namespace

const std::vector<ConfigurationOption> &configurationOptions()
{
    static const std::vector<ConfigurationOption> options = [] {
        std::vector<ConfigurationOption> all;
        for (const auto addSection :
             {addNode, addEndpoints, addPlugins, addIngest, addStorage, addDelivery, addCluster, addScaling, addDeadLetters,
              addFanOut, addAttachments, addBreakers, addSecurity, addLog})
            addSection(all);
        return all;
    }();
    return options;
}

const ConfigurationOption *findConfigurationOption(const QByteArray &section, const QByteArray &name)
{
    const QByteArray pattern = endpointOfSection(section).isEmpty() ? section : EndpointSection.toByteArray();
    const auto &options = configurationOptions();
    const auto option = std::ranges::find_if(options, [&](const ConfigurationOption &candidate) {
        return candidate.section == pattern && candidate.name == name;
    });
    return option == options.end() ? nullptr : &*option;
}

QByteArray endpointOfSection(const QByteArray &section)
{
    constexpr QByteArrayView Prefix = "endpoints.";
    return section.startsWith(Prefix) ? section.sliced(Prefix.size()) : QByteArray();
}

Configuration defaultConfiguration()
{
    Configuration configuration;
    configuration.endpoints["public"].listen = QStringLiteral("0.0.0.0:8080");
    configuration.endpoints["admin"].listen = QStringLiteral("127.0.0.1:8081");
    return configuration;
}

const QStringList &pluginKinds()
{
    static const QStringList kinds{QStringLiteral("storage"), QStringLiteral("cache"),
                                   QStringLiteral("balancer"), QStringLiteral("retry"),
                                   QStringLiteral("transport")};
    return kinds;
}

} // namespace hudhud
