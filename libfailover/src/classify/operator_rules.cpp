#include "classify/operator_rules.hpp"

#include <string>

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace {

/// PlainText holds little, so a long body is read in overlapping parts.
constexpr std::size_t part = 1536;
constexpr std::size_t stride = 1024;

std::optional<OwnHit> find(const OperatorRule& rule, std::string_view body) {
  const std::string words = plain(rule.contains);
  if (words.empty()) return std::nullopt;
  PlainText text;
  for (std::size_t at = 0; at < body.size(); at += stride) {
    text.clear();
    const std::string_view around = body.substr(at, part);
    text.append(around);
    const std::size_t found = text.view().find(words);
    if (found != std::string_view::npos) return OwnHit{&rule, around, text.offset_at(found)};
    if (at + part >= body.size()) break;
  }
  return std::nullopt;
}

}  // namespace

std::optional<OwnHit> first_own(std::span<const OperatorRule> rules, std::string_view body) {
  for (const OperatorRule& rule : rules)
    if (const auto hit = find(rule, body)) return hit;
  return std::nullopt;
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
