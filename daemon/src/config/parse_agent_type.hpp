#pragma once
#include <boost/json/value.hpp>
#include <map>
#include <string>
#include <string_view>

#include "config/parse.hpp"

namespace understudy::daemon::config {

class Reader;

[[nodiscard]] AgentType read_agent_type(std::string_view name, const boost::json::value& value,
                                        const std::map<std::string, Provider>& providers, Parsed& out);

/// The block `container` of a type, when there is one.
void read_container(Reader& type, Parsed& out, Container& container);

/// Of the block `container`: limits, isolation, and what is kept warm. `mode` is known by then.
void read_containment(Reader& container, Parsed& out, Container& to);
void read_warm(Reader& container, Parsed& out, container::WarmPolicy& warm);

/// [a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?
[[nodiscard]] bool is_name(std::string_view text);

}  // namespace understudy::daemon::config
