#include "understudy/store/reader.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <limits>

#include "columns.hpp"
#include "reading.hpp"

namespace understudy::store {

Reader::Reader(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;
Reader::~Reader() = default;

namespace {

bool matches(const std::vector<std::string>& types, const std::string& type) {
  return types.empty() || std::ranges::any_of(types, [&](const std::string& wanted) {
           return wanted.ends_with('*')
                      ? type.starts_with(std::string_view(wanted).substr(0, wanted.size() - 1))
                      : type == wanted;
         });
}

bool only_of_providers(const std::vector<std::string>& types) {
  return !types.empty() &&
         std::ranges::all_of(types, [](const std::string& type) { return type.starts_with("provider."); });
}

EventRow event_of(const Query& row) {
  return {.id = row.integer(0),
          .ts_ms = row.integer(1),
          .type = row.text(2),
          .instance = row.maybe_text(3),
          .summary = row.text(4),
          .detail = row.text(5)};
}

LedgerRow ledger_of(const Query& row) {
  return {.id = row.integer(0),
          .ts = row.integer(1),
          .agent = row.text(2),
          .from_tier = row.integer(3),
          .to_tier = row.integer(4),
          .kind = row.text(5),
          .reason = row.text(6),
          .rollout_id = row.maybe_text(7),
          .attempt_id = row.maybe_text(8)};
}

}  // namespace

std::expected<Reader, OpenError> Reader::open_another() const {
  return open(connection_->path);
}

void Reader::set_progress_handler(std::function<bool()> may_go_on) {
  constexpr int steps_between = 10'000;  // of SQLite's virtual machine: some tenths of a millisecond
  may_go_on_ = std::make_unique<std::function<bool()>>(std::move(may_go_on));
  const auto ask = [](void* question) { return (*static_cast<std::function<bool()>*>(question))() ? 0 : 1; };
  sqlite3_progress_handler(connection_->db.getHandle(), steps_between, ask, may_go_on_.get());
}

std::vector<EventRow> Reader::events(const EventQuery& wanted) {
  std::vector<EventRow> rows;
  events(wanted, [&rows](const EventRow& row) {
    rows.push_back(row);
    return true;
  });
  return rows;
}

void Reader::events(const EventQuery& wanted, const Visit<EventRow>& visit) {
  guarded([&] {
    auto after = wanted.after;
    if (wanted.since_ms > 0) {
      auto first =
          connection_->query("SELECT id FROM event_log WHERE ts >= ?1 ORDER BY ts LIMIT 1", wanted.since_ms);
      if (!first.next()) return;
      after = std::max(after, first.integer(0) - 1);
    }
    // Types are matched here: no index has prefixes of them, and readers want the newest part of the log.
    const std::string_view select =
        only_of_providers(wanted.types)
            ? "SELECT id, ts, type, instance, summary, detail FROM event_log "
              "INDEXED BY event_log_of_providers WHERE id > ?1 AND type >= 'provider.' AND "
              "type < 'provider/' AND ?2 IN ('', instance) ORDER BY id"
        : wanted.instance.empty() ? "SELECT id, ts, type, instance, summary, detail FROM event_log "
                                    "WHERE id > ?1 AND ?2 = '' ORDER BY id"
                                  : "SELECT id, ts, type, instance, summary, detail FROM event_log "
                                    "WHERE id > ?1 AND instance = ?2 ORDER BY id";
    auto query = connection_->query(select, after, wanted.instance);
    for (std::int64_t count = 0; count < wanted.limit && query.next();) {
      if (!matches(wanted.types, query.text(2))) continue;
      ++count;
      if (!visit(event_of(query))) return;
    }
  });
}

std::optional<std::int64_t> Reader::oldest_event_id() {
  return guarded([&]() -> std::optional<std::int64_t> {
    auto query = connection_->query("SELECT min(id) FROM event_log");
    return query.next() ? query.maybe_integer(0) : std::nullopt;
  });
}

std::vector<LedgerRow> Reader::ledger(const std::string& agent, std::int64_t since_ms, std::int64_t limit,
                                      std::optional<std::int64_t> before_id) {
  return guarded([&] {
    constexpr auto never = std::numeric_limits<std::int64_t>::max();
    std::vector<LedgerRow> rows;
    // Pages follow (ts, id), the order of the rows: after the clock was set back, later ids have earlier
    // times.
    auto query = connection_->query(
        "SELECT id, ts, agent, from_tier, to_tier, kind, reason, rollout_id, attempt_id "
        "FROM agent_provider_events WHERE agent = ?1 AND ts >= ?2 AND (ts, id) < "
        "(coalesce((SELECT ts FROM agent_provider_events WHERE id >= ?3 ORDER BY id LIMIT 1), ?4), ?3) "
        "ORDER BY ts DESC, id DESC LIMIT ?5",
        agent, since_ms, before_id.value_or(never), never, limit);
    while (query.next()) rows.push_back(ledger_of(query));
    std::ranges::reverse(rows);
    return rows;
  });
}

std::vector<LedgerRow> Reader::ledger_window(const std::string& agent, std::int64_t from_ms) {
  return guarded([&] {
    std::vector<LedgerRow> rows;
    auto before = connection_->query(
        "SELECT id, ts, agent, from_tier, to_tier, kind, reason, rollout_id, attempt_id FROM "
        "agent_provider_events WHERE agent = ? AND ts < ? ORDER BY ts DESC, id DESC LIMIT 1",
        agent, from_ms);
    if (before.next()) rows.push_back(ledger_of(before));
    auto since = connection_->query(
        "SELECT id, ts, agent, from_tier, to_tier, kind, reason, rollout_id, attempt_id FROM "
        "agent_provider_events WHERE agent = ? AND ts >= ? ORDER BY ts, id",
        agent, from_ms);
    while (since.next()) rows.push_back(ledger_of(since));
    return rows;
  });
}

std::vector<LifecycleRow> Reader::lifecycle_events(const std::string& instance, std::int64_t since_ms,
                                                   std::int64_t limit) {
  return guarded([&] {
    std::vector<LifecycleRow> rows;
    auto query = connection_->query(
        "SELECT id, ts, instance, type, latency_ms, idle_seconds, summary, detail FROM lifecycle_events "
        "WHERE instance = ? AND ts >= ? ORDER BY ts DESC, id DESC LIMIT ?",
        instance, since_ms, limit);
    while (query.next())
      rows.push_back({.id = query.integer(0),
                      .ts = query.integer(1),
                      .instance = query.text(2),
                      .type = query.text(3),
                      .latency_ms = query.maybe_integer(4),
                      .idle_seconds = query.maybe_integer(5),
                      .summary = query.text(6),
                      .detail = query.text(7)});
    std::ranges::reverse(rows);
    return rows;
  });
}

std::vector<UsageSum> Reader::usage(std::int64_t since_ms) {
  return guarded([&] {
    std::vector<UsageSum> rows;
    auto query = connection_->query(
        "SELECT type, instance, tier, provider, model, coalesce(sum(input_tokens), 0), "
        "coalesce(sum(output_tokens), 0) FROM usage WHERE ts > ? GROUP BY type, instance, tier, provider, "
        "model "
        "ORDER BY type, instance, tier, provider, model",
        since_ms);
    while (query.next())
      rows.push_back({.type = query.text(0),
                      .instance = query.text(1),
                      .tier = query.integer(2),
                      .provider = query.text(3),
                      .model = query.text(4),
                      .input_tokens = query.integer(5),
                      .output_tokens = query.integer(6)});
    return rows;
  });
}

std::optional<RolloutRow> Reader::rollout(const std::string& rollout_id) {
  return guarded([&] { return find_rollout(*connection_, rollout_id); });
}

std::optional<AttemptRow> Reader::attempt(const std::string& rollout_id, const std::string& attempt_id) {
  return guarded([&] { return find_attempt(*connection_, rollout_id, attempt_id); });
}

std::vector<QueueCount> Reader::queue_counts() {
  return guarded([&] { return read_queue_counts(*connection_); });
}

std::int64_t Reader::data_version() {
  return guarded([&]() -> std::int64_t {
    auto query = connection_->query("PRAGMA data_version");
    return query.next() ? query.integer(0) : 0;
  });
}

}  // namespace understudy::store
