// A page of rollouts as SQL: along an index in the order asked for, or from the few that match.
#include <algorithm>
#include <array>
#include <limits>

#include "columns.hpp"
#include "reading.hpp"
#include "rollout_filter.hpp"

namespace understudy::store {

namespace {

/// Part of a list in its order: FROM and WHERE, ORDER BY, and the key by which parts are merged.
struct Part {
  Clause from{};
  std::string order{};
  std::vector<Clause::Value> order_values{};
  Clause key{.sql = "0.0"};
};
struct Place {
  double key{0};
  double start_time{0};
  std::int64_t number{0};
  auto operator<=>(const Place&) const = default;
};

constexpr auto without_limit = std::numeric_limits<std::int64_t>::max() / 4;  // an offset can be added

struct Order {
  std::string_view column;
  std::string_view index;
};
/// In the order of RolloutSort.
constexpr std::array orders{Order{"start_time", "rollouts_by_start"},
                            Order{"rollout_id", "sqlite_autoindex_rollouts_1"},
                            Order{"end_time", "rollouts_by_end"},
                            Order{"mode", "rollouts_by_mode"},
                            Order{"resources_id", "rollouts_by_resources"},
                            Order{"status", "rollouts_by_status"},
                            Order{"attempt_id", "rollouts_by_attempt"},
                            Order{"worker_id", "rollouts_by_worker"},
                            Order{"last_heartbeat_time", "rollouts_by_heartbeat"},
                            Order{"duration", "rollouts_by_duration"}};
static_assert(orders.size() == static_cast<std::size_t>(RolloutSort::duration) + 1);

class Lister {
 public:
  Lister(Connection& connection, const RolloutQuery& query)
      : connection_(connection),
        query_(query),
        filter_(query),
        column_(orders.at(static_cast<std::size_t>(query.sort)).column),
        index_(orders.at(static_cast<std::size_t>(query.sort)).index),
        limit_(query.limit < 0 ? without_limit : query.limit),
        offset_(std::max<std::int64_t>(query.offset, 0)) {}

  Page<RolloutWithAttempt> page(const Visit<RolloutWithAttempt>& visit) {
    filter_.prepare(connection_);
    Page<RolloutWithAttempt> page{.total = filter_.count(connection_)};
    if (offset_ >= page.total || limit_ == 0) return page;
    if (query_.after) filter_.begin_after(*query_.after, query_.descending);
    choose(page.total);
    for (const auto number : numbers_)
      if (!deliver(read(number), page.items, visit)) break;
    return page;
  }

 private:
  void choose(std::int64_t matches) {
    if (query_.sort == RolloutSort::creation && filter_.found_by_status()) return merge(by_status());
    if (!filter_.matches_all() && sorts_matches(statistics(matches), walk_of()))
      return take({matches_sorted()});
    walk();
  }

  [[nodiscard]] PageStatistics statistics(std::int64_t matches) {
    const auto rollouts = RolloutFilter({}).count(connection_);
    return {.rollouts = rollouts, .matches = matches, .limit = limit_, .offset = offset_};
  }

  [[nodiscard]] Walk walk_of() const {
    if (query_.sort == RolloutSort::rollout_id) return Walk::random_rows;
    const bool has_status = query_.sort == RolloutSort::end_time || query_.sort == RolloutSort::duration;
    return has_status && filter_.in_index() ? Walk::in_index : Walk::read_row;
  }

  [[nodiscard]] const char* direction() const { return query_.descending ? " DESC" : ""; }

  [[nodiscard]] std::vector<Part> by_status() const {
    std::vector<Part> parts;
    for (const auto& status : filter_.statuses()) {
      Part part;
      part.from
          .add("FROM rollouts r INDEXED BY rollouts_by_status WHERE r.status = ?",
               std::string(to_string(status)))
          .add(filter_.tests_but_status());
      part.order = std::string("r.start_time") + direction() + ", r.number";
      part.key.sql = "r.start_time";
      parts.push_back(std::move(part));
    }
    return parts;
  }

