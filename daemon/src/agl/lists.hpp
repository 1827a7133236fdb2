#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agl/body.hpp"
#include "agl/fields.hpp"
#include "api/long_answer.hpp"
#include "understudy/store/rollout_queries.hpp"

/// Common to all lists: pages, order, and how conditions are joined.
namespace understudy::daemon::agl {

/// Most items in an answer; longer lists must be read in pages.
inline constexpr std::int64_t max_items = 100'000;

struct Page {
  std::int64_t limit{-1};
  std::int64_t offset{0};
  std::optional<std::string> sort_by{};
  bool descending{false};
  store::Logic logic{store::Logic::all_of};

  /// The limit for the store: one more than an answer may have.
  [[nodiscard]] std::int64_t capped() const { return limit < 0 || limit > max_items ? max_items + 1 : limit; }
};

/// `sort_by` defaults to `usual`; null means the order of creation.
[[nodiscard]] Page read_page(const RequestBody& body, std::optional<std::string> usual, Problems& problems);

/// Puts a page's order and place into a query of the store, or gives the reference server's 400s, in its
/// order. `fields` are the model's; `sorts` has some of our own.
template <class Query, class Sorts>
std::optional<Trouble> set_page(Query& query, const Page& page, std::span<const std::string_view> fields,
                                const Sorts& sorts) {
  query.sort = decltype(query.sort)::creation;
  if (page.sort_by) {
    const auto known = std::ranges::find(sorts, *page.sort_by, &Sorts::value_type::first);
    if (known == sorts.end()) {
      if (std::ranges::find(fields, *page.sort_by) != fields.end())
        return Trouble{400, "Invalid sort_by: " + *page.sort_by + " has no order", {}};
      std::vector<std::string_view> allowed(fields.begin(), fields.end());
      for (const auto& [name, sort] : sorts)
        if (std::ranges::find(fields, name) == fields.end()) allowed.push_back(name);
      return Trouble{
          400,
          fmt::format("Invalid sort_by: {}, allowed fields are: {}", *page.sort_by, fmt::join(allowed, ", ")),
          {}};
    }
    query.sort = known->second;
  }
  if (page.limit == 0 || page.limit < -1)
    return Trouble{400, "Limit must be greater than 0 or -1 for no limit", {}};
  if (page.offset < 0) return Trouble{400, "Offset must be greater than or equal to 0", {}};
  query.descending = page.descending && page.sort_by;
  query.limit = page.capped();
  query.offset = page.offset;
  return std::nullopt;
}

/// Builds a list item by item: {"items","limit","offset","total"}, or the plain list.
class ListText {
 public:
  ListText(api::SpillSpace spill, Dialect dialect);
  /// False: too many items, or too long; add no more.
  bool add(std::string_view item);
  [[nodiscard]] std::int64_t count() const { return count_; }
  /// With a member `next` if given. Or why the list cannot be sent.
  [[nodiscard]] Result<http::Body> done(std::int64_t total, const Page& page,
                                        const std::optional<std::string>& next = std::nullopt);

 private:
  api::LongAnswer text_;
  Dialect dialect_;
  std::int64_t count_{0};
};

[[nodiscard]] Trouble trouble_of(const api::LongAnswer::Trouble& trouble);

/// Cache key: all that the answer depends on but the store's version.
[[nodiscard]] std::string cache_key(std::string_view list, const RequestBody& body, bool sees_agent_text,
                                    Dialect dialect);

}  // namespace understudy::daemon::agl
