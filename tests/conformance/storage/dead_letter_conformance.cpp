// SPDX-License-Identifier: GPL-3.0-or-later
#include "dead_letter_conformance.h"

#include <algorithm>
#include <array>

namespace hudhud {

using namespace std::chrono_literals;
using enum MessageStatus;

namespace {

std::vector<MessageId> letterIds(const std::vector<DeadLetterRecord> &letters)
{
    std::vector<MessageId> ids;
    for (const DeadLetterRecord &letter : letters)
        ids.push_back(letter.message->id);
    return ids;
}

JobRequest selecting(std::vector<MessageId> ids, JobKind kind = JobKind::Replay)
{
    JobRequest request;
    request.kind = kind;
    request.selection.ids = std::move(ids);
    return request;
}

JobRequest selecting(const DeadLetterFilter &filter, JobKind kind = JobKind::Replay)
{
    JobRequest request;
    request.kind = kind;
    request.selection.filter = filter;
    return request;
}

qint64 countOf(const RefusalCounts &counts, DeadLetterRefusal refusal)
{
    return counts[static_cast<std::size_t>(refusal)];
}

} // namespace

Message DeadLetterConformance::accept(const Message &draft)
{
    Message message = draft;
    message.id = m_ids->next();
    if (message.recipient.isNull())
        message.recipient = *Recipient::fromString("967771234567");
    if (message.subject.isEmpty())
        message.subject = "Your order";
    if (message.content.isEmpty())
        message.content = "It has left the warehouse.";
    message.createdAt = m_clock.now();
    WriteBatch batch;
    batch.accepted.push_back(std::make_shared<Message>(message));
    const auto outcome = m_writer->commit(batch);
    if (!outcome || !outcome->accepted.at(0))
        QTest::qFail("A message was not accepted.", __FILE__, __LINE__);
    return message;
}

Result<void> DeadLetterConformance::apply(const StatusTransition &transition)
{
    WriteBatch batch;
    batch.transitions.push_back(transition);
    auto outcome = m_writer->commit(batch);
    if (!outcome)
        return std::unexpected(outcome.error());
    return outcome->transitions.at(0);
}

void DeadLetterConformance::die(const Message &message, DeadLetterReason reason, const QByteArray &failure,
                                quint16 attempts, ErrorClass errorClass)
{
    StatusTransition transition;
    transition.id = message.id;
    transition.recipient = message.recipient;
    transition.events = {{0, Processing, m_clock.now(), Node, 0, {}},
                         {0, DeadLetter, m_clock.now(), Node, attempts, failure}};
    transition.retryCount = attempts;
    transition.pushCount = attempts;
    transition.failureReason = failure;
    transition.failureClass = errorClass;
    transition.deadLetterReason = reason;
    if (!apply(transition))
        QTest::qFail("A message did not die.", __FILE__, __LINE__);
}

Message DeadLetterConformance::dead(DeadLetterReason reason, const QByteArray &failure)
{
    const Message message = accept();
    die(message, reason, failure);
    return message;
}

void DeadLetterConformance::deliver(const Message &message)
{
    StatusTransition transition;
    transition.id = message.id;
    transition.recipient = message.recipient;
    transition.events = {{0, Processing, m_clock.now(), Node, 0, {}}, {0, Delivered, m_clock.now(), Node, 0, {}}};
    transition.pushCount = 1;
    if (!apply(transition))
        QTest::qFail("A message was not delivered.", __FILE__, __LINE__);
}

std::vector<MessageId> DeadLetterConformance::listed(const DeadLetterFilter &filter, int limit)
{
    const auto letters = m_reader->deadLetters().list(filter, std::nullopt, limit);
    if (!letters)
        QTest::qFail(qPrintable(letters.error().message()), __FILE__, __LINE__);
    return letters ? letterIds(*letters) : std::vector<MessageId>();
}

AuditRecord DeadLetterConformance::audit(const char *action) const
{
    AuditRecord record;
    record.time = m_clock.now();
    record.actor = "amal";
    record.address = "192.0.2.1";
    record.action = action;
    record.detail = "{}";
    record.result = AuditOk;
    return record;
}

Result<Job> DeadLetterConformance::createJob(JobRequest request)
{
    request.createdBy = "amal";
    request.description = "{\"all\":true}";
    request.createdAt = m_clock.now();
    return m_writer->jobs().create(request, audit("dead-letters.job"));
}

Job DeadLetterConformance::runningJob(JobRequest request)
{
    const auto job = createJob(std::move(request));
    if (!job)
        QTest::qFail(qPrintable(job.error().message()), __FILE__, __LINE__);
    return job.value_or(Job());
}

Job DeadLetterConformance::done(JobRequest request)
{
    const Job job = runningJob(std::move(request));
    const auto slice = m_writer->jobs().advance(job.id, 1'000, m_clock.now());
    if (!slice || slice->job.state != JobState::Completed)
        QTest::qFail("The job is not completed.", __FILE__, __LINE__);
    return slice ? slice->job : job;
}

void DeadLetterConformance::keepsWhatIsKnownOfADeath()
{
    const Message message = accept();
    die(message, DeadLetterReason::Rejected, "user 17 unknown", 3, ErrorClass::Permanent);
    reopen();
    const auto letters = m_reader->deadLetters().list({}, std::nullopt, 10);
    QVERIFY(letters && letters->size() == 1);
    const DeadLetterRecord &letter = letters->front();
    QVERIFY(letter.message->id == message.id);
    QCOMPARE(letter.message->content, message.content);
    QVERIFY(letter.message->status == DeadLetter);
    QCOMPARE(letter.message->failureReason, QByteArray("user 17 unknown"));
    QVERIFY(letter.diedAt == m_clock.now());
    QVERIFY(letter.reason == DeadLetterReason::Rejected);
    QVERIFY(letter.errorClass == ErrorClass::Permanent);
    QCOMPARE(letter.signature, QByteArray("user # unknown"));
    QVERIFY(!letter.discardedAt);
    const Message silent = dead(DeadLetterReason::Superseded, {});
    QCOMPARE(m_reader->deadLetters().find(silent.id)->value().signature, QByteArray("superseded"));
}

void DeadLetterConformance::filters_data()
{
    QTest::addColumn<DeadLetterFilter>("filter");
    QTest::addColumn<QByteArray>("expected"); // Letters of the messages below, latest death first.
    const auto row = [](const char *name, const char *expected, const DeadLetterFilter &filter) {
        QTest::newRow(name) << filter << QByteArray(expected);
    };
    row("all", "dcba", {});
    row("reason", "db", {.reason = DeadLetterReason::Rejected});
    row("class", "d", {.errorClass = ErrorClass::Permanent});
    row("recipient", "c", {.recipient = Recipient::fromString("967770000003")});
    row("signature", "ba", {.signature = "refused #"});
    row("text in the subject", "c", {.text = "invoice"});
    row("text in the content, in another case", "d", {.text = "PARCEL %"});
    row("text with wildcards is plain text", "", {.text = "parcel_%"});
    row("metadata key", "ba", {.metadataKey = "shop"});
    row("metadata value", "b", {.metadataKey = "shop", .metadataValue = "a \"b\""});
    row("metadata value of another key", "", {.metadataKey = "shop", .metadataValue = "4711"});
    row("attempts", "dc", {.minimumAttempts = 3});
    row("never replayed", "dcba", {.replaysBelow = 1});
    row("replays below none", "", {.replaysBelow = 0});
    const Timestamp begin(std::chrono::milliseconds(1'800'000'000'000));
    row("died from", "dc", {.diedFrom = begin + 2s});
    row("died before", "ba", {.diedBefore = begin + 2s});
    row("died between", "c", {.diedFrom = begin + 2s, .diedBefore = begin + 3s});
    row("discarded", "", {.isDiscarded = true});
    row("together", "b", {.reason = DeadLetterReason::Rejected, .signature = "refused #", .metadataKey = "order"});
}

void DeadLetterConformance::filters()
{
    QFETCH(DeadLetterFilter, filter);
    QFETCH(QByteArray, expected);
    const Timestamp begin(std::chrono::milliseconds(1'800'000'000'000));
    m_clock.advance(begin - m_clock.now());
    Message a;
    a.metadata = R"({"shop":"a","order":"4711"})";
    die(a = accept(a), DeadLetterReason::AttemptsUsedUp, "refused 1", 1);
    m_clock.advance(1s);
    Message b;
    b.metadata = R"({"order":"x","shop":"a \"b\""})";
    die(b = accept(b), DeadLetterReason::Rejected, "refused 2", 2);
    m_clock.advance(1s);
    Message c;
    c.recipient = *Recipient::fromString("967770000003");
    c.subject = "Your INVOICE";
    die(c = accept(c), DeadLetterReason::AttemptsUsedUp, "other", 3);
    m_clock.advance(1s);
    Message d;
    d.content = "A Parcel % came";
    die(d = accept(d), DeadLetterReason::Rejected, "other", 4, ErrorClass::Permanent);