  [[nodiscard]] Part matches_sorted() const {
    Part part;
    part.from.add("FROM rollouts r NOT INDEXED WHERE r.number IN (")
        .add(filter_.source())
        .add(")")
        .add(filter_.tests());
    const std::string column = "r." + column_;
    switch (query_.sort) {
      case RolloutSort::creation:
      case RolloutSort::rollout_id:
      case RolloutSort::status: part.order = column; break;
      case RolloutSort::end_time:
      case RolloutSort::last_heartbeat_time: part.order = "coalesce(" + column + ", 9e999)"; break;
      case RolloutSort::mode:
      case RolloutSort::resources_id:
      case RolloutSort::attempt_id:
      case RolloutSort::worker_id: part.order = "coalesce(" + column + ", '')"; break;
      case RolloutSort::duration:
        part.order = "coalesce(r.end_time, ?) - r.start_time";
        part.order_values.emplace_back(query_.now);
        break;
    }
    part.order += std::string(direction()) + ", r.start_time, r.number";
    return part;
  }

  void walk() {
    switch (query_.sort) {
      case RolloutSort::creation:
      case RolloutSort::rollout_id: return take({along("1", "r." + column_ + direction())});
      case RolloutSort::end_time: return walk_ends();
      case RolloutSort::last_heartbeat_time: return walk_heartbeats();
      case RolloutSort::attempt_id: return walk_attempts();
      case RolloutSort::status: return take(statuses());
      case RolloutSort::mode:
      case RolloutSort::resources_id:
      case RolloutSort::worker_id: return query_.descending ? walk_groups() : take({nothing(), texts()});
      case RolloutSort::duration: return merge(durations());
    }
  }

  [[nodiscard]] Part along(const std::string& where, const std::string& order) const {
    Part part;
    part.from.add("FROM rollouts r INDEXED BY ").add(index_).add(" WHERE ").add(where);
    part.from.add(filter_.tests());
    part.order = order + (query_.sort == RolloutSort::creation ? ", r.number" : "");
    return part;
  }

  [[nodiscard]] Part nothing() const { return along("r." + column_ + " IS NULL", "r.start_time, r.number"); }
  [[nodiscard]] Part texts() const {
    return along("r." + column_ + " >= ''", "r." + column_ + ", r.start_time, r.number");
  }

  [[nodiscard]] std::vector<Part> statuses() const {
    std::vector<std::string> names;
    for (const auto status : all_rollout_statuses) names.emplace_back(to_string(status));
    std::ranges::sort(names);
    if (query_.descending) std::ranges::reverse(names);
    std::vector<Part> parts;
    for (const auto& name : names)
      parts.push_back(along("r.status = '" + name + "'", "r.start_time, r.number"));
    return parts;
  }

  [[nodiscard]] Part times() const {
    return along("r." + column_ + " >= -9e999", "r." + column_ + direction() + ", r.start_time, r.number");
  }

  /// A time that is not there is the latest.
  void walk_heartbeats() {
    if (query_.descending)
      take({nothing(), times()});
    else
      take({times(), nothing()});
  }

  void walk_ends() {
    auto parts = open("r.start_time");
    for (auto& part : parts) part.key.sql = "9e999";
    parts.insert(query_.descending ? parts.end() : parts.begin(), times());
    if (!filter_.only_status()) return take(parts);
    (query_.descending ? parts.back() : parts.front()).key.sql = "r.end_time";
    merge(parts);
  }

  /// Those that have not ended. By status when there is a filter: those that end with a time need no look.
  [[nodiscard]] std::vector<Part> open(const std::string& order) const {
    std::vector<Part> parts;
    if (!filter_.only_status()) {
      auto& part = parts.emplace_back();
      part.from.add("FROM rollouts r INDEXED BY rollouts_open WHERE r.end_time IS NULL");
      part.from.add(filter_.tests());
    } else {
      for (const auto& status : filter_.statuses()) {
        if (is_finished(status)) continue;
        auto& part = parts.emplace_back();
        part.from.add("FROM rollouts r INDEXED BY rollouts_by_status WHERE r.status = ?",
                      std::string(to_string(status)));
        part.from.add(" AND r.end_time IS NULL").add(filter_.tests_but_status());
      }
    }
    for (auto& part : parts) part.order = order + ", r.number";
    return parts;
  }

  /// Hardly two are equal, so the index can be read backwards.
  void walk_attempts() {
    if (!query_.descending) return take({nothing(), texts()});
    take({along("r.attempt_id >= ''", "r.attempt_id DESC, r.start_time DESC, r.number DESC"), nothing()});
  }

