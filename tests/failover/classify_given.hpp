#pragma once
#include <string>
#include <utility>
#include <vector>

#include "understudy/failover/classify.hpp"

namespace understudy::failover {

using Headers = std::vector<std::pair<std::string, std::string>>;

inline const Instant noon{std::chrono::sys_days{std::chrono::year{2026} / 8 / 22} + std::chrono::hours{12}};

inline Outcome http(int status, std::string body, Headers headers = {}) {
  Outcome outcome;
  outcome.status = status;
  outcome.body = std::move(body);
  outcome.headers = std::move(headers);
  return outcome;
}

inline Outcome exception(std::string text) {
  Outcome outcome;
  outcome.surface = Surface::sdk_exception;
  outcome.body = std::move(text);
  return outcome;
}

inline Outcome cli_text(int exit_code, std::string text) {
  Outcome outcome;
  outcome.surface = Surface::cli_text;
  outcome.exit_code = exit_code;
  outcome.body = std::move(text);
  return outcome;
}

inline Outcome stream(int exit_code, std::string lines) {
  Outcome outcome;
  outcome.surface = Surface::cli_stream_json;
  outcome.exit_code = exit_code;
  outcome.body = std::move(lines);
  return outcome;
}

inline Kind kind_of(const Outcome& outcome) {
  return classify(outcome, noon).kind;
}

/// Knows one zone, two hours ahead of UTC, which is also the host's.
class Zagreb final : public ZoneLookup {
 public:
  std::optional<Instant> to_instant(std::string_view zone, std::chrono::local_seconds local) const override {
    if (!zone.empty() && zone != "Europe/Zagreb") return std::nullopt;
    return Instant{local.time_since_epoch() - std::chrono::hours{2}};
  }
  std::optional<std::chrono::local_seconds> to_local(std::string_view zone, Instant at) const override {
    if (!zone.empty() && zone != "Europe/Zagreb") return std::nullopt;
    return std::chrono::local_seconds{
        std::chrono::floor<std::chrono::seconds>(at.time_since_epoch() + std::chrono::hours{2})};
  }
};

}  // namespace understudy::failover
