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

/// A statement put together for one question.
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
/// For json_each(): a list of any length as one value.
[[nodiscard]] std::string json_array(const std::vector<std::string>& texts);
/// "one AND two", or OR.
[[nodiscard]] Clause joined(const std::vector<Clause>& tests, std::string_view by);
/// `?, ?` with the texts.
[[nodiscard]] Clause listed(const std::vector<std::string>& texts);

}  // namespace understudy::store
