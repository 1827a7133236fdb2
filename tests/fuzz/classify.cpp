// Any outcome has a verdict, the same one twice, with short and valid evidence and a wait that lies ahead.
#include "understudy/failover/classify.hpp"
#include "fuzz/input.hpp"
#include "text/utf8.hpp"

using namespace understudy::failover;

namespace {

/// Knows every second zone, at UTC.
struct Zones final : ZoneLookup {
  std::optional<Instant> to_instant(std::string_view zone, std::chrono::local_seconds at) const override {
    if (zone.size() % 2 == 0) return std::nullopt;
    return Instant(std::chrono::duration_cast<Instant::duration>(at.time_since_epoch()));
  }
  std::optional<std::chrono::local_seconds> to_local(std::string_view zone, Instant at) const override {
    if (zone.size() % 2 == 0) return std::nullopt;
    return std::chrono::local_seconds(std::chrono::floor<std::chrono::seconds>(at.time_since_epoch()));
  }
};

constexpr const char* headers[] = {"retry-after",
                                   "retry-after-ms",
                                   "x-should-retry",
                                   "date",
                                   "anthropic-ratelimit-unified-reset",
                                   "anthropic-ratelimit-tokens-reset",
                                   "x-ratelimit-reset-requests",
                                   "x-ratelimit-reset"};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  Outcome outcome{.surface = static_cast<Surface>(input.byte() % 4)};
  if (input.flag()) outcome.status = input.byte() * 4 - 100;
  if (input.flag()) outcome.exit_code = input.byte() - 1;
  if (input.flag()) outcome.provider = "anthropic";
  if (input.flag()) outcome.transport = all_transports[input.byte() % all_transports.size()];
  const Instant now{std::chrono::hours{24 * 365 * (input.byte() % 80)} + std::chrono::seconds{input.byte()}};
  for (int left = input.byte() % 4; left > 0; --left) {
    const auto* name = headers[input.byte() % std::size(headers)];
    outcome.headers.emplace_back(name, input.line());
  }
  outcome.body = std::string(input.rest());
  static const Zones zones;
  const auto verdict = classify(outcome, now, {}, &zones);
  fuzz::require(verdict == classify(outcome, now, {}, &zones), "the verdict is the same twice");
  fuzz::require(verdict.evidence.size() <= 300, "evidence is short");
  fuzz::require(understudy::daemon::text::is_utf8(verdict.evidence), "evidence is UTF-8");
  fuzz::require(!verdict.retry_after_s || *verdict.retry_after_s >= 0, "a wait lies ahead");
  fuzz::require(verdict.failover == is_provider_fault(verdict.kind), "only a provider's fault fails over");
  return 0;
}