    const std::array messages{a.id, b.id, c.id, d.id};
    QByteArray found;
    for (const MessageId &id : listed(filter))
        found.append(static_cast<char>('a' + (std::ranges::find(messages, id) - messages.begin())));
    QCOMPARE(found, expected);
    QCOMPARE(*m_reader->deadLetters().count(filter), expected.size());
}

void DeadLetterConformance::findsOneByIdWhetherDiscardedOrNot()
{
    const Message message = dead();
    const Message alive = accept();
    done(selecting({message.id}, JobKind::Discard));
    const auto found = m_reader->deadLetters().find(message.id);
    QVERIFY(found && *found && (*found)->discardedAt == m_clock.now());
    QVERIFY(!m_reader->deadLetters().find(alive.id)->has_value());
    QVERIFY(!m_reader->deadLetters().find(m_ids->next())->has_value());
}

void DeadLetterConformance::pagesNeitherRepeatNorHide()
{
    std::vector<MessageId> expected;
    for (int i = 0; i < 10; ++i) {
        expected.insert(expected.begin(), dead().id);
        m_clock.advance(std::chrono::milliseconds(i % 2)); // Some die in the same millisecond.
    }
    auto page = m_reader->deadLetters().list({}, std::nullopt, 4);
    QVERIFY(page && page->size() == 4);
    std::vector<MessageId> seen = letterIds(*page);
    // Meanwhile one comes, one of the first page and one of the next go.
    m_clock.advance(1s);
    dead();
    done(selecting({expected[1], expected[5]}));
    expected.erase(expected.begin() + 5);
    while (!page->empty()) {
        const DeadLetterCursor cursor{page->back().diedAt, page->back().message->id};
        page = m_reader->deadLetters().list({}, cursor, 4);
        QVERIFY(page);
        for (const MessageId &id : letterIds(*page))
            seen.push_back(id);
    }
    QVERIFY(seen == expected);
}

