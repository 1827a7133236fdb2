// DELETE /agents/{name}: out of the configuration, then out of the fleet.
#include "api/ask.hpp"
#include "api/config_file.hpp"
#include "api/handlers.hpp"
#include "api/subject.hpp"

namespace understudy::daemon::api {

namespace {

namespace json = boost::json;

/// Removes the instance from its type's list; false if it is not listed.
bool remove_instance(json::value& document, const std::string& type, std::string_view instance) {
  auto* root = document.if_object();
  auto* types = root ? root->if_contains("agent_types") : nullptr;
  auto* found = types && types->is_object() ? types->get_object().if_contains(type) : nullptr;
  if (!found || !found->is_object()) return false;
  auto& members = found->get_object();
  if (!members.contains("instances")) {  // then the only one is called "default"
    if (instance != "default") return false;
    members["instances"] = json::array{};
    return true;
  }
  auto* instances = members["instances"].if_array();
  if (!instances) return false;
  const auto known = std::ranges::find_if(
      *instances, [&](const json::value& name) { return name.is_string() && name.get_string() == instance; });
  if (known == instances->end()) return false;
  instances->erase(known);
  return true;
}

}  // namespace

AsyncResponse remove_agent(http::Request& request, fleet::Fleet& fleet, ConfigFile& config_file) {
  const auto force = query_flag(request, "force");
  if (!force) co_return force.error();
  const auto subject = subject_of(fleet, request);
  if (!subject) co_return subject.error();
  const auto name = subject->agent.name;
  const auto type = subject->agent.type;
  auto file = co_await read_config(config_file);
  if (!file) co_return file.error();
  if (remove_instance(file->document, type, std::string_view(name).substr(type.size() + 1))) {
    auto parsed = config::parse_config(file->document);
    if (!parsed.config)
      co_return http::problem(409, "The configuration file has other problems; fix them first.",
                              field_problems(parsed.errors));
    const auto changed =
        co_await change_config(config_file, fleet, file->etag, file->document, std::move(*parsed.config));
    if (!changed) co_return changed.error();
  }
  fleet::What removal = fleet::RemovalRequested{name, *force};
  const auto answer = co_await ask(fleet, std::move(removal));
  // Idle instances are gone as soon as the fleet follows the configuration.
  if (!answer && answer.error().kind != fleet::RefusalKind::not_found) co_return refused(answer.error());
  co_return http::empty(202);
}

}  // namespace understudy::daemon::api
