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

/// What every list has in common: pages, order, and how conditions are joined.
namespace understudy::daemon::agl {

/// No answer has more items; who wants all of more is told to ask for pages.
inline constexpr std::int64_t max_items = 100'000;

struct Page {
  std::int64_t limit{-1};
  std::int64_t offset{0};
  std::optional<std::string> sort_by{};
  bool descending{false};
  store::Logic logic{store::Logic::all_of};

  /// What the store is asked for: one more than may be answered.
  [[nodiscard]] std::int64_t asked() const { return limit < 0 || limit > max_items ? max_items + 1 : limit; }
};

/// `sort_by` when none is given is `usual`; null asks for the order of creation.
[[nodiscard]] Page read_page(const RequestBody& said, std::optional<std::string> usual, Problems& problems);

template <class Sort>
using Sorts = std::span<const std::pair<std::string_view, Sort>>;

/// The 400s of the reference server, in its order. `fields` are the model's; `sorts` has some of our own.
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

/// The items of a list, one by one: {"items","limit","offset","total"}, or the plain list.
class ListText {
 public:
  ListText(api::SpillSpace spill, Dialect dialect);
  /// False: no more are wanted, as there are too many, or they are too long.
  bool add(std::string_view item);
  [[nodiscard]] std::int64_t count() const { return count_; }
  /// With `next`, a member of that name too. Or why there is no such list.
  [[nodiscard]] Result<http::Body> done(std::int64_t total, const Page& page,
                                        const std::optional<std::string>& next = std::nullopt);

 private:
  api::LongAnswer text_;
  Dialect dialect_;
  std::int64_t count_{0};
};

[[nodiscard]] Trouble trouble_of(const api::LongAnswer::Trouble& trouble);

/// Cache key: all that the answer depends on but the store's version.
[[nodiscard]] std::string question_of(std::string_view list, const RequestBody& said, bool sees_agent_text,
                                      Dialect dialect);

}  // namespace understudy::daemon::agl
