#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

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

template <class Sort>
using Sorts = std::span<const std::pair<std::string_view, Sort>>;

/// Gives the reference server's 400s, in its order. `fields` are the model's; `sorts` has some of our own.
template <class Sort>
Result<Sort> check_page(const Page& page, std::span<const std::string_view> fields, Sorts<Sort> sorts,
                        Sort none) {
  auto sort = none;
  if (page.sort_by) {
    bool known = false;
    for (const auto& [name, value] : sorts)
      if (name == *page.sort_by) {
        sort = value;
        known = true;
      }
    if (!known) {
      bool is_field = false;
      std::string allowed;
      const auto allow = [&allowed](std::string_view name) {
        if (!allowed.empty()) allowed += ", ";
        allowed += name;
      };
      for (const auto field : fields) {
        is_field = is_field || field == *page.sort_by;
        allow(field);
      }
      for (const auto& [name, value] : sorts)
        if (std::ranges::find(fields, name) == fields.end()) allow(name);
      if (is_field) return bad(400, "Invalid sort_by: " + *page.sort_by + " has no order");
      return bad(400, "Invalid sort_by: " + *page.sort_by + ", allowed fields are: " + allowed);
    }
  }
  if (page.limit == 0 || page.limit < -1) return bad(400, "Limit must be greater than 0 or -1 for no limit");
  if (page.offset < 0) return bad(400, "Offset must be greater than or equal to 0");
  return sort;
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