void DeadLetterConformance::groupsByNormalisedError()
{
    const Timestamp begin = m_clock.now();
    const Message first = dead(DeadLetterReason::AttemptsUsedUp, "no answer within 30 ms");
    m_clock.advance(1s);
    const Message second = dead(DeadLetterReason::AttemptsUsedUp, "no answer within 45 ms");
    m_clock.advance(1s);
    dead(DeadLetterReason::Rejected, "refused");
    const Message hidden = dead(DeadLetterReason::Rejected, "refused");
    done(selecting({hidden.id}, JobKind::Discard));
    m_clock.advance(1s);
    done(selecting({first.id}));
    die(*stored(first.id), DeadLetterReason::AttemptsUsedUp, "no answer within 60 ms");

    const auto groups = m_reader->deadLetters().groups(10);
    QVERIFY(groups);
    QCOMPARE(groups->size(), std::size_t(2));
    QCOMPARE(groups->at(0).signature, QByteArray("no answer within # ms"));
    QCOMPARE(groups->at(0).count, 2);
    QCOMPARE(groups->at(0).replayed, 1);
    QVERIFY(groups->at(0).firstDiedAt == begin + 1s);
    QVERIFY(groups->at(0).lastDiedAt == begin + 3s);
    QVERIFY(groups->at(0).example == second.id);
    QCOMPARE(groups->at(1).signature, QByteArray("refused"));
    QCOMPARE(groups->at(1).count, 1);
    QCOMPARE(groups->at(1).replayed, 0);
    QCOMPARE(m_reader->deadLetters().groups(1)->size(), std::size_t(1));
}

