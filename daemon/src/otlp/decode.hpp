#pragma once
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "understudy/store/rollout_rows.hpp"

namespace understudy::daemon::otlp {

inline constexpr std::size_t max_spans = 50'000;
inline constexpr std::size_t max_elements = 500'000;       ///< attributes, events, links, what is in lists
inline constexpr std::size_t max_kept = 48 * 1024 * 1024;  ///< bytes that the store would have to keep

struct Decoded {
  std::vector<store::SpanRow> spans{};
  std::int64_t skipped{0};   ///< without rollout or attempt: of others
  std::int64_t rejected{0};  ///< invalid
  std::string reason{};      ///< what is wrong with the first of those
};

/// An ExportTraceServiceRequest as the store's spans. Rollout, attempt and sequence come from the attributes
/// `agentlightning.*` of the resource, or of the span. The error is a sentence.
[[nodiscard]] std::expected<Decoded, std::string> decode_traces(std::string_view protobuf);

}  // namespace understudy::daemon::otlp
