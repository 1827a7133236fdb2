#pragma once
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "understudy/store/error.hpp"
#include "understudy/store/rows.hpp"
#include "understudy/store/transaction.hpp"

namespace understudy::store {

struct RetentionPolicy {
  int events_days{30};
  int rollouts_days{90};
};

/// The one writer of a database file (WAL, synchronous=FULL: a committed turn survives power loss). One
/// thread.
class Store {
 public:
  /// Opens or makes the file, checks it, and brings its schema up to date after a backup beside it.
  [[nodiscard]] static std::expected<Store, OpenError> open(const std::string& path);
  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;
  ~Store();

  [[nodiscard]] Transaction begin();

  /// O(instances and unfinished attempts): never reads the logs.
  [[nodiscard]] std::expected<BootState, OpenError> load_boot_state();
  [[nodiscard]] std::optional<std::string> setting(const std::string& key);
  [[nodiscard]] std::vector<TokenRow> tokens();  ///< by name
  [[nodiscard]] std::optional<std::int64_t> next_not_before(std::int64_t after_ms);

  /// Deletes at most that many rows in one short transaction; true when there is more. Each agent's last
  /// ledger row and every unfinished rollout stay.
  bool retain(std::int64_t now_ms, const RetentionPolicy& policy, int max_rows);
  [[nodiscard]] const std::string& path() const;

 private:
  explicit Store(std::unique_ptr<Connection> connection);
  std::unique_ptr<Connection> connection_;
};

}  // namespace understudy::store