void DeadLetterConformance::replaysInSlicesAndKeepsTheHistory()
{
    std::vector<Message> messages;
    for (int i = 0; i < 5; ++i)
        messages.push_back(dead());
    const Job job = runningJob(selecting(DeadLetterFilter()));
    QCOMPARE(job.total, 5);
    QVERIFY(job.state == JobState::Running);
    m_clock.advance(1s);
    auto slice = m_writer->jobs().advance(job.id, 3, m_clock.now());
    QVERIFY(slice);
    QCOMPARE(slice->job.position, 3);
    QCOMPARE(slice->job.done, 3);
    QVERIFY(slice->job.state == JobState::Running);
    QCOMPARE(slice->replayed.size(), std::size_t(3));
    QVERIFY(slice->replayed.front()->id == messages.front().id); // First death first.
    reopen();
    slice = m_writer->jobs().advance(job.id, 3, m_clock.now());
    QVERIFY(slice);
    QVERIFY(slice->job.state == JobState::Completed);
    QVERIFY(slice->job.endedAt == m_clock.now());
    QCOMPARE(slice->job.done, 5);
    QCOMPARE(slice->replayed.size(), std::size_t(2));

    QVERIFY(listed({}).empty());
    for (const Message &message : messages) {
        const MessagePointer replayed = stored(message.id);
        QVERIFY(replayed && replayed->status == Queued);
        QCOMPARE(replayed->retryCount, quint16(0));
        QCOMPARE(replayed->pushCount, quint16(0));
        QCOMPARE(replayed->replayCount, quint16(1));
        QCOMPARE(replayed->replayJob, job.id);
        QCOMPARE(replayed->failureReason, QByteArray());
        QVERIFY(!replayed->movedToDlqAt);
        const auto events = m_reader->events(message.id);
        QVERIFY(events && events->size() == 4);
        QCOMPARE(events->at(2).reason, QByteArray("no answer"));
        QVERIFY(events->at(3).status == Queued);
        QCOMPARE(events->at(3).reason, replayReason(job.id));
    }
    const auto pending = m_reader->pending(messages.front().recipient, 10, m_clock.now(), {});
    QVERIFY(pending && pending->size() == 5);
    QVERIFY(*pending->front() == *stored(messages.front().id));
}

void DeadLetterConformance::freezesTheSelectionWhenTheJobIsCreated()
{
    const Message early = dead();
    const Job job = runningJob(selecting(DeadLetterFilter()));
    const Message late = dead();
    QCOMPARE(m_writer->jobs().advance(job.id, 10, m_clock.now())->job.done, 1);
    QVERIFY(stored(early.id)->status == Queued);
    QVERIFY(listed({}) == std::vector{late.id});
}

void DeadLetterConformance::takesSingleMessages()
{
    const Message first = dead();
    const Message second = dead();
    const Message third = dead();
    done(selecting({third.id, first.id}));
    QVERIFY(listed({}) == std::vector{second.id});
    done(selecting({second.id}));
    die(*stored(second.id));
    done(selecting({second.id}));
    QCOMPARE(stored(second.id)->replayCount, quint16(2));
}

void DeadLetterConformance::refusesWithReasons()
{
    Message shortLived;
    shortLived.expiresAt = m_clock.now() + 1h;
    die(shortLived = accept(shortLived));
    const Message expired = dead(DeadLetterReason::Expired);
    const Message superseded = dead(DeadLetterReason::Superseded);
    const Message poison = dead(DeadLetterReason::DeliveryLimit);
    const Message discarded = dead();
    const Message alive = accept();
    const Message withdrawn = accept();
    const Message good = dead();
    done(selecting({discarded.id}, JobKind::Discard));
    const std::vector ids{shortLived.id, expired.id,   superseded.id, poison.id,
                          discarded.id,  alive.id,     withdrawn.id,  good.id};
    const Job job = runningJob(selecting(ids));
    WriteBatch batch;
    batch.withdrawals = {withdrawn.id};
    QVERIFY(m_writer->commit(batch)->withdrawals.at(0));
    m_clock.advance(2h);
    const auto slice = m_writer->jobs().advance(job.id, 100, m_clock.now());
    QVERIFY(slice);
    QCOMPARE(slice->job.done, 1);
    QCOMPARE(slice->job.refused, 7);
    QCOMPARE(slice->replayed.size(), std::size_t(1));
    const auto counts = m_reader->jobs().refusals(job.id);
    QVERIFY(counts);
    QCOMPARE(countOf(*counts, DeadLetterRefusal::None), 1);
    QCOMPARE(countOf(*counts, DeadLetterRefusal::Expired), 2);
    QCOMPARE(countOf(*counts, DeadLetterRefusal::Superseded), 1);
    QCOMPARE(countOf(*counts, DeadLetterRefusal::DeliveryLimit), 1);
    QCOMPARE(countOf(*counts, DeadLetterRefusal::Discarded), 1);
    QCOMPARE(countOf(*counts, DeadLetterRefusal::NotDead), 1);
    QCOMPARE(countOf(*counts, DeadLetterRefusal::Gone), 1);
    JobRequest allowing = selecting({poison.id});
    allowing.includesPoison = true;
    QCOMPARE(done(allowing).done, 1);
}

