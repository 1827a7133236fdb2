#pragma once
#include <array>
#include <cstdint>
#include <optional>

namespace understudy::store {

struct Connection;

enum class Counter { queue_position, attempts, spans, resources_place };
inline constexpr std::size_t counter_count = 4;

/// The table `counters` during a transaction: each is read at its first use and written once at the end.
class Counters {
 public:
  [[nodiscard]] std::int64_t next(Connection& connection, Counter counter);
  void add(Connection& connection, Counter counter, std::int64_t more);
  /// To be called before COMMIT.
  void write(Connection& connection);
  /// To be called after ROLLBACK.
  void forget() { values_ = {}; }

 private:
  std::array<std::optional<std::int64_t>, counter_count> values_{};
};

}  // namespace understudy::store
