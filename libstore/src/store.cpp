#include "understudy/store/store.hpp"

#include "columns.hpp"
#include "connection.hpp"

namespace understudy::store {

Store::Store(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

Transaction Store::begin() {
  return Transaction(*connection_);
}

const std::string& Store::path() const {
  return connection_->path;
}

std::optional<std::string> Store::setting(const std::string& key) {
  try {
    auto query = connection_->query("SELECT value FROM settings WHERE key = ?", key);
    return query.next() ? std::optional(query.text(0)) : std::nullopt;
  } catch (const SQLite::Exception&) {
    return std::nullopt;
  }
}

std::optional<std::int64_t> Store::next_retry_at(std::int64_t after_ms) {
  try {
    return read_next_retry_at(*connection_, after_ms);
  } catch (const SQLite::Exception&) {
    return std::nullopt;  // the next turn's commit will say what is wrong
  }
}

std::optional<std::int64_t> Store::next_give_up_at() {
  try {
    return read_next_give_up_at(*connection_);
  } catch (const SQLite::Exception&) {
    return std::nullopt;
  }
}

}  // namespace understudy::store
