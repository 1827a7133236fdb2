#pragma once
#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "counters.hpp"
#include "understudy/store/error.hpp"

namespace understudy::store {

/// A prepared statement in use; its destruction resets it for the next use.
class Query {
 public:
  /// The values are those of all parameters, in order. Texts are not copied: they must outlive the query.
  template <class... Values>
  explicit Query(SQLite::Statement& statement, const Values&... values) : statement_(statement) {
    [[maybe_unused]] int index = 0;
    (bind_one(++index, values), ...);
  }
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  ~Query() { statement_.tryReset(); }

  bool next() { return statement_.executeStep(); }
  void run() {
    while (statement_.executeStep()) {
    }
  }

  /// What `read` makes of each row.
  template <class Read>
  [[nodiscard]] auto all(const Read& read) {
    std::vector<decltype(read(*this))> rows;
    while (next()) rows.push_back(read(*this));
    return rows;
  }

  [[nodiscard]] std::int64_t integer(int column) const { return statement_.getColumn(column).getInt64(); }
  [[nodiscard]] double real(int column) const { return statement_.getColumn(column).getDouble(); }
  [[nodiscard]] std::string text(int column) const { return statement_.getColumn(column).getString(); }
  [[nodiscard]] std::optional<std::int64_t> maybe_integer(int column) const {
    return is_null(column) ? std::nullopt : std::optional(integer(column));
  }
  [[nodiscard]] std::optional<double> maybe_real(int column) const {
    return is_null(column) ? std::nullopt : std::optional(real(column));
  }
  [[nodiscard]] std::optional<std::string> maybe_text(int column) const {
    return is_null(column) ? std::nullopt : std::optional(text(column));
  }

 private:
  [[nodiscard]] bool is_null(int column) const { return statement_.getColumn(column).isNull(); }

  void bind_one(int index, std::int64_t value) { statement_.bind(index, value); }
  void bind_one(int index, int value) { statement_.bind(index, value); }
  void bind_one(int index, bool value) { statement_.bind(index, value ? 1 : 0); }
  void bind_one(int index, double value) { statement_.bind(index, value); }
  void bind_one(int index, const std::string& value) { statement_.bindNoCopy(index, value); }
  template <class Enum>
  requires std::is_enum_v<Enum>
  void bind_one(int index, Enum value) { bind_one(index, to_string(value)); }
  void bind_one(int index, std::string_view value) { statement_.bind(index, std::string(value)); }
  template <class Value>
  void bind_one(int index, const std::optional<Value>& value) {
    if (value)
      bind_one(index, *value);
    else
      statement_.bind(index);
  }

  SQLite::Statement& statement_;
};

/// A database and the statements prepared on it. Throws SQLite::Exception, which the public classes turn into
/// values.
struct Connection {
  Connection(std::string file, int flags);

  /// `sql` must be a literal: it is the key of the statement that is kept.
  template <class... Values>
  [[nodiscard]] Query query(std::string_view sql, const Values&... values) {
    return Query(prepared(sql), values...);
  }
  template <class... Values>
  void run(std::string_view sql, const Values&... values) {
    query(sql, values...).run();
  }
  /// For composed texts: prepared for one use.
  [[nodiscard]] SQLite::Statement prepare(const std::string& sql) { return SQLite::Statement(db, sql); }
  [[nodiscard]] bool in_transaction() const;

  std::string path;
  SQLite::Database db;
  Counters counters{};

 private:
  [[nodiscard]] SQLite::Statement& prepared(std::string_view sql);
  std::unordered_map<std::string_view, std::unique_ptr<SQLite::Statement>> prepared_;
};

[[nodiscard]] OpenError open_error(const std::string& path, const SQLite::Exception& failure);
[[nodiscard]] CommitError commit_error(const std::string& path, const SQLite::Exception& failure);

}  // namespace understudy::store