void DeadLetterConformance::previewsWhatAJobWouldDo()
{
    Message shortLived;
    shortLived.expiresAt = m_clock.now() + 1h;
    die(shortLived = accept(shortLived));
    dead(DeadLetterReason::Superseded);
    dead(DeadLetterReason::DeliveryLimit);
    const Message good = dead();
    DeadLetterReader &letters = m_reader->deadLetters();
    const auto now = letters.preview(JobKind::Replay, {}, false, m_clock.now());
    QVERIFY(now);
    QCOMPARE(countOf(*now, DeadLetterRefusal::None), 2);
    QCOMPARE(countOf(*now, DeadLetterRefusal::Superseded), 1);
    QCOMPARE(countOf(*now, DeadLetterRefusal::DeliveryLimit), 1);
    const auto later = letters.preview(JobKind::Replay, {}, true, m_clock.now() + 2h);
    QVERIFY(later);
    QCOMPARE(countOf(*later, DeadLetterRefusal::None), 2);
    QCOMPARE(countOf(*later, DeadLetterRefusal::Expired), 1);
    const auto single = letters.preview(JobKind::Replay, {.ids = {good.id, m_ids->next()}, .filter = {}}, false,
                                        m_clock.now());
    QVERIFY(single);
    QCOMPARE(countOf(*single, DeadLetterRefusal::None), 1);
    QCOMPARE(countOf(*single, DeadLetterRefusal::Gone), 1);
    QCOMPARE(listed({}).size(), std::size_t(4)); // Nothing was done.
}

void DeadLetterConformance::refusesEmptyUnknownAndTooLargeSelections()
{
    QCOMPARE(codeOf(createJob(selecting(DeadLetterFilter()))), std::optional(ErrorCode::InvalidField));
    const Message message = dead();
    QCOMPARE(codeOf(createJob(selecting({message.id, m_ids->next()}))), std::optional(ErrorCode::NotFound));
    dead();
    JobRequest large = selecting(DeadLetterFilter());
    large.maximumItems = 1;
    QCOMPARE(codeOf(createJob(large)), std::optional(ErrorCode::InvalidField));
    QVERIFY(m_reader->jobs().list(std::nullopt, 10)->empty());
    QVERIFY(m_reader->audit().list({})->empty()); // Audited by the caller, with the error.
    large.maximumItems = 2;
    QCOMPARE(runningJob(large).total, 2);
}

void DeadLetterConformance::holdsInFrontOfTheRestWhileTheCanaryIsWatched()
{
    for (int i = 0; i < 5; ++i)
        dead();
    JobRequest request = selecting(DeadLetterFilter());
    request.canary = {.count = 2, .maximumFailurePercent = 10, .timeout = 1min};
    const Job job = runningJob(request);
    m_clock.advance(1s);
    auto slice = m_writer->jobs().advance(job.id, 100, m_clock.now());
    QVERIFY(slice);
    QCOMPARE(slice->job.position, 2);
    QVERIFY(slice->job.isWatchingCanary());
    QVERIFY(slice->job.canarySince == m_clock.now());
    reopen();
    slice = m_writer->jobs().advance(job.id, 100, m_clock.now() + 1s);
    QVERIFY(slice && slice->replayed.empty());
    QCOMPARE(slice->job.position, 2);
    QVERIFY(slice->job.canarySince == m_clock.now());
    QVERIFY(m_writer->jobs().change(job.id, {.state = {}, .rate = {}, .passesCanary = true, .error = {}}, audit()));
    slice = m_writer->jobs().advance(job.id, 100, m_clock.now());
    QVERIFY(slice && slice->job.state == JobState::Completed);
    QCOMPARE(slice->job.done, 5);
}

