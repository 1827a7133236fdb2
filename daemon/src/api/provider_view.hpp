#pragma once
#include <cstdint>
#include <functional>
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

/// What a provider wrote, without secrets; for callers who may not see agents' text the kind's name.
struct Reasons {
  std::function<std::string(std::string_view)> redact{};
  bool sees_agent_text{false};

  [[nodiscard]] std::string show(std::string_view reason, failover::Kind kind) const {
    return sees_agent_text ? redact(reason) : std::string(to_string(kind));
  }
};

/// Provider as JSON.
[[nodiscard]] std::string provider_json(const fleet::State& state, const std::string& name,
                                        const Reach& reach, Tokens in_window, failover::Instant now,
                                        const Reasons& reasons);

}  // namespace understudy::daemon::api
