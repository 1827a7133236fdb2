#pragma once
#include <map>
#include <string>

#include "config/model.hpp"
#include "fleet/ports.hpp"
#include "understudy/failover/health_tiers.hpp"

namespace understudy::daemon::fleet {

/// The account of a provider: one credential at one address, by whatever name. Two providers with the same
/// address, credential and env are one account.
struct Account {
  std::string id{};       ///< keyed hash; says nothing about the credential
  bool own_login{false};  ///< the agents bring their own: each instance is its own account
  std::string missing{};  ///< "ANTHROPIC_API_KEY is not set"; empty: its key is there
  bool operator==(const Account&) const = default;
};

struct Accounts {
  std::map<std::string, Account, std::less<>> by_provider{};
  bool shared{true};  ///< service.share_health
  bool operator==(const Accounts&) const = default;
};

[[nodiscard]] Accounts make_accounts(const config::Config& config, const Keys& keys,
                                     const std::string& account_key);

/// Whether a tier, counted from 1, has the operator's own environment and needs no key of ours.
[[nodiscard]] bool has_environment_of_host(const config::AgentType& type, int tier);
/// The account that an instance uses on a tier, counted from 1.
[[nodiscard]] std::string account_of(const Accounts& accounts, const config::AgentType& type,
                                     const std::string& instance, int tier);
/// Why a tier cannot serve: its key is not there. Empty: it is, or none of ours is needed.
[[nodiscard]] std::string missing_key(const Accounts& accounts, const config::AgentType& type, int tier);

/// The agent and its chain as health knows them, but for budgets.
[[nodiscard]] failover::Seat seat_of(const Accounts& accounts, const config::AgentType& type,
                                     const std::string& instance);

}  // namespace understudy::daemon::fleet