void DeadLetterConformance::tellsWhatBecameOfAReplay()
{
    std::vector<Message> messages;
    for (int i = 0; i < 5; ++i)
        messages.push_back(dead());
    messages.push_back(dead(DeadLetterReason::Superseded));
    const Job job = done(selecting(DeadLetterFilter()));
    deliver(messages[0]);
    die(messages[1]);
    die(messages[2]);
    done(selecting({messages[2].id}));
    deliver(messages[2]); // By another job: for this one it died again.
    const auto outcome = m_reader->jobs().outcome(job.id, job.total);
    QVERIFY(outcome);
    QCOMPARE(outcome->moved, 5);
    QCOMPARE(outcome->delivered, 1);
    QCOMPARE(outcome->deadAgain, 2);
    const auto first = m_reader->jobs().outcome(job.id, 1);
    QVERIFY(first);
    QCOMPARE(first->moved, 1);
    QCOMPARE(first->delivered, 1);
    QCOMPARE(first->deadAgain, 0);
}

void DeadLetterConformance::changesJobsByTheirStates()
{
    dead();
    JobWriter &jobs = m_writer->jobs();
    const qint64 id = runningJob(selecting(DeadLetterFilter())).id;
    const auto become = [&](JobState state, const QByteArray &error = {}) {
        return jobs.change(id, {.state = state, .rate = {}, .passesCanary = false, .error = error}, audit("job.change"));
    };
    const auto setRate = [&](int rate) {
        return jobs.change(id, {.state = {}, .rate = rate, .passesCanary = false, .error = {}}, audit("job.rate"));
    };
    QCOMPARE(codeOf(become(JobState::Running)), std::optional(ErrorCode::Conflict));
    QVERIFY(become(JobState::Paused)->state == JobState::Paused);
    QCOMPARE(codeOf(become(JobState::Paused)), std::optional(ErrorCode::Conflict));
    QCOMPARE(setRate(7)->rate, 7);
    QVERIFY(become(JobState::Running)->state == JobState::Running);
    const auto stopped = become(JobState::Stopped, "3 of 4 failed");
    QVERIFY(stopped && stopped->lastError == "3 of 4 failed");
    const auto resumed = become(JobState::Running);
    QVERIFY(resumed && resumed->hasPassedCanary);
    reopen();
    const auto stored = m_reader->jobs().find(id);
    QVERIFY(stored && *stored);
    QVERIFY(**stored == *resumed);
    JobWriter &again = m_writer->jobs();
    const auto cancelled
        = again.change(id, {.state = JobState::Cancelled, .rate = {}, .passesCanary = false, .error = {}}, audit());
    QVERIFY(cancelled && cancelled->endedAt == m_clock.now());
    QCOMPARE(codeOf(again.change(id, {.state = {}, .rate = 1, .passesCanary = false, .error = {}}, audit())),
             std::optional(ErrorCode::Conflict));
    QCOMPARE(codeOf(again.change(id + 1, {}, audit())), std::optional(ErrorCode::NotFound));
    QCOMPARE(codeOf(again.advance(id + 1, 1, m_clock.now())), std::optional(ErrorCode::NotFound));
}

void DeadLetterConformance::aPausedJobDoesNotMove()
{
    dead();
    const Job job = runningJob(selecting(DeadLetterFilter()));
    const JobChange pause{.state = JobState::Paused, .rate = {}, .passesCanary = false, .error = {}};
    QVERIFY(m_writer->jobs().change(job.id, pause, audit()));
    QVERIFY(m_reader->jobs().running()->empty());
    const auto slice = m_writer->jobs().advance(job.id, 10, m_clock.now());
    QVERIFY(slice && slice->replayed.empty());
    QCOMPARE(slice->job.position, 0);
    QCOMPARE(listed({}).size(), std::size_t(1));
}

