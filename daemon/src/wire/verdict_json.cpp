#include "wire/verdict_json.hpp"

#include <fmt/chrono.h>

#include "wire/json_text.hpp"

namespace understudy::daemon::wire {

std::string verdict_json(const failover::Verdict& verdict) {
  ObjectText json;
  json.text("kind", failover::to_string(verdict.kind)).flag("failover", verdict.failover);
  if (verdict.retry_after_s) json.number("retry_after_s", *verdict.retry_after_s);
  if (verdict.reset_at) {
    const auto seconds =
        std::chrono::floor<std::chrono::seconds>(*verdict.reset_at).time_since_epoch().count();
    json.text("reset_at",
              fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(seconds))));
  }
  json.text("rule", verdict.rule).text("evidence", verdict.evidence);
  return std::move(json).done();
}

}  // namespace understudy::daemon::wire
