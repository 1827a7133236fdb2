#pragma once
#include <optional>
#include <string>
#include <vector>

namespace understudy::daemon::agents {

/// One call a run made, to a model or to a tool, as its output told it. Moments are Unix seconds.
struct TracedCall {
  int number{0};  ///< from 1, in the order of their beginnings
  int parent{0};  ///< the tool call a subagent works for; 0: the run itself
  std::string name{};
  std::optional<double> start{}, end{};  ///< an end is absent when the run ended first
  bool failed{false};
  std::string trouble{};         ///< why it failed, in a line
  std::string attributes{"{}"};  ///< a JSON object of scalars, by OpenTelemetry's names for such calls
};

struct Trace {
  std::vector<TracedCall> calls{};
  int unrecorded{0};  ///< calls beyond what is kept
};

}  // namespace understudy::daemon::agents