void DeadLetterConformance::jobsSurviveReopening()
{
    dead();
    JobRequest request = selecting(DeadLetterFilter());
    request.rate = 100;
    request.canary = {.count = 1, .maximumFailurePercent = 5, .timeout = 2min};
    request.includesPoison = true;
    request.reason = "mended";
    const Job job = runningJob(request);
    reopen();
    const auto found = m_reader->jobs().find(job.id);
    QVERIFY(found && *found);
    QVERIFY(**found == job);
    QCOMPARE((*found)->rate, 100);
    QVERIFY((*found)->canary == request.canary);
    QVERIFY((*found)->includesPoison);
    QCOMPARE((*found)->reason, QByteArray("mended"));
    QCOMPARE((*found)->createdBy, QByteArray("amal"));
    QCOMPARE((*found)->description, QByteArray("{\"all\":true}"));
    QCOMPARE(m_reader->jobs().running()->size(), std::size_t(1));
}

void DeadLetterConformance::discardsRestoresAndPurges()
{
    const Message first = dead();
    const Message second = dead();
    JobRequest discard = selecting({first.id, second.id}, JobKind::Discard);
    discard.reason = "hopeless";
    QCOMPARE(done(discard).done, 2);
    reopen();
    QVERIFY(listed({}).empty());
    const auto discarded = m_reader->deadLetters().list({.isDiscarded = true}, std::nullopt, 10);
    QVERIFY(discarded && discarded->size() == 2);
    QCOMPARE(discarded->front().discardReason, QByteArray("hopeless"));
    QVERIFY(discarded->front().discardedAt == m_clock.now());
    QVERIFY(discarded->front().message->status == DeadLetter);

    QCOMPARE(done(selecting({first.id}, JobKind::Restore)).done, 1);
    QVERIFY(listed({}) == std::vector{first.id});
    QCOMPARE(done(selecting({first.id}, JobKind::Restore)).refused, 1);

    QCOMPARE(*m_writer->deadLetters().purgeDiscarded(m_clock.now(), 10), 0);
    m_clock.advance(1s);
    QCOMPARE(*m_writer->deadLetters().purgeDiscarded(m_clock.now(), 10), 1);
    QVERIFY(!stored(second.id));
    QVERIFY(!m_reader->events(second.id));
    QVERIFY(stored(first.id) != nullptr);
    QVERIFY(listed({.isDiscarded = true}).empty());
}

void DeadLetterConformance::purgingAMessageForgetsItsDeath()
{
    dead();
    m_clock.advance(1s);
    QCOMPARE(*m_writer->purge(m_clock.now(), m_clock.now(), 10), 1);
    QVERIFY(listed({}).empty());
    QVERIFY(m_reader->deadLetters().groups(10)->empty());
    QCOMPARE(*m_reader->deadLetters().count({}), 0);
}

void DeadLetterConformance::editingStoresTheCopyAndDiscardsTheOriginal()
{
    const Message original = dead();
    Message corrected = original;
    corrected.id = m_ids->next();
    corrected.content = "It leaves tomorrow.";
    corrected.createdAt = m_clock.now();
    corrected.editedFrom = original.id;
    QVERIFY(m_writer->deadLetters().replaceEdited(corrected, "edited", audit("dead-letters.edit")));
    reopen();
    const MessagePointer copy = stored(corrected.id);
    QVERIFY(copy && *copy == corrected);
    QVERIFY(copy->status == Queued);
    QVERIFY(listed({}).empty());
    const auto discarded = m_reader->deadLetters().find(original.id);
    QVERIFY(discarded && *discarded && (*discarded)->discardedAt == m_clock.now());
    QCOMPARE((*discarded)->discardReason, QByteArray("edited"));
    QCOMPARE(m_reader->audit().list({})->size(), std::size_t(1));
    die(*copy); // The copy's own death keeps its origin.
    QVERIFY(stored(corrected.id)->editedFrom == original.id);
    QVERIFY(listed({}) == std::vector{corrected.id});
}

