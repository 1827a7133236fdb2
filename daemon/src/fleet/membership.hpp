#pragma once
#include <string>

#include "fleet/turn.hpp"

namespace understudy::daemon::fleet {

[[nodiscard]] Agent new_agent(std::string name, const std::string& type_name, const config::AgentType& type);
/// Adds, changes and retires instances so that they are those of the turn's configuration.
void follow_config(Turn& turn);
/// Cancels what waits for a removed instance alone and deletes its rows; ledger and logs stay.
void forget_instance(Turn& turn, const std::string& name);
/// Deletes a leaving instance of which nothing is left; true when it did.
bool remove_if_gone(Turn& turn, const std::string& name);

}  // namespace understudy::daemon::fleet
