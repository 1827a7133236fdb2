#pragma once
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/model.hpp"

namespace understudy::daemon::config {

struct Problem {
  std::string path;    ///< JSON pointer; empty for the document itself
  std::string reason;  ///< "must be a positive integer, got -5"
  bool operator==(const Problem&) const = default;
};

inline constexpr std::size_t max_problems = 100;  ///< reported at most

struct Parsed {
  std::optional<Config> config{};  ///< exactly when there are no errors
  std::vector<Problem> errors{};
  std::vector<Problem> warnings{};

  /// Nobody reads more, so the rest of lists and objects is skipped: a document may have a million problems.
  [[nodiscard]] bool is_full() const { return errors.size() >= max_problems; }
};

/// All problems at once, the first `max_problems` of them. Comments and trailing commas are allowed; a
/// syntax error names line and column. In a text, duplicate keys are errors too; a document has
/// lost the first of them.
[[nodiscard]] Parsed parse_config(std::string_view text);
[[nodiscard]] Parsed parse_config(const boost::json::value& document);

/// The document alone; else the one syntax problem, or all duplicate keys.
[[nodiscard]] std::optional<boost::json::value> parse_document(std::string_view text,
                                                               std::vector<Problem>& errors);

}  // namespace understudy::daemon::config