void DeadLetterConformance::refusesToEditWhatIsNoDeadLetter()
{
    const Message alive = accept();
    const Message discarded = dead();
    done(selecting({discarded.id}, JobKind::Discard));
    const auto edit = [&](const MessageId &original, const MessageId &copy) {
        Message corrected = alive;
        corrected.id = copy;
        corrected.editedFrom = original;
        return m_writer->deadLetters().replaceEdited(corrected, "edited", audit());
    };
    QCOMPARE(codeOf(edit(alive.id, m_ids->next())), std::optional(ErrorCode::Conflict));
    QCOMPARE(codeOf(edit(discarded.id, m_ids->next())), std::optional(ErrorCode::Conflict));
    QCOMPARE(codeOf(edit(m_ids->next(), m_ids->next())), std::optional(ErrorCode::NotFound));
    const Message good = dead();
    QCOMPARE(codeOf(edit(good.id, alive.id)), std::optional(ErrorCode::Conflict));
    QVERIFY(listed({}) == std::vector{good.id});
}

void DeadLetterConformance::listsAndPurgesJobs()
{
    const Message message = dead();
    const Job first = done(selecting({message.id}, JobKind::Discard));
    m_clock.advance(1s);
    const Job second = done(selecting({message.id}, JobKind::Restore));
    const Job third = runningJob(selecting({message.id}));
    const auto ids = [this](std::optional<qint64> before, int limit) {
        std::vector<qint64> found;
        for (const Job &job : m_reader->jobs().list(before, limit).value_or(std::vector<Job>()))
            found.push_back(job.id);
        return found;
    };
    QVERIFY((ids(std::nullopt, 2) == std::vector{third.id, second.id}));
    QVERIFY((ids(second.id, 2) == std::vector{first.id}));
    m_clock.advance(1s);
    QCOMPARE(*m_writer->jobs().purge(m_clock.now(), 1), 1);
    QCOMPARE(*m_writer->jobs().purge(m_clock.now(), 10), 1);
    QVERIFY((ids(std::nullopt, 10) == std::vector{third.id})); // It has not ended.
    QVERIFY(!m_reader->jobs().find(first.id)->has_value());
    reopen();
    const Message other = dead();
    QVERIFY(runningJob(selecting({other.id})).id > third.id);
}

void DeadLetterConformance::keepsTheAudit()
{
    AuditRecord record = audit("dead-letters.replay");
    record.detail = R"({"reason":"Rejected"})";
    record.count = 17;
    record.job = 4;
    record.result = "conflict";
    const auto id = m_writer->audit().append(record);
    QVERIFY(id);
    m_clock.advance(1s);
    AuditRecord other = audit("job.pause");
    other.actor = "badr";
    QVERIFY(*m_writer->audit().append(other) > *id);
    dead();
    const Job job = runningJob(selecting(DeadLetterFilter()));
    reopen();
    const auto listedIds = [this](const AuditFilter &filter) {
        std::vector<QByteArray> actions;
        for (const AuditRecord &found : m_reader->audit().list(filter).value_or(std::vector<AuditRecord>()))
            actions.push_back(found.action);
        return actions;
    };
    const auto all = m_reader->audit().list({});
    QVERIFY(all && all->size() == 3);
    QCOMPARE(all->front().job, job.id);
    QCOMPARE(all->front().count, 1);
    record.id = *id;
    QVERIFY(all->back() == record);
    AuditFilter filter;
    filter.actor = "badr";
    QVERIFY(listedIds(filter) == std::vector<QByteArray>{"job.pause"});
    filter = {};
    filter.action = "dead-letters.replay";
    QVERIFY(listedIds(filter) == std::vector<QByteArray>{"dead-letters.replay"});
    filter = {};
    filter.until = m_clock.now();
    QVERIFY(listedIds(filter) == std::vector<QByteArray>{"dead-letters.replay"});
    filter = {};
    filter.from = m_clock.now();
    filter.limit = 1;
    QVERIFY(listedIds(filter) == std::vector<QByteArray>{"dead-letters.job"});
    filter = {};
    filter.before = all->at(1).id;
    QVERIFY(listedIds(filter) == std::vector<QByteArray>{"dead-letters.replay"});
    QCOMPARE(*m_writer->audit().purge(m_clock.now(), 10), 1);
    QCOMPARE(m_reader->audit().list({})->size(), std::size_t(2));
}

} // namespace hudhud
