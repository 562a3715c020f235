// SPDX-License-Identifier: GPL-3.0-or-later
// What the fake admin API tells of: three nodes of which one is degraded, dead letters of two kinds, a job.
#include "fake_admin.h"

#include <QDateTime>
#include <QJsonArray>
#include <QTimeZone>

#include <cmath>
#include <memory>

namespace hudhud::console::test {

using namespace Qt::StringLiterals;

namespace {

QString ago(qint64 seconds)
{
    return QDateTime::currentDateTimeUtc().addSecs(-seconds).toString(Qt::ISODateWithMs);
}

QString idOf(int number)
{
    return u"0190a1b2-%1-7000-8000-%2"_s.arg(number % 0xffff, 4, 16, QLatin1Char('0'))
        .arg(number, 12, 16, QLatin1Char('0'));
}

struct Kind
{
    QString signature;
    QString reason;
    QString failureClass;
    QString failure;
};

const Kind &kindOf(int number)
{
    static const Kind NoAnswer{u"no acknowledgement within # ms"_s, u"attempts-used-up"_s, u"transient"_s,
                               u"no acknowledgement within 30000 ms"_s};
    static const Kind Unknown{u"order # is unknown"_s, u"rejected"_s, u"business"_s,
                              u"order 4711 is unknown"_s};
    return number % 3 == 0 ? Unknown : NoAnswer;
}

QJsonObject message(int number, const QString &status, bool revealed = true)
{
    QJsonObject json{
        {u"id"_s, idOf(number)},
        {u"recipient"_s,
         revealed ? u"9677712%1"_s.arg(number, 5, 10, QLatin1Char('0'))
                  : u"9677\u2022\u2022\u2022\u2022\u2022%1"_s.arg(number % 1000, 3, 10, QLatin1Char('0'))},
        {u"status"_s, status},
        {u"type"_s, u"OneWay"_s},
        {u"priority"_s, number % 5 == 0 ? u"High"_s : u"Normal"_s},
        {u"sender"_s, u"96771\u2022\u2022\u2022\u2022111"_s},
        {u"createdAt"_s, ago(600 + number)},
        {u"retryCount"_s, status == "DeadLetter"_L1 ? 5 : 0},
        {u"contentBytes"_s, 42}};
    if (revealed) {
        json.insert(u"subject"_s, u"Your order"_s);
        json.insert(
            u"content"_s,
            u"{\"order\":%1,\"text\":\"It has been sent and arrives tomorrow.\"}"_s.arg(4'000 + number));
        json.insert(u"metadata"_s, QJsonObject{{u"order"_s, QString::number(4'000 + number)}});
    }
    if (status == "DeadLetter"_L1)
        json.insert(u"failureReason"_s, kindOf(number).failure);
    return json;
}

QJsonArray events(int number, const QString &status)
{
    const auto event
        = [number](int sequence, const QString &word, qint64 after, int attempt, const QString &reason) {
              QJsonObject json{{u"sequence"_s, sequence},
                               {u"status"_s, word},
                               {u"time"_s, ago(600 + number - after)},
                               {u"node"_s, u"node-1"_s},
                               {u"attempt"_s, attempt}};
              if (!reason.isEmpty())
                  json.insert(u"reason"_s, reason);
              return json;
          };
    QJsonArray list{event(1, u"Queued"_s, 0, 0, {}), event(2, u"Processing"_s, 1, 0, {})};
    if (status == "Delivered"_L1) {
        list.append(event(3, u"Delivered"_s, 2, 0, {}));
        return list;
    }
    list.append(event(3, u"Failed"_s, 31, 1, kindOf(number).failure));
    list.append(event(4, u"Processing"_s, 45, 1, {}));
    list.append(event(5, u"DeadLetter"_s, 75, 2, kindOf(number).failure));
    return list;
}

QJsonObject deadLetter(int number)
{
    QJsonObject json{{u"message"_s, message(number, u"DeadLetter"_s)},
                     {u"replayCount"_s, number % 7 == 0 ? 1 : 0},
                     {u"diedAt"_s, ago(60 + number * 9)},
                     {u"reason"_s, kindOf(number).reason},
                     {u"class"_s, kindOf(number).failureClass},
                     {u"signature"_s, kindOf(number).signature}};
    if (number % 7 == 0)
        json.insert(u"replayJob"_s, 16);
    return json;
}

bool matches(const QUrlQuery &query, int number)
{
    const QString signature = query.queryItemValue(u"signature"_s, QUrl::FullyDecoded);
    const QString reason = query.queryItemValue(u"reason"_s);
    const QString recipient = query.queryItemValue(u"recipient"_s);
    return (signature.isEmpty() || signature == kindOf(number).signature)
        && (reason.isEmpty() || reason == kindOf(number).reason)
        && (recipient.isEmpty() || message(number, u"DeadLetter"_s)["recipient"_L1].toString() == recipient);
}

/// A page of what `make` gives for the numbers that `fits`.
QJsonObject page(const FakeAdmin::Request &request, const QString &rows, int total,
                 const std::function<bool(int)> &fits, const std::function<QJsonObject(int)> &make)
{
    const int limit
        = request.query.hasQueryItem(u"limit"_s) ? request.query.queryItemValue(u"limit"_s).toInt() : 50;
    QJsonArray array;
    int number = request.query.queryItemValue(u"cursor"_s).toInt();
    for (; number < total && array.size() < limit; ++number) {
        if (fits(number))
            array.append(make(number));
    }
    QJsonObject json{{rows, array}};
    if (number < total)
        json.insert(u"nextCursor"_s, QString::number(number));
    return json;
}

QJsonObject connection(int number, bool revealed)
{
    const bool slow = number % 400 == 7;
    return {{u"connectionId"_s, u"yM8n-%1"_s.arg(number, 8, 10, QLatin1Char('0'))},
            {u"recipient"_s, message(number, u"Queued"_s, revealed)["recipient"_L1]},
            {u"hub"_s, u"online-mobile-user"_s},
            {u"transport"_s, number % 9 == 0 ? u"LongPolling"_s : u"WebSockets"_s},
            {u"protocol"_s, number % 2 == 0 ? u"json"_s : u"messagepack"_s},
            {u"status"_s, number % 4 == 0 ? u"Idle"_s : u"Connected"_s},
            {u"connectedAt"_s, ago(3'600 + number)},
            {u"lastActivity"_s, ago(number % 120)},
            {u"userAgent"_s, u"HudhudPhone/1.0"_s},
            {u"remoteAddress"_s, u"10.1.%1.%2"_s.arg(number / 250 % 250).arg(number % 250)},
            {u"pending"_s, number % 11 == 0 ? 5 : 0},
            {u"inFlight"_s, number % 11 == 0 ? 2 : 0},
            {u"unsentBytes"_s, slow ? 524'288 : 0},
            {u"slow"_s, slow}};
}

QJsonObject node(int number)
{
    const QString status = number == 2 ? u"degraded"_s : u"healthy"_s;
    QJsonObject json{{u"id"_s, u"node-%1"_s.arg(number)},
                     {u"self"_s, number == 1},
                     {u"status"_s, status},
                     {u"health"_s, number == 2 ? u"amber"_s : u"green"_s},
                     {u"endpoint"_s, u"http://10.0.0.%1:8080"_s.arg(number)},
                     {u"lastHeartbeat"_s, ago(number)},
                     {u"load"_s,
                      QJsonObject{{u"cpuUsage"_s, number == 2 ? 0.86 : 0.31},
                                  {u"memoryUsage"_s, 0.42},
                                  {u"activeConnections"_s, 33'000 + number},
                                  {u"queueDepth"_s, number},
                                  {u"requestsPerSecond"_s, 118.4 + number},
                                  {u"averageResponseTimeSeconds"_s, 0.0024},
                                  {u"lastUpdated"_s, ago(number)}}},
                     {u"capabilities"_s, QJsonObject{{u"version"_s, u"0.1.0"_s}}}};
    if (number == 1)
        json.insert(u"ready"_s, true);
    return json;
}

QJsonObject breaker(const QString &dependency, const QString &state)
{
    QJsonObject json{{u"dependency"_s, dependency},
                     {u"state"_s, state},
                     {u"changedAt"_s, ago(420)},
                     {u"consecutiveFailures"_s, state == "open"_L1 ? 9 : 0},
                     {u"windowCalls"_s, 120},
                     {u"windowFailures"_s, state == "open"_L1 ? 61 : 0},
                     {u"rejectedCalls"_s, state == "open"_L1 ? 18 : 0},
                     {u"openings"_s, state == "open"_L1 ? 2 : 0},
                     {u"health"_s, state == "open"_L1 ? u"red"_s : u"green"_s}};
    if (state == "open"_L1)
        json.insert(u"lastFailure"_s, u"The webhook answered 503."_s);
    return json;
}

QJsonArray breakers()
{
    return {breaker(u"storage-write"_s, u"closed"_s), breaker(u"storage-read"_s, u"closed"_s),
            breaker(u"webhook"_s, u"open"_s)};
}

QJsonArray priorities()
{
    QJsonArray list;
    const std::pair<QString, int> depths[]
        = {{u"Critical"_s, 0}, {u"High"_s, 2}, {u"Normal"_s, 1'240}, {u"Low"_s, 87}};
    for (const auto &[name, depth] : depths) {
        QJsonObject json{{u"priority"_s, name},
                         {u"depth"_s, depth},
                         {u"inFlight"_s, depth / 40},
                         {u"scheduled"_s, depth / 9},
                         {u"retrying"_s, depth / 60}};
        if (depth > 0)
            json.insert(u"oldestSeconds"_s, 1.5 + depth / 10.0);
        list.append(json);
    }
    return list;
}

/// What the figures of a second swing by.
double waveAt(qint64 second)
{
    return std::sin(static_cast<double>(second) / 300) + 0.3 * std::sin(static_cast<double>(second) / 17);
}

QJsonObject overview(int letters)
{
    const QString amber = u"2 dead letters a minute"_s;
    const double wave = waveAt(QDateTime::currentSecsSinceEpoch());
    return {
        {u"node"_s, u"node-1"_s},
        {u"time"_s, ago(0)},
        {u"health"_s, u"red"_s},
        {u"reason"_s, u"the breaker webhook is open"_s},
        {u"acceptToDelivered"_s,
         QJsonObject{{u"p50Seconds"_s, 0.021},
                     {u"p99Seconds"_s, 0.12 + 0.02 * wave},
                     {u"count"_s, 6'000},
                     {u"windowSeconds"_s, 60},
                     {u"health"_s, u"green"_s}}},
        {u"rates"_s,
         QJsonObject{{u"acceptedPerSecond"_s, 320 + 60 * wave},
                     {u"deliveredPerSecond"_s, 318 + 60 * wave},
                     {u"failedPerSecond"_s, 1.5 + wave},
                     {u"deadLettersPerSecond"_s, 0.03},
                     {u"health"_s, u"green"_s}}},
        {u"undelivered"_s,
         QJsonObject{{u"total"_s, std::round(1'300 + 40 * wave)},
                     {u"oldestSeconds"_s, 125.5},
                     {u"health"_s, u"green"_s}}},
        {u"queues"_s, priorities()},
        {u"deadLetters"_s,
         QJsonObject{{u"total"_s, letters},
                     {u"growthPerMinute"_s, 2.0},
                     {u"groups"_s,
                      QJsonArray{QJsonObject{{u"signature"_s, kindOf(1).signature}, {u"count"_s, letters}}}},
                     {u"health"_s, u"amber"_s},
                     {u"reason"_s, amber}}},
        {u"breakers"_s, breakers()},
        {u"nodes"_s, QJsonArray{node(1), node(2), node(3)}},
        {u"buffer"_s,
         QJsonObject{{u"depth"_s, 3},
                     {u"capacity"_s, 100'000},
                     {u"utilizationPercent"_s, 0.0},
                     {u"health"_s, u"green"_s}}},
        {u"connections"_s,
         QJsonObject{{u"total"_s, std::round(99'000 + 700 * wave)},
                     {u"inFlight"_s, 512},
                     {u"health"_s, u"green"_s}}}};
}

QJsonObject history(const FakeAdmin::Request &request)
{
    const int resolution = request.query.queryItemValue(u"resolution"_s) == "10"_L1 ? 10 : 1;
    const int span = resolution == 10 ? 3'600 : 300;
    const qint64 now = QDateTime::currentSecsSinceEpoch() / resolution * resolution;
    QJsonArray samples;
    for (qint64 second = now - span; second <= now; second += resolution) {
        const double wave = waveAt(second);
        const bool slow = now - second > 900 && now - second < 1'200;
        samples.append(QJsonObject{
            {u"time"_s, QDateTime::fromSecsSinceEpoch(second, Qt::UTC).toString(Qt::ISODateWithMs)},
            {u"acceptedPerSecond"_s, 320 + 60 * wave},
            {u"deliveredPerSecond"_s, slow ? 190.0 : 318 + 60 * wave},
            {u"failedPerSecond"_s, slow ? 25.0 : 1.5 + wave},
            {u"p99Seconds"_s, slow ? 0.9 : 0.12 + 0.02 * wave},
            {u"undelivered"_s, slow ? 6'400.0 : 1'300 + 40 * wave},
            {u"deadLetters"_s, 450 - static_cast<double>(now - second) / 30},
            {u"connections"_s, 99'000 + 700 * wave}});
    }
    return {{u"node"_s, u"node-1"_s}, {u"resolutionSeconds"_s, resolution}, {u"samples"_s, samples}};
}

void fillDeadLetters(FakeAdmin &fake, int letters)
{
    fake.on("GET", u"/dlq"_s, [letters](const FakeAdmin::Request &request) {
        return FakeAdmin::Answer{page(
            request, u"deadLetters"_s, letters, [&request](int n) { return matches(request.query, n); },
            deadLetter)};
    });
    fake.on("GET", u"/dlq/count"_s, [letters](const FakeAdmin::Request &request) {
        int count = 0;
        for (int n = 0; n < letters; ++n)
            count += matches(request.query, n) ? 1 : 0;
        return FakeAdmin::Answer{{{u"count"_s, count}}};
    });
    fake.on("GET", u"/dlq/groups"_s, [letters](const FakeAdmin::Request &) {
        QJsonArray groups;
        for (const int n : {1, 0}) {
            if (letters > n)
                groups.append(
                    QJsonObject{{u"signature"_s, kindOf(n).signature},
                                {u"count"_s, n == 0 ? (letters + 2) / 3 : letters - (letters + 2) / 3},
                                {u"replayed"_s, n == 0 ? 22 : 0},
                                {u"firstDiedAt"_s, ago(86'000)},
                                {u"lastDiedAt"_s, ago(60 + n)},
                                {u"example"_s, idOf(n)}});
        }
        return FakeAdmin::Answer{{{u"groups"_s, groups}}};
    });
    fake.on("GET", u"/dlq/*"_s, [](const FakeAdmin::Request &request) {
        const int number = request.path.right(12).toInt(nullptr, 16);
        QJsonObject json = deadLetter(number);
        json.insert(u"events"_s, events(number, u"DeadLetter"_s));
        return FakeAdmin::Answer{json};
    });
    fake.on("POST", u"/dlq/replay/dry-run"_s, [letters](const FakeAdmin::Request &request) {
        const auto total = request.body.contains("ids"_L1)
            ? static_cast<int>(request.body["ids"_L1].toArray().size())
            : letters;
        const int refused = total > 10 ? 12 : 0;
        const int rate = request.body["rate"_L1].toInt();
        QJsonObject json{
            {u"total"_s, total},
            {u"going"_s, total - refused},
            {u"refused"_s, refused},
            {u"refusals"_s,
             refused > 0 ? QJsonObject{{u"expired"_s, 9}, {u"superseded"_s, 3}} : QJsonObject()}};
        if (rate > 0)
            json.insert(u"estimatedSeconds"_s, (total - refused) / rate);
        return FakeAdmin::Answer{json};
    });
}

void fillJobs(FakeAdmin &fake)
{
    const auto state = std::make_shared<QString>(u"running"_s);
    const auto job = [state](int id) {
        const bool running = id == 17;
        return QJsonObject{
            {u"id"_s, id},
            {u"kind"_s, id == 15 ? u"discard"_s : u"replay"_s},
            {u"state"_s, running ? *state : u"completed"_s},
            {u"createdBy"_s, u"amal"_s},
            {u"createdAt"_s, ago(running ? 40 : 90'000)},
            {u"request"_s, QJsonObject{}},
            {u"rate"_s, 50},
            {u"total"_s, 438},
            {u"done"_s, running ? 210 : 430},
            {u"refused"_s, running ? 4 : 8},
            {u"left"_s, running ? 224 : 0},
            {u"estimatedSeconds"_s, running ? 5 : 0},
            {u"reason"_s, u"the app was updated"_s},
            {u"refusals"_s, QJsonObject{{u"expired"_s, running ? 4 : 8}}},
            {u"outcome"_s,
             QJsonObject{
                 {u"moved"_s, 210}, {u"delivered"_s, 196}, {u"deadAgain"_s, 3}, {u"underWay"_s, 11}}}};
    };
    fake.on("GET", u"/jobs"_s, [job](const FakeAdmin::Request &) {
        return FakeAdmin::Answer{{{u"jobs"_s, QJsonArray{job(17), job(16), job(15)}}}};
    });
    fake.on("GET", u"/jobs/*"_s, [job](const FakeAdmin::Request &request) {
        return FakeAdmin::Answer{job(request.path.section(u'/', 2, 2).toInt())};
    });
    fake.on("POST", u"/jobs/*"_s, [job, state](const FakeAdmin::Request &request) {
        const QString command = request.path.section(u'/', 3, 3);
        *state = command == "pause"_L1 ? u"paused"_s : command == "cancel"_L1 ? u"cancelled"_s : u"running"_s;
        return FakeAdmin::Answer{job(request.path.section(u'/', 2, 2).toInt())};
    });
    for (const QString &path : {u"/dlq/replay"_s, u"/dlq/discard"_s, u"/dlq/restore"_s})
        fake.on("POST", path, [job](const FakeAdmin::Request &) { return FakeAdmin::Answer{job(17), 202}; });
}

void fillLists(FakeAdmin &fake, int connections)
{
    const auto all = [](int) { return true; };
    fake.on("GET", u"/connections"_s, [connections, all](const FakeAdmin::Request &request) {
        const bool revealed = request.query.queryItemValue(u"reveal"_s) == "true"_L1;
        QJsonObject json = page(request, u"connections"_s, connections, all,
                                [revealed](int n) { return connection(n, revealed); });
        json.insert(u"total"_s, connections);
        json.insert(u"matching"_s, connections);
        json.insert(u"node"_s, u"node-1"_s);
        json.insert(u"revealed"_s, revealed);
        return FakeAdmin::Answer{json};
    });
    fake.on("POST", u"/connections/disconnect"_s, [](const FakeAdmin::Request &request) {
        const bool dry = request.body["dryRun"_L1].toBool();
        return FakeAdmin::Answer{
            {{u"dryRun"_s, dry}, {u"matching"_s, 812}, {u"disconnected"_s, dry ? 0 : 812}}};
    });
    const auto status = [](int n) {
        return n % 6 == 0 ? u"DeadLetter"_s : n % 6 == 1 ? u"Queued"_s : u"Delivered"_s;
    };
    fake.on("GET", u"/messages"_s, [all, status](const FakeAdmin::Request &request) {
        const bool revealed = request.query.queryItemValue(u"reveal"_s) == "true"_L1;
        QJsonObject json = page(request, u"messages"_s, 5'000, all,
                                [&](int n) { return message(n, status(n), revealed); });
        json.insert(u"revealed"_s, revealed);
        return FakeAdmin::Answer{json};
    });
    fake.on("GET", u"/messages/*"_s, [status](const FakeAdmin::Request &request) {
        const int number = request.path.right(12).toInt(nullptr, 16);
        const bool revealed = request.query.queryItemValue(u"reveal"_s) == "true"_L1;
        return FakeAdmin::Answer{{{u"revealed"_s, revealed},
                                  {u"message"_s, message(number, status(number), revealed)},
                                  {u"events"_s, events(number, status(number))}}};
    });
    fake.on("GET", u"/recipients/*"_s, [](const FakeAdmin::Request &request) {
        const bool revealed = request.query.queryItemValue(u"reveal"_s) == "true"_L1;
        QJsonArray delivered;
        for (int n = 2; n < 8; ++n)
            delivered.append(message(n, u"Delivered"_s, revealed));
        return FakeAdmin::Answer{
            {{u"recipient"_s,
              revealed ? request.path.section(u'/', 2, 2) : u"9677\u2022\u2022\u2022\u2022\u2022567"_s},
             {u"revealed"_s, revealed},
             {u"node"_s, u"node-1"_s},
             {u"status"_s, u"Connected"_s},
             {u"onlineSince"_s, ago(5'000)},
             {u"pending"_s, 3},
             {u"deadLetters"_s, 1},
             {u"connections"_s, QJsonArray{connection(11, revealed), connection(12, revealed)}},
             {u"lastDelivered"_s, delivered},
             {u"failures"_s, QJsonArray{}},
             {u"lastDeadLetters"_s, QJsonArray{message(6, u"DeadLetter"_s, revealed)}}}};
    });
    fake.answer("POST", u"/recipients/*"_s, {{u"id"_s, idOf(99)}, {u"status"_s, u"Queued"_s}}, 202);
    fake.on("GET", u"/audit"_s, [all](const FakeAdmin::Request &request) {
        return FakeAdmin::Answer{page(request, u"records"_s, 60, all, [](int n) {
            return QJsonObject{{u"id"_s, 60 - n},
                               {u"time"_s, ago(n * 300)},
                               {u"actor"_s, n % 4 == 0 ? u"salem"_s : u"amal"_s},
                               {u"address"_s, u"10.0.3.7"_s},
                               {u"action"_s, n % 3 == 0 ? u"dead-letters.replay"_s : u"jobs.pause"_s},
                               {u"detail"_s, QJsonObject{{u"reason"_s, u"the app was updated"_s}}},
                               {u"count"_s, n % 3 == 0 ? 438 : 1},
                               {u"job"_s, 17},
                               {u"result"_s, n % 10 == 9 ? u"forbidden"_s : u"ok"_s}};
        })};
    });
}

} // namespace

void fillFakeAdmin(FakeAdmin &fake, int letters, int connections)
{
    fake.answer("GET", u"/me"_s,
                {{u"subject"_s, u"amal"_s},
                 {u"role"_s, u"admin"_s},
                 {u"expiresAt"_s, ago(-20'000)},
                 {u"server"_s, u"Hudhud"_s},
                 {u"version"_s, u"0.1.0"_s},
                 {u"node"_s, u"node-1"_s}});
    fake.on("GET", u"/overview"_s,
            [letters](const FakeAdmin::Request &) { return FakeAdmin::Answer{overview(letters)}; });
    fake.on("GET", u"/overview/history"_s,
            [](const FakeAdmin::Request &request) { return FakeAdmin::Answer{history(request)}; });
    fake.answer("GET", u"/nodes"_s, {{u"nodes"_s, QJsonArray{node(1), node(2), node(3)}}});
    fake.answer("GET", u"/breakers"_s, {{u"breakers"_s, breakers()}});
    fake.answer("GET", u"/scaling"_s,
                {{u"currentNodes"_s, 3},
                 {u"desiredNodes"_s, 4},
                 {u"neededNodes"_s, 4},
                 {u"reason"_s, u"cpu"_s},
                 {u"cpuUse"_s, 0.78},
                 {u"connectionUse"_s, 0.4},
                 {u"messageUse"_s, 0.1}});
    fake.answer("POST", u"/breakers/webhook/reset"_s, {{u"breakers"_s, breakers()}});
    fake.answer("POST", u"/drain"_s, {{u"draining"_s, true}}, 202);
    fake.answer("GET", u"/queues"_s,
                {{u"pending"_s, 1'329},
                 {u"deadLetters"_s, letters},
                 {u"discarded"_s, 4},
                 {u"runningJobs"_s, 1},
                 {u"sizeBytes"_s, 73'400'320},
                 {u"node"_s, u"node-1"_s},
                 {u"priorities"_s, priorities()},
                 {u"buffer"_s,
                  QJsonObject{{u"depth"_s, 3},
                              {u"bytes"_s, 900},
                              {u"capacity"_s, 100'000},
                              {u"utilizationPercent"_s, 0.0},
                              {u"averageProcessingSeconds"_s, 0.002},
                              {u"messagesPerSecond"_s, 342},
                              {u"nearCapacity"_s, false}}},
                 {u"groupCommit"_s,
                  QJsonObject{{u"commits"_s, 1'000},
                              {u"committedItems"_s, 50'000},
                              {u"averageBatch"_s, 50.0},
                              {u"latestBatch"_s, 12},
                              {u"averageCommitSeconds"_s, 0.003},
                              {u"queuedWrites"_s, 0},
                              {u"queuedReads"_s, 0},
                              {u"errors"_s, 0}}}});
    fake.answer("GET", u"/cache"_s,
                {{u"plugin"_s, u"redis"_s},
                 {u"entries"_s, 10'400},
                 {u"sizeBytes"_s, 2'097'152},
                 {u"hits"_s, 100'000},
                 {u"misses"_s, 20'000},
                 {u"evictions"_s, 0},
                 {u"expirations"_s, 300},
                 {u"hitRate"_s, 0.83}});
    fake.answer("POST", u"/cache/invalidate"_s, {{u"pattern"_s, u"presence:*"_s}, {u"removed"_s, 12}});
    const auto plugin = [](const QString &kind, const QString &name, const QString &state) {
        return QJsonObject{
            {u"kind"_s, kind},
            {u"name"_s, name},
            {u"version"_s, u"0.1.0"_s},
            {u"state"_s, state},
            {u"selected"_s, state == "started"_L1},
            {u"file"_s, kind + name},
            {u"description"_s, u"The %1 plugin %2."_s.arg(kind, name)},
            {u"error"_s,
             state == "failed"_L1 ? u"It was built for Qt 6.5, this server runs on 6.4."_s : QString()}};
    };
    fake.answer("GET", u"/plugins"_s,
                {{u"plugins"_s,
                  QJsonArray{plugin(u"storage"_s, u"postgresql"_s, u"started"_s),
                             plugin(u"cache"_s, u"redis"_s, u"started"_s),
                             plugin(u"transport"_s, u"signalr"_s, u"started"_s),
                             plugin(u"balancer"_s, u"random"_s, u"failed"_s),
                             plugin(u"storage"_s, u"sqlite"_s, u"read"_s)}}});
    const auto key = [](const QString &name, const QString &value, const QString &origin) {
        return QJsonObject{{u"key"_s, name},         {u"value"_s, value},
                           {u"default"_s, u"30s"_s}, {u"origin"_s, origin},
                           {u"reloadable"_s, false}, {u"description"_s, u"What it is for."_s}};
    };
    fake.answer("GET", u"/configuration"_s,
                {{u"keys"_s,
                  QJsonArray{key(u"node.id"_s, u"node-1"_s, u"/etc/hudhud.toml:3"_s),
                             key(u"delivery.ack_timeout"_s, u"30s"_s, u"default"_s),
                             key(u"security.jwt.secret"_s, u"***"_s, u"HUDHUD_SECURITY__JWT__SECRET"_s)}}});
    fake.answer("GET", u"/apikeys"_s,
                {{u"keys"_s,
                  QJsonArray{QJsonObject{{u"id"_s, 1},
                                         {u"name"_s, u"shop"_s},
                                         {u"scopes"_s, QJsonArray{u"send"_s, u"read"_s}},
                                         {u"state"_s, u"active"_s},
                                         {u"createdAt"_s, ago(900'000)}},
                             QJsonObject{{u"id"_s, 2},
                                         {u"name"_s, u"old shop"_s},
                                         {u"scopes"_s, QJsonArray{u"send"_s}},
                                         {u"state"_s, u"revoked"_s},
                                         {u"createdAt"_s, ago(9'000'000)}}}}});
    fake.answer("POST", u"/apikeys"_s,
                {{u"key"_s, QJsonObject{{u"id"_s, 3}, {u"name"_s, u"new"_s}}}, {u"secret"_s, u"hk_secret"_s}},
                201);
    fake.answer("GET", u"/consistency"_s,
                {{u"running"_s, false},
                 {u"scope"_s, u"all"_s},
                 {u"repair"_s, false},
                 {u"startedAt"_s, ago(4'000)},
                 {u"endedAt"_s, ago(3'990)},
                 {u"examined"_s, 120'000},
                 {u"repaired"_s, 0},
                 {u"findings"_s,
                  QJsonArray{QJsonObject{{u"id"_s, idOf(5)},
                                         {u"kind"_s, u"not-queued"_s},
                                         {u"explanation"_s, u"It is pending, but no queue holds it."_s}}}}});
    fake.answer("POST", u"/consistency/check"_s, {{u"running"_s, true}}, 202);
    fillDeadLetters(fake, letters);
    fillJobs(fake);
    fillLists(fake, connections);
}

} // namespace hudhud::console::test
