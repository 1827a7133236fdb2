#pragma once
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "fleet/state.hpp"

/// Providers as GET /providers shows them.
namespace understudy::daemon::api {

/// What the agents' chains reach of each provider.
class Reach {
 public:
  struct Account {
    std::set<std::string> instances{};  ///< whose it is; empty: everybody's
  };
  struct Model {
    std::set<std::string> accounts{};
    std::vector<std::string> agents{};  ///< now on it
  };
  struct Provider {
    std::map<std::string, Account> accounts{};
    std::map<std::string, Model> models{};
  };
  explicit Reach(const fleet::State& state);
  [[nodiscard]] const Provider& of(std::string_view provider) const;

 private:
  std::map<std::string, Provider, std::less<>> providers_{};
};

struct Tokens {
  std::int64_t input{0};
  std::int64_t output{0};
};
using TokensByProvider = std::map<std::string, Tokens, std::less<>>;

/// An entry of health with what it is about.
struct Known {
  failover::EntryKey key{};
  const failover::Entry* entry{nullptr};  ///< nullptr: nothing is known

  [[nodiscard]] bool is_well() const {
    return entry == nullptr || entry->state == failover::HealthState::closed;
  }
};
/// About all models of an account.
[[nodiscard]] Known health_of_account(const failover::Health& health, const std::string& account);
/// The worst that is known about a model on its accounts; one agent's or one host's trouble only where the
/// model is well otherwise.
[[nodiscard]] Known health_of_model(const failover::Health& health, const std::string& model,
                                    const std::set<std::string>& accounts);

/// Provider as JSON; reasons only for callers who may see agents' text, the others get kinds.
[[nodiscard]] std::string provider_json(const fleet::State& state, const std::string& name,
                                        const Reach& reach, Tokens in_window, failover::Instant now,
                                        bool sees_agent_text);

}  // namespace understudy::daemon::api
