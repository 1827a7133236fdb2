#include "counters.hpp"

#include <string>

#include "connection.hpp"

namespace understudy::store {

namespace {

const std::array<std::string, counter_count> names{"queue_position", "attempts", "spans", "resources_place"};

}  // namespace

void Counters::add(Connection& connection, Counter counter, std::int64_t more) {
  if (more == 0) return;
  const auto place = static_cast<std::size_t>(counter);
  auto& value = values_.at(place);
  if (!value) {
    auto query = connection.query("SELECT value FROM counters WHERE name = ?", names.at(place));
    value = query.next() ? query.integer(0) : 0;
  }
  *value += more;
}

std::int64_t Counters::next(Connection& connection, Counter counter) {
  add(connection, counter, 1);
  return values_.at(static_cast<std::size_t>(counter)).value_or(0);
}

void Counters::write(Connection& connection) {
  for (std::size_t i = 0; i < counter_count; ++i)
    if (values_.at(i))
      connection.run("UPDATE counters SET value = ? WHERE name = ?", *values_.at(i), names.at(i));
  forget();
}

}  // namespace understudy::store
