#include <boost/json/parse.hpp>
#include <iostream>

#include "api/outcome_body.hpp"
#include "app/commands.hpp"
#include "app/zones.hpp"
#include "ports/clock.hpp"
#include "wire/json_text.hpp"
#include "wire/verdict_json.hpp"

namespace understudy::daemon::app {

namespace {

std::string answer(const std::string& line, const ports::Clock& clock, const failover::ZoneLookup& zones) {
  boost::system::error_code error;
  const auto body = boost::json::parse(line, error);
  if (error) return wire::ObjectText{}.text("error", "not valid JSON: " + error.message()).done();
  const auto parsed = api::parse_outcome(body);
  if (parsed) return wire::verdict_json(failover::classify(parsed->outcome, clock.wall(), {}, &zones));
  std::string problems;
  for (const auto& [path, reason] : parsed.error()) {
    if (!problems.empty()) problems.append("; ");
    problems.append(path).append(": ").append(reason);
  }
  return wire::ObjectText{}.text("error", problems).done();
}

}  // namespace

int classify_lines() {
  std::ios::sync_with_stdio(false);
  const ports::SystemClock clock;
  const SystemZones zones;
  for (std::string line; std::getline(std::cin, line);) std::cout << answer(line, clock, zones) << '\n';
  return 0;
}

}  // namespace understudy::daemon::app
