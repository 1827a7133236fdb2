#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "understudy/failover/version.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

/// Where a line must stand for its opening to be believed. Any tool may print "Invalid API key"; the runtime
/// prints it as its first or last line, alone or before a "·".
enum class Spot : std::uint8_t {
  anywhere,   ///< no tool writes this
  edge,       ///< only in the first or the last line
  sentence,   ///< at an edge, and the sentence ends there
  provider,   ///< at an edge, and the line names a provider's address
  exception,  ///< the opening goes on to the name of an exception and a colon
  inside,     ///< at an edge, near the beginning: a model's name comes first
};

/// How an agent runtime begins a line about its provider. As in a Rule, case, blanks, hyphens and quotes do
/// not count.
struct Opening {
  std::string_view words;
  Spot place;
  bool after_error;  ///< "Error:" may come before
  std::string_view source;
};

std::span<const Opening> openings();

/// How lines begin that runtimes write below their error: hints, totals, causes.
std::span<const std::string_view> trailers();

/// Words that only a line about a model's provider has; each must stand where a word starts.
std::span<const std::string_view> model_terms();

/// What providers say of allowances and models, and other programs of coupons and tables: they count where
/// they are all that is said, or beside a status.
std::span<const std::string_view> shared_terms();

/// What a provider advises, in a sentence behind the failure's.
std::span<const std::string_view> advice_terms();

/// Names of models and vendors that are also names of other things, and a word of which must then be there
/// too.
std::span<const std::string_view> shared_names();
std::span<const std::string_view> words_beside_names();

/// Words of test runners and of services that are not models: an error that has them is not the provider's.
std::span<const std::string_view> foreign_terms();

/// What a runtime says when an error is all that it prints: "ERROR" and the words of a status.
std::span<const std::string_view> bare_errors();

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
