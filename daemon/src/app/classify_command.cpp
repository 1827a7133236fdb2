#include <boost/json/parse.hpp>
#include <expected>
#include <iostream>

#include "api/outcome_body.hpp"
#include "app/commands.hpp"
#include "app/zones.hpp"
#include "ports/clock.hpp"
#include "understudy/failover/json.hpp"
#include "wire/json_text.hpp"

namespace understudy::daemon::app {

namespace {

/// A verdict, or what is wrong with the line.
std::expected<std::string, std::string> answer(const std::string& line, const ports::Clock& clock,
                                               const failover::ZoneLookup& zones) {
  boost::system::error_code error;
  const auto body = boost::json::parse(line, error);
  if (error) return std::unexpected("not valid JSON: " + error.message());
  const auto parsed = api::parse_outcome(body);
  if (parsed) return to_json(failover::classify(parsed->outcome, clock.wall(), {}, &zones));
  std::string problems;
  for (const auto& [path, reason] : parsed.error()) {
    if (!problems.empty()) problems.append("; ");
    problems.append(path).append(path.empty() ? "" : ": ").append(reason);
  }
  return std::unexpected(std::move(problems));
}

}  // namespace

int classify_lines() {
  std::ios::sync_with_stdio(false);
  const ports::SystemClock clock;
  const SystemZones zones;
  int status = 0;
  std::int64_t number = 0;
  for (std::string line; std::cout && std::getline(std::cin, line);) {
    ++number;
    auto said = answer(line, clock, zones);
    if (!said) {
      status = 1;
      std::cerr << "understudyd classify: line " << number << ": " << said.error() << '\n';
      said = wire::ObjectText{}.text("error", said.error()).done();  // so that each line has its answer
    }
    std::cout << *said << '\n';
  }
  return status;
}

}  // namespace understudy::daemon::app
