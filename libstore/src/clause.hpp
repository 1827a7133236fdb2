#pragma once
#include <string>
#include <variant>
#include <vector>

#include "connection.hpp"

namespace understudy::store {

/// A piece of a statement and the values of its `?`, in order. Values never become text.
struct Clause {
  using Value = std::variant<std::int64_t, double, std::string>;

  std::string sql{};
  std::vector<Value> values{};

  Clause& add(std::string_view text) {
    sql.append(text);
    return *this;
  }
  template <class... Given>
  Clause& add(std::string_view text, Given... given) {
    sql.append(text);
    (values.emplace_back(std::move(given)), ...);
    return *this;
  }
  Clause& add(const Clause& other) {
    sql.append(other.sql);
    values.insert(values.end(), other.values.begin(), other.values.end());
    return *this;
  }
};

/// A statement composed for one query.
class Statement {
 public:
  Statement(Connection& connection, const Clause& clause)
      : statement_(connection.prepare(clause.sql)), query_(statement_) {
    int index = 0;
    for (const auto& value : clause.values)
      std::visit([&](const auto& one) { statement_.bind(++index, one); }, value);
  }
  Query& operator*() { return query_; }
  Query* operator->() { return &query_; }

 private:
  SQLite::Statement statement_;
  Query query_;
};

[[nodiscard]] std::int64_t count_of(Connection& connection, const Clause& select);
/// A list of any length as one value, for json_each().
[[nodiscard]] std::string json_array(const std::vector<std::string>& texts);
/// The tests with AND, or OR, between them.
[[nodiscard]] Clause joined(const std::vector<Clause>& tests, std::string_view by);
/// `?, ?` with the values; of statuses, their words.
template <class Value>
[[nodiscard]] Clause value_list(const std::vector<Value>& values) {
  Clause list;
  for (const auto& value : values) {
    list.add(list.sql.empty() ? "?" : ", ?");
    if constexpr (std::is_enum_v<Value>)
      list.values.emplace_back(std::string(to_string(value)));
    else
      list.values.emplace_back(value);
  }
  return list;
}

}  // namespace understudy::store
