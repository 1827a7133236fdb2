#include "agl/lists.hpp"

#include "wire/json_text.hpp"

namespace understudy::daemon::agl {

namespace {

constexpr std::array<std::string_view, 2> orders{"asc", "desc"};
constexpr std::array<std::string_view, 2> logics{"and", "or"};
constexpr Members<5>::Names names{"limit", "offset", "sort_by", "sort_order", "filter_logic"};

}  // namespace

Page read_page(const Said& said, std::optional<std::string> usual, Problems& problems) {
  const Loc loc(said.root);
  const Members<5> members(said.value(), names);
  Page page;
  if (const auto& limit = members.given("limit"))
    page.limit = read_integer(*limit, Loc(loc, "limit"), problems).value_or(-1);
  if (const auto& offset = members.given("offset"))
    page.offset = read_integer(*offset, Loc(loc, "offset"), problems).value_or(0);
  page.sort_by = members.given("sort_by") ? members.text("sort_by", loc, problems) : std::move(usual);
  if (const auto& order = members.given("sort_order"))
    page.descending = read_word(*order, Loc(loc, "sort_order"), orders, problems) == "desc";
  if (const auto& logic = members.given("filter_logic"))
    if (read_word(*logic, Loc(loc, "filter_logic"), logics, problems) == "or")
      page.logic = store::Logic::any_of;
  return page;
}

Or<std::string> page_text(std::string items, std::size_t count, std::int64_t total, const Page& page,
                          Dialect dialect, const std::optional<std::string>& next) {
  if (count > static_cast<std::size_t>(most_items))
    return bad(400, std::to_string(total) + " items match: ask for at most " + std::to_string(most_items) +
                        " at a time, with limit and offset");
  if (dialect == Dialect::draft) return items;
  wire::ObjectText text;
  text.raw("items", items)
      .integer("limit", page.limit)
      .integer("offset", page.offset)
      .integer("total", total);
  if (next) text.raw("next", *next);
  return std::move(text).done();
}

std::string question_of(std::string_view list, const Said& said, bool sees_words, Dialect dialect) {
  std::string question(list);
  question.append(sees_words ? " reader " : " client ").append(dialect == Dialect::draft ? "draft " : "agl ");
  return question.append(said.root).append(said.text);
}

}  // namespace understudy::daemon::agl
