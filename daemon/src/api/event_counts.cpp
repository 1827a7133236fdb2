#include "api/event_counts.hpp"

#include "wire/raw_json.hpp"

namespace understudy::daemon::api {

void EventCounts::count(const wire::Envelope& event) {
  ++by_type_[event.type];
  if (event.type != "provider.failover") return;
  for (const auto& [key, value] : wire::raw_members(event.detail))
    if (key == "kind" && value.size() > 2)
      ++failovers_by_kind_[std::string(value.substr(1, value.size() - 2))];
}

}  // namespace understudy::daemon::api