  /// Many are equal, and keep the order of creation while their values go down.
  void walk_groups() {
    Clause last;
    last.add("SELECT max(").add(column_).add(") FROM rollouts INDEXED BY ").add(index_);
    while (limit_ > 0) {
      std::optional<std::string> value;
      {
        Statement statement(connection_, last);
        if (statement->next()) value = statement->maybe_text(0);
      }
      if (!value) return take({nothing()});
      auto group = along("r." + column_ + " = ?", "r.start_time, r.number");
      group.from.values.insert(group.from.values.begin(), *value);
      take({std::move(group)});
      last.sql.resize(last.sql.find(" WHERE ") == std::string::npos ? last.sql.size()
                                                                    : last.sql.find(" WHERE "));
      last.values.clear();
      last.add(" WHERE ").add(column_).add(" < ?", *value);
    }
  }

  /// An open rollout lasts until now: the oldest start is the longest duration.
  [[nodiscard]] std::vector<Part> durations() const {
    Part ended = along("r.end_time IS NOT NULL",
                       std::string("r.end_time - r.start_time") + direction() + ", r.start_time, r.number");
    ended.key.sql = "r.end_time - r.start_time";
    auto parts = open(query_.descending ? "r.start_time" : "r.start_time DESC");
    for (auto& part : parts) part.key = Clause{.sql = "? - r.start_time", .values = {query_.now}};
    parts.push_back(std::move(ended));
    return parts;
  }

  /// One part after the other.
  void take(const std::vector<Part>& parts) {
    for (const auto& part : parts) {
      if (limit_ <= 0) return;
      Clause select;
      select.add("SELECT r.number ").add(part.from);
      select.add(" ORDER BY ").add(Clause{part.order, part.order_values});
      select.add(" LIMIT ? OFFSET ?", limit_, offset_);
      Statement statement(connection_, select);
      const auto before = numbers_.size();
      while (statement->next()) numbers_.push_back(statement->integer(0));
      const auto got = static_cast<std::int64_t>(numbers_.size() - before);
      limit_ -= got;
      if (got > 0)
        offset_ = 0;
      else if (offset_ > 0)
        offset_ -= std::min(offset_, count_of(connection_, Clause{}.add("SELECT count(*) ").add(part.from)));
    }
  }

  /// All parts at once, each as far as the page may need it.
  void merge(const std::vector<Part>& parts) {
    if (parts.size() == 1) return take(parts);
    const auto reach = limit_ + offset_;
    std::vector<Place> places;
    for (const auto& part : parts) {
      Clause select;
      select.add("SELECT ").add(part.key).add(", r.start_time, r.number ").add(part.from);
      select.add(" ORDER BY ").add(part.order).add(" LIMIT ?", reach);
      Statement statement(connection_, select);
      while (statement->next())
        places.push_back({statement->real(0), statement->real(1), statement->integer(2)});
    }
    std::ranges::sort(places, [&](const Place& one, const Place& other) {
      if (query_.descending && one.key != other.key) return one.key > other.key;
      return one < other;
    });
    const auto end = std::min<std::int64_t>(static_cast<std::int64_t>(places.size()), reach);
    for (auto i = offset_; i < end; ++i) numbers_.push_back(places[static_cast<std::size_t>(i)].number);
  }

  RolloutWithAttempt read(std::int64_t number) {
    auto query = connection_.query("SELECT " UNDERSTUDY_ROLLOUT_COLUMNS ", " UNDERSTUDY_ATTEMPT_COLUMNS
                                   " FROM " UNDERSTUDY_ROLLOUT_TABLES
                                   " LEFT JOIN attempts a ON a.rollout_id = r.rollout_id AND "
                                   "a.attempt_id = r.attempt_id WHERE r.number = ?",
                                   number);
    if (!query.next()) return {};
    RolloutWithAttempt found{.rollout = read_rollout(query)};
    if (query.maybe_text(rollout_column_count)) found.attempt = read_attempt(query, rollout_column_count);
    return found;
  }

  Connection& connection_;
  const RolloutQuery& query_;
  RolloutFilter filter_;
  std::string column_;  ///< that the list is sorted by
  std::string_view index_;
  std::int64_t limit_;
  std::int64_t offset_;
  std::vector<std::int64_t> numbers_{};
};

}  // namespace

Page<RolloutWithAttempt> Reader::find_rollouts(const RolloutQuery& query,
                                               const Visit<RolloutWithAttempt>& visit) {
  return guarded([&] {
    const ReadTransaction snapshot(*connection_);
    return Lister(*connection_, query).page(visit);
  });
}

}  // namespace understudy::store
