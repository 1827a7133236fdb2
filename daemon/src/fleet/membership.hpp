#pragma once
#include <string>

#include "fleet/turn.hpp"

namespace understudy::daemon::fleet {

[[nodiscard]] Agent new_agent(std::string name, const std::string& type_name, const config::AgentType& type);
/// Adds, changes and retires instances to match the turn's configuration.
void follow_config(Turn& turn);
/// Cancels tasks bound to a removed instance and deletes its rows; ledger and logs stay.
void forget_instance(Turn& turn, const std::string& name);
/// Deletes a leaving instance without task and container; true when it did.
bool remove_if_gone(Turn& turn, const std::string& name);

}  // namespace understudy::daemon::fleet
